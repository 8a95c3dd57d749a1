import { startAccess } from './app/access.ts';
import { startApi } from './app/api.ts';
import { startBus } from './app/bus.ts';
import { readCalendars } from './app/calendars.ts';
import { startChat } from './app/chat.ts';
import { startConnections } from './app/connections.ts';
import { startFanout } from './app/fanout.ts';
import { readFeeds, startMarket } from './app/market.ts';
import { createRuntime, type Runtime } from './app/runtime.ts';
import { startServer } from './app/server.ts';
import { startStats } from './app/stats.ts';
import { startStorage } from './app/storage.ts';
import { followStoredEpoch } from './app/stored-epoch.ts';
import { createAuthenticate } from './auth/authenticate.ts';
import type { Config } from './config.ts';
import { BookMirrors } from './market/book/book-mirror.ts';
import { DisposableStack } from './primitives/disposable-stack.ts';
import type { Logger } from './telemetry/logger.ts';
import type { InstanceStats } from './telemetry/stats.ts';

export interface App {
  /** The address of the server, e.g. `http://127.0.0.1:8002`. */
  readonly url: string;
  /** The address of the console. In development it carries the nonce with which the console asks for tokens. */
  readonly consoleUrl: string;
  /** What this instance is doing now. */
  stats(): InstanceStats;
  /** Stops: clients are told to connect elsewhere, feeds stop, everything is closed. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a server: the composition root, and the only place that chooses implementations.
 * @throws when the port is taken, or FEEDS or the keys cannot be used; then nothing is left running
 */
export async function startApp(config: Config, log: Logger): Promise<App> {
  const owned = new DisposableStack();
  try {
    return await start(createRuntime(config, log, owned));
  } catch (error) {
    await owned.disposeAsync();
    throw error;
  }
}

async function start(runtime: Runtime): Promise<App> {
  const { config, log, owned } = runtime;
  const feeds = await readFeeds(config.feeds);
  const verify = await createAuthenticate(config);
  const calendars = await readCalendars(config.marketCalendars, log);

  const database = await startStorage(runtime);
  const joined = await startBus(runtime, (...refused) => market.marketProxy.forward(...refused));
  const { bus } = joined;
  const books = owned.use(new BookMirrors(bus));
  const market = await startMarket(runtime, {
    feeds,
    calendars,
    database,
    bus,
    lease: joined.lease('market'),
    onLost: (topic) => hub.reportMissing(topic, 'LEADER_CHANGED'),
  });
  const access = await startAccess(runtime, { joined, database, verify });
  const chat = await startChat(runtime, { database, bus, limits: access.limits });
  await followStoredEpoch(runtime, { epoch: database.epoch, bus, topics: Object.values(chat.topics) });

  const hub = startFanout(runtime, { bus, books, chat, stats: () => stats.ofCluster() });
  const connections = startConnections(runtime, hub);
  const stats = await startStats(runtime, { bus, database, hub, connections, access, market, chat });
  const operations = await startApi(runtime, {
    bus,
    database,
    hub,
    books,
    calendars,
    marketProxy: market.marketProxy,
    access,
    chat,
    stats: stats.ofCluster,
  });
  const { url, consoleUrl } = await startServer(runtime, {
    operations,
    hub,
    connections,
    access,
    marketLeader: market.marketLeader,
    marketProxy: market.marketProxy,
    authenticate: chat.seeing(access.authenticate),
    stats: stats.ofCluster,
  });
  await market.marketLeader.start();
  return {
    url,
    consoleUrl,
    stats: stats.ofInstance,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
