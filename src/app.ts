import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { startAccess } from './app/access.ts';
import { readCalendars } from './app/calendars.ts';
import { startChat } from './app/chat.ts';
import { readFeeds, startMarket } from './app/market.ts';
import { startPages } from './app/pages.ts';
import { keepProgress } from './app/progress.ts';
import { countStored, instanceStats } from './app/stats.ts';
import { followStoredEpoch } from './app/stored-epoch.ts';
import { readTrustedDocuments } from './app/trusted-documents.ts';
import { type Authenticate, createAuthenticate } from './auth/authenticate.ts';
import { openBus } from './bus/failover/open-bus.ts';
import type { Config } from './config.ts';
import { TickroomError } from './errors.ts';
import { Hub } from './fanout/hub.ts';
import { NoticeBoard } from './fanout/notice-board.ts';
import { historyReader } from './graphql/live/history-reader.ts';
import { topicOpener } from './graphql/live/open-topic.ts';
import { Operations } from './graphql/operations.ts';
import { schema } from './graphql/schema/index.ts';
import { BookMirrors } from './market/book/book-mirror.ts';
import { DisposableStack } from './primitives/disposable-stack.ts';
import { openDatabase } from './storage/database.ts';
import { ClusterStats } from './telemetry/cluster-stats.ts';
import type { Logger } from './telemetry/logger.ts';
import { type InstanceStats, mergeStats, type StatsSnapshot } from './telemetry/stats.ts';
import { Connections } from './transports/connections.ts';
import { graphqlHttp } from './transports/http/graphql-http.ts';
import { httpServer } from './transports/http/http-server.ts';
import { LateRefusals } from './transports/http/late-refusals.ts';
import { statsAccess } from './transports/http/stats-access.ts';
import { graphqlWs } from './transports/websocket/graphql-ws.ts';

