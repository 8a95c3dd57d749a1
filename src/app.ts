import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Authenticate, createAuthenticate } from './auth/authenticate.ts';
import type { Bus } from './bus/bus.ts';
import { MemoryBus } from './bus/memory-bus.ts';
import { Closers } from './closers.ts';
import { type Config, ConfigError } from './config.ts';
import { TickroomError } from './errors.ts';
import { Hub } from './fanout/hub.ts';
import { type StoredEvents, StoredTopics } from './fanout/stored-topics.ts';
import type { Feed } from './feeds/feed.ts';
import { parseFeeds } from './feeds/feed-list.ts';
import { FeedSupervisor } from './feeds/feed-supervisor.ts';
import { topicOpener } from './graphql/open-topic.ts';
import { Operations } from './graphql/operations.ts';
import { schema } from './graphql/schema/index.ts';
import { inboxEvents } from './inbox/inbox-topic.ts';
import { Inboxes } from './inbox/inboxes.ts';
import { SeenUsers } from './inbox/seen-users.ts';
import { BookMirrors } from './market/book-mirror.ts';
import { Market } from './market/market.ts';
import { AccessWatch } from './rooms/access-watch.ts';
import { Presence } from './rooms/presence.ts';
import { RoomMessages } from './rooms/room-messages.ts';
import { Rooms } from './rooms/rooms.ts';
import { storedRoomEvents } from './rooms/stored-room-events.ts';
import { type Database, openDatabase } from './storage/database.ts';
import type { Logger } from './telemetry/logger.ts';
import { Polled } from './telemetry/polled.ts';
import type { StatsSnapshot } from './telemetry/stats.ts';
import { Connections } from './transports/connections.ts';
import { graphqlHttp } from './transports/graphql-http.ts';
import { graphqlWs } from './transports/graphql-ws.ts';
import { httpServer } from './transports/http-server.ts';

/** How often open rooms and inboxes are compared with the database, to find what the bus lost. */
const CHECK_STORE_MS = 5000;
/** How often stored things are counted for stats, when somebody looks. */
const COUNT_EVERY_MS = 5000;

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
  const onError = (error: unknown): void => {
    // the database tells by itself when it is away; everything that waits for it would repeat that
    const isOutage = error instanceof TickroomError && error.code === 'SERVICE_UNAVAILABLE';
    log[isOutage ? 'debug' : 'error']({ err: error }, isOutage ? 'not available' : 'unexpected error');
  };

  const health = { isDraining: false, isDatabaseReachable: true };
  const verify = await createAuthenticate(config);
  const feeds = readFeeds(config.feeds);

  const database = owned.use(
    await openDatabase({
      url: config.databaseUrl,
      dataDir: config.dataDir,
      onReachable: (isReachable, error) => {
        health.isDatabaseReachable = isReachable;
        if (isReachable) log.warn('the database is back');
        else
          log.error({ err: error }, 'the database is away: rooms and inboxes are refused until it is back');
      },
      onError,
    }),
  );
  const bus = owned.use(new MemoryBus());
  const books = owned.use(new BookMirrors(bus));
  const market = owned.use(
    new Market({
      bus,
      staleAfterMs: config.staleAfterMs,
      thresholds: config.fundFlowThresholds,
      bars: database.fundFlowBars,
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
  const talk = await startTalk({ database, bus, instance, onError, owned });
  const authenticate: Authenticate = async (token) => {
    const viewer = await verify(token);
    talk.seen.note(viewer);
    return viewer;
  };
  const hub = new Hub({
    openTopic: topicOpener({ bus, books, stats, ...talk.topics, presence: talk.services.presence }),
    maxQueueFrames: config.maxQueueFrames,
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

  const polled = <T>(initial: T, ask: () => Promise<T>): Polled<T> =>
    new Polled({ initial, ask, maxAgeMs: COUNT_EVERY_MS, onError });
  const roomCounts = polled({ total: 0, active: 0, members: 0, users: 0 }, () => database.rooms.counts());
  const inboxCount = polled(0, () => database.inbox.count());
  // so that the first who looks does not see nothing
  await Promise.all([roomCounts.refresh(), inboxCount.refresh()]);

  function stats(): StatsSnapshot {
    const { members, groups, topics } = hub.size;
    const { executions, sent, dropped, conflated, stuck } = hub.counters;
    return {
      instance,
      startedAt,
      connections: { total: connections.total, users: connections.users, rooms: talk.topics.rooms.size },
      rooms: { ...roomCounts.value, ...talk.services.rooms.counters },
      broadcasts: { ...talk.services.inboxes.counters },
      inbox: { items: inboxCount.value },
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
    services: { bus, market, books, stats, ...talk.services, anonymousMarketData: !production },
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
    health: () => health,
    allowedOrigins,
    maxPayloadBytes: config.maxPayloadBytes,
    onError,
  });
  server.listen(config.port, config.host);
  await once(server, 'listening');
  owned.add(async () => {
    health.isDraining = true;
    await connections.drain(config.drainMs);
    const closed = new Promise((resolve) => server.close(resolve));
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

interface TalkOptions {
  readonly database: Database;
  readonly bus: Bus;
  readonly instance: string;
  readonly owned: Closers;
  readonly onError: (error: unknown) => void;
}

/** Rooms and inboxes: what people say, and what is said to them. */
async function startTalk({ database, bus, instance, owned, onError }: TalkOptions) {
  const roomEvents = storedRoomEvents(database.messages);
  const inboxStored = inboxEvents(database.inbox);
  const presence = owned.use(new Presence({ bus, instance, onError }));
  const access = await AccessWatch.start(bus);
  owned.add(() => access[Symbol.dispose]());
  const seen = owned.use(new SeenUsers({ store: database.inbox, onError }));
  const rooms = new Rooms({ store: database.rooms, bus, onError });
  const messages = owned.use(new RoomMessages({ store: database.messages, rooms, bus, onError }));
  const inboxes = new Inboxes({ store: database.inbox, rooms, presence, seen, bus, onError });
  const stored = (store: StoredEvents): StoredTopics => {
    const topics = new StoredTopics({ bus, store, checkEveryMs: CHECK_STORE_MS, onError });
    owned.add(() => topics[Symbol.dispose]());
    return topics;
  };
  return {
    seen,
    topics: { rooms: stored(roomEvents), inboxes: stored(inboxStored) },
    services: { rooms, messages, roomEvents, presence, access, inboxes, inboxEvents: inboxStored },
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
