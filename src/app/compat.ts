import type { Authenticate } from '../auth/authenticate.ts';
import { oldFields } from '../compat/old-fields.ts';
import { BookReaders } from '../compat/orderbook/book-readers.ts';
import { bookSockets } from '../compat/orderbook/book-sockets.ts';
import { publishPage } from '../compat/orderbook/publish-page.ts';
import { publisherAccess } from '../compat/orderbook/publisher-access.ts';
import type { Hub } from '../fanout/hub.ts';
import type { MarketProxy } from '../market/cluster/market-proxy.ts';
import type { StatsSnapshot } from '../telemetry/stats.ts';
import type { Connections } from '../transports/connections.ts';
import type { CompatRoutes, Page } from '../transports/http/http-server.ts';
import type { Access } from './access.ts';
import type { Runtime } from './runtime.ts';

export interface CompatOptions {
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

const NO_ROUTES: CompatRoutes = {
  socketAt: () => undefined,
  fields: () => ({ health: {}, stats: {} }),
};

/** What is served to clients of the servers before this one, as COMPAT says. */
export function startCompat({ config, log, onError }: Runtime, options: CompatOptions): Compat {
  const { wires, key, anonymous, levels } = config.compat;
  if (!wires.includes('orderbook')) return { pages: [], routes: NO_ROUTES };
  const { hub, connections, access, authenticate, stats, marketProxy } = options;
  const { limits, sessions, admission } = access;
  const readers = new BookReaders();
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
  return { pages: [page], routes: { socketAt, fields: () => oldFields(readers, stats()) } };
}