export interface App {
  /** Where it listens, e.g. `http://127.0.0.1:8002`. */
  readonly url: string;
  /** Where the console is. In development it carries the nonce with which it asks for tokens. */
  readonly consoleUrl: string;
  /** What this instance is doing now. */
  stats(): InstanceStats;
  /** Stops: clients are told to reconnect elsewhere, feeds stop, everything is closed. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Puts the parts together and listens. The only place that chooses implementations.
 * @throws when the port is taken, or FEEDS or the keys cannot be used
 */
export async function startApp(config: Config, log: Logger): Promise<App> {
  const owned = new DisposableStack();
  try {
    return await start(config, log, owned);
  } catch (error) {
    await owned.close();
    throw error;
  }
}

async function start(config: Config, log: Logger, owned: DisposableStack): Promise<App> {
  const startedAt = Date.now();
  const instance = randomUUID();
  const onError = (error: unknown): void => {
    // the database tells by itself when it is away; everything that waits for it would repeat that
    const isOutage = error instanceof TickroomError && error.code === 'SERVICE_UNAVAILABLE';
    log[isOutage ? 'debug' : 'error']({ err: error }, isOutage ? 'not available' : 'unexpected error');
  };

  const health = {
    isDraining: false,
    isDatabaseReachable: true,
    isDatabaseFull: false,
    isRedisReachable: config.redisUrl === undefined ? undefined : true,
  };
  const feeds = await readFeeds(config.feeds);
  const verify = await createAuthenticate(config);
  const calendars = await readCalendars(config.marketCalendars, log);

  const database = owned.use(
    await openDatabase({
      url: config.databaseUrl,
      dataDir: config.dataDir,
      onReachable: (isReachable, error) => {
        health.isDatabaseReachable = isReachable;
        if (isReachable) log.warn('the database is back');
        else
          log.error(
            { reason: messageOf(error) },
            'the database is away: rooms and inboxes are refused until it is back',
          );
      },
      onFull: (isFull, error) => {
        health.isDatabaseFull = isFull;
        if (!isFull) log.warn('the disk of the database has space again');
        else
          log.error({ reason: messageOf(error) }, 'the disk of the database is full: nothing can be stored');
      },
      onError,
    }),
  );
  if (config.redisUrl !== undefined && config.databaseUrl === undefined) {
    log.warn('REDIS_URL without DATABASE_URL: rooms and inboxes of this instance are its own');
  }
  const joined = owned.use(
    await openBus({
      url: config.redisUrl,
      prefix: config.redisPrefix,
      instance,
      onReachable: (isReachable) => {
        health.isRedisReachable = isReachable;
        if (isReachable) log.warn('Redis is back: instances hear each other again');
        else log.error('Redis is away: this instance goes on alone until it is back');
      },
      onLost: (topic, count) =>
        log.warn({ topic, count }, 'events of the outage are not told at other instances'),
      onRefused: (topic, payloads) => marketProxy.forward(topic, payloads),
      onError,
    }),
  );
  const { bus } = joined;
  const books = owned.use(new BookMirrors(bus));
  const lease = joined.lease('market');
  const { marketProxy, supervisor, marketLeader } = await startMarket({
    config,
    feeds,
    calendars,
    database,
    bus,
    lease,
    instance,
    owned,
    log,
    onError,
  });
  const access = await startAccess({ config, joined, database, verify, owned, log, onError });
  const { limits, sessions, revocations, audit, admission } = access;
  const chat = await startChat({
    database,
    bus,
    instance,
    limits: {
      password: (viewer, roomId) => limits.password(viewer, roomId),
      mostOwned: config.limits.roomsPerUser || undefined,
    },
    onError,
    owned,
  });
  await followStoredEpoch({
    epoch: database.epoch,
    bus,
    topics: [chat.topics.rooms, chat.topics.inboxes],
    owned,
    onError,
  });
  const authenticate: Authenticate = async (token) => {
    const viewer = await access.authenticate(token);
    chat.seen.note(viewer);
    return viewer;
  };
  const stats = (): StatsSnapshot => mergeStats(cluster.instances(), counted());
  const notices = new NoticeBoard();
  const hub = new Hub({
    openTopic: topicOpener({ bus, books, stats, notices, ...chat.topics, presence: chat.services.presence }),
    notices,
    maxQueueFrames: config.maxQueueFrames,
    readHistory: historyReader(bus),
    onError,
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

  const own = () =>
    instanceStats({ instance, startedAt, hub, connections, sessions, marketProxy, supervisor, chat });
  const cluster = owned.use(await ClusterStats.start({ bus, own, onError }));
  const counted = await countStored(database, onError);

  const production = config.environment === 'production';
  const progress = owned.use(
    await keepProgress({
      store: database.progress,
      session: instance,
      isRestored: () => database.epoch.isRecent,
      bus,
      onError,
    }),
  );
  const operations = new Operations({
    schema,
    hub,
    progress,
    limits,
    log,
    services: {
      bus,
      marketProxy,
      books,
      calendars,
      stats,
      revocations,
      audit,
      ...chat.services,
      storedEpoch: () => database.epoch.mark.epoch,
      anonymousReads: !production,
    },
    operationLimits: config.operationLimits,
    introspection: config.introspection,
    trusted: await readTrustedDocuments(config.trustedDocuments),
  });
  owned.add(() => operations.dispose());
  const { allowedOrigins } = config;
  const { pages, consolePath } = await startPages(config, onError);
  const lateRefusals = new LateRefusals();
  const server = httpServer({
    graphql: graphqlHttp({
      operations,
      hub,
      connections,
      sessions,
      limits,
      admission,
      authenticate,
      allowedOrigins,
      graphiql: config.introspection,
      maxPayloadBytes: config.maxPayloadBytes,
    }),
    graphqlWs: graphqlWs({
      operations,
      hub,
      connections,
      sessions,
      limits,
      authenticate,
      connectionInitTimeoutMs: config.connectionInitTimeoutMs,
      log,
    }),
    pages,
    stats,
    mayReadStats: statsAccess({ authenticate, admission, limits, anonymousReads: !production }),
    health: () => health,
    admission,
    lateRefusals,
    maxPayloadBytes: config.maxPayloadBytes,
    headTimeoutMs: config.connectionInitTimeoutMs,
    onError,
  });
  server.listen(config.port, config.host);
  await once(server, 'listening');
  owned.add(async () => {
    health.isDraining = true;
    // another instance takes the feeds while clients still leave
    await marketLeader[Symbol.asyncDispose]();
    await connections.drain(config.drainMs);
    const closed = new Promise((resolve) => server.close(resolve));
    const grace = setTimeout(() => {
      connections.terminateAll();
      server.closeAllConnections();
    }, config.shutdownMs);
    lateRefusals[Symbol.dispose]();
    server.closeIdleConnections();
    await closed;
    clearTimeout(grace);
  });
  await marketLeader.start();

  const { address, port } = server.address() as AddressInfo;
  const host = address === '0.0.0.0' || address === '::' ? 'localhost' : address;
  return {
    url: `http://${host}:${port}`,
    consoleUrl: `http://${host}:${port}${consolePath}`,
    stats: own,
    [Symbol.asyncDispose]: () => owned.close(),
  };
}

/** The last line: Prisma says before it which call of the code it was. */
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';
