import type { Authenticate } from '../auth/authenticate.ts';
import { oldFields } from '../compat/old-fields.ts';
import { BookReaders } from '../compat/orderbook/book-readers.ts';
import { bookSockets } from '../compat/orderbook/book-sockets.ts';
import { publishPage } from '../compat/orderbook/publish-page.ts';
import { publisherAccess } from '../compat/orderbook/publisher-access.ts';
import { type SocketIoWire, socketIoWire } from '../compat/socketio/socket-io-server.ts';
import type { Hub } from '../fanout/hub.ts';
import type { Operations } from '../graphql/operations.ts';
import type { MarketProxy } from '../market/cluster/market-proxy.ts';
import type { StatsSnapshot } from '../telemetry/stats.ts';
import type { Connections } from '../transports/connections.ts';
import type { CompatRoutes, Page } from '../transports/http/http-server.ts';
import type { Access } from './access.ts';
import type { Runtime } from './runtime.ts';

export interface CompatOptions {
  readonly operations: Operations;
  readonly hub: Hub;
  readonly connections: Connections;
  readonly access: Access;
  readonly authenticate: Authenticate;
  readonly stats: () => StatsSnapshot;
  readonly marketProxy: MarketProxy;
}

export interface Compat {
  readonly pages: readonly Page[];
  readonly routes: CompatRoutes;
}

/** What is served to clients of the servers before this one, as COMPAT says. */
export function startCompat(runtime: Runtime, options: CompatOptions): Compat {
  const { wires } = runtime.config.compat;
  const readers = new BookReaders();
  const books = wires.includes('orderbook') ? orderBookWire(runtime, options, readers) : undefined;
  const events = wires.includes('socketio') ? startSocketIo(runtime, options) : undefined;
  return {
    pages: [...(books ? [books.page] : []), ...(events ? [events.page] : [])],
    routes: {
      socketAt: (pathname) => books?.socketAt(pathname),
      upgradesAt: (pathname) => events?.upgradesAt(pathname) ?? false,
      upgrade: (...upgrade) => events?.upgrade(...upgrade),
      fields: () => (wires.length === 0 ? { health: {}, stats: {} } : oldFields(readers, options.stats())),
    },
  };
}

function orderBookWire(
  { config, log, onError }: Runtime,
  { hub, connections, access, authenticate, marketProxy }: CompatOptions,
  readers: BookReaders,
) {
  const { key, anonymous, levels } = config.compat;
  const { limits, sessions, admission } = access;
  const page = publishPage({
    publisherOf: publisherAccess({
      authenticate,
      admission,
      limits,
      key,
      anonymousPublishing: anonymous.includes('publish'),
    }),
    publishBook: (report) => marketProxy.publishBook(report),
    readers,
    admission,
    limits,
    maxPayloadBytes: config.maxPayloadBytes,
    onError,
  });
  const socketAt = bookSockets({
    hub,
    readers,
    levels,
    connections,
    authenticate,
    sessions,
    limits,
    anonymousReads: anonymous.includes('read'),
    log,
  });
  return { page, socketAt };
}

function startSocketIo(
  { config, log, health, owned }: Runtime,
  { hub, operations, connections, access, authenticate }: CompatOptions,
): SocketIoWire {
  const { anonymous, polling, allowEIO3 } = config.compat;
  const { limits, sessions, admission } = access;
  const wire = socketIoWire({
    hub,
    operations,
    connections,
    authenticate,
    sessions,
    limits,
    admission,
    anonymousReads: anonymous.includes('read'),
    polling,
    allowEIO3,
    allowedOrigins: config.allowedOrigins,
    maxPayloadBytes: config.maxPayloadBytes,
    keepAliveMs: config.keepAliveMs,
    isDraining: () => health.isDraining,
    log,
  });
  owned.use(wire);
  return wire;
}
