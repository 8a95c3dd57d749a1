import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAuthenticate } from './auth/authenticate.ts';
import { MemoryBus } from './bus/memory-bus.ts';
import { Closers } from './closers.ts';
import { type Config, ConfigError } from './config.ts';
import { Hub } from './fanout/hub.ts';
import type { Feed } from './feeds/feed.ts';
import { parseFeeds } from './feeds/feed-list.ts';
import { FeedSupervisor } from './feeds/feed-supervisor.ts';
import { topicOpener } from './graphql/open-topic.ts';
import { Operations } from './graphql/operations.ts';
import { schema } from './graphql/schema/index.ts';
import { BookMirrors } from './market/book-mirror.ts';
import { Market } from './market/market.ts';
import { MemoryFundFlowBars } from './market/memory-fund-flow-bars.ts';
import type { Logger } from './telemetry/logger.ts';
import type { StatsSnapshot } from './telemetry/stats.ts';
import { Connections } from './transports/connections.ts';
import { graphqlHttp } from './transports/graphql-http.ts';
import { graphqlWs } from './transports/graphql-ws.ts';
import { httpServer } from './transports/http-server.ts';

export interface App {
  /** Where it listens, e.g. `http://127.0.0.1:8002`. */
  readonly url: string;
  /** What it is doing now, as `Query.stats` gives it. */
  stats(): StatsSnapshot;
  /** Stops: clients are told to reconnect elsewhere, feeds stop, everything is closed. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Puts the parts together and listens. The only place that chooses implementations.
 * @throws when the port is taken, or FEEDS or the keys cannot be used
 */
export async function startApp(config: Config, log: Logger): Promise<App> {
  const owned = new Closers();
  try {
    return await start(config, log, owned);
  } catch (error) {
    await owned.close();
    throw error;
  }
}

async function start(config: Config, log: Logger, owned: Closers): Promise<App> {
  const startedAt = Date.now();
  const instance = randomUUID();
  const onError = (error: unknown): void => log.error({ err: error }, 'unexpected error');

  const authenticate = await createAuthenticate(config);
  const feeds = readFeeds(config.feeds);

  const bus = owned.use(new MemoryBus());
  const books = owned.use(new BookMirrors(bus));
  const market = owned.use(
    new Market({
      bus,
      staleAfterMs: config.staleAfterMs,
      thresholds: config.fundFlowThresholds,
      bars: new MemoryFundFlowBars(),
      onError,
    }),
  );
  const supervisor = owned.use(
    new FeedSupervisor({
      feeds,
      sink: market,
      onError: (feed, error) => log.warn({ err: error, feed }, 'a feed failed and is restarted'),
    }),
  );
  const hub = new Hub({
    openTopic: topicOpener({ bus, books, stats }),
    maxQueueFrames: config.maxQueueFrames,
  });
  owned.add(() => hub.dispose());
  const connections = new Connections({
    keepAliveMs: config.keepAliveMs,
    stuckAfterMs: config.slowClientTimeoutMs,
    onStuck: () => {
      hub.counters.stuck += 1;
    },
  });
  owned.add(() => connections.dispose());

  function stats(): StatsSnapshot {
    const { members, groups, topics } = hub.size;
    const { executions, sent, dropped, conflated, stuck } = hub.counters;
    return {
      instance,
      startedAt,
      connections: { total: connections.total, users: connections.users },
      streaming: {
        activeStreams: topics,
        subscribers: members,
        groups,
        executions,
        messagesSent: sent,
        messagesDropped: dropped,
        messagesConflated: conflated,
        slowReadersClosed: stuck,
      },
      feeds: supervisor.statuses(),
    };
  }

  const production = config.environment === 'production';
  const operations = new Operations({
    schema,
    hub,
    log,
    services: { bus, market, books, stats, anonymousMarketData: !production },
  });
  const { allowedOrigins } = config;
  const server = httpServer({
    graphql: graphqlHttp({
      operations,
      hub,
      connections,
      authenticate,
      allowedOrigins,
      graphiql: !production,
    }),
    graphqlWs: graphqlWs({
      operations,
      hub,
      connections,
      authenticate,
      connectionInitTimeoutMs: config.connectionInitTimeoutMs,
      log,
    }),
    stats,
    allowedOrigins,
    maxPayloadBytes: config.maxPayloadBytes,
    onError,
  });
  server.listen(config.port, config.host);
  await once(server, 'listening');
  owned.add(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    connections.closeAll();
    const grace = setTimeout(() => {
      connections.terminateAll();
      server.closeAllConnections();
    }, config.shutdownMs);
    server.closeIdleConnections();
    await closed;
    clearTimeout(grace);
  });
  supervisor.start();

  const { address, port } = server.address() as AddressInfo;
  const host = address === '0.0.0.0' || address === '::' ? 'localhost' : address;
  return {
    url: `http://${host}:${port}`,
    stats,
    [Symbol.asyncDispose]: () => owned.close(),
  };
}

/** @throws ConfigError */
function readFeeds(spec: string): Feed[] {
  try {
    return parseFeeds(spec);
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
