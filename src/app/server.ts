import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Authenticate } from '../auth/authenticate.ts';
import type { Hub } from '../fanout/hub.ts';
import type { MarketLeader } from '../feeds/market-leader.ts';
import type { Operations } from '../graphql/operations.ts';
import type { MarketProxy } from '../market/cluster/market-proxy.ts';
import type { StatsSnapshot } from '../telemetry/stats.ts';
import type { Connections } from '../transports/connections.ts';
import { graphqlHttp } from '../transports/http/graphql-http.ts';
import { httpServer } from '../transports/http/http-server.ts';
import { LateRefusals } from '../transports/http/late-refusals.ts';
import { statsAccess } from '../transports/http/stats-access.ts';
import { graphqlWs } from '../transports/websocket/graphql-ws.ts';
import type { Access } from './access.ts';
import { startCompat } from './compat.ts';
import { startPages } from './pages.ts';
import type { Runtime } from './runtime.ts';

export interface ServerOptions {
  readonly operations: Operations;
  readonly hub: Hub;
  readonly connections: Connections;
  readonly access: Access;
  readonly authenticate: Authenticate;
  readonly stats: () => StatsSnapshot;
  readonly marketLeader: MarketLeader;
  readonly marketProxy: MarketProxy;
}

export interface Listening {
  /** e.g. `http://127.0.0.1:8002` */
  readonly url: string;
  readonly consoleUrl: string;
}

/**
 * Serves HTTP and WebSocket clients. At the disposal clients are told to connect elsewhere before connections are cut.
 * @throws when the port is taken
 */
export async function startServer(runtime: Runtime, options: ServerOptions): Promise<Listening> {
  const { config, owned, onError, health } = runtime;
  const { connections, marketLeader } = options;
  const { pages, consolePath } = await startPages(config, onError);
  const lateRefusals = new LateRefusals();
  const compat = startCompat(runtime, options);
  const server = createServer(runtime, options, {
    pages: [...compat.pages, ...pages],
    compat: compat.routes,
    lateRefusals,
  });
  server.listen(config.port, config.host);
  await once(server, 'listening');
  owned.defer(async () => {
    health.isDraining = true;
    // Another instance takes over the feeds while clients still leave.
    await marketLeader[Symbol.asyncDispose]();
    await connections.drain(config.drainMs);
    lateRefusals[Symbol.dispose]();
    await closeServer(server, connections, config.shutdownMs);
  });
  const { address, port } = server.address() as AddressInfo;
  const host = address === '0.0.0.0' || address === '::' ? 'localhost' : address;
  return { url: `http://${host}:${port}`, consoleUrl: `http://${host}:${port}${consolePath}` };
}

function createServer(
  { config, log, onError, health }: Runtime,
  { operations, hub, connections, access, authenticate, stats }: ServerOptions,
  parts: Pick<Parameters<typeof httpServer>[0], 'pages' | 'compat' | 'lateRefusals'>,
): Server {
  const { limits, sessions, admission } = access;
  const shared = { operations, hub, connections, sessions, limits, authenticate };
  return httpServer({
    ...parts,
    graphql: graphqlHttp({
      ...shared,
      admission,
      allowedOrigins: config.allowedOrigins,
      graphiql: config.introspection,
      maxPayloadBytes: config.maxPayloadBytes,
      isDraining: () => health.isDraining,
      reservedForMs: config.connectionInitTimeoutMs,
    }),
    graphqlWs: graphqlWs({ ...shared, connectionInitTimeoutMs: config.connectionInitTimeoutMs, log }),
    stats,
    mayReadStats: statsAccess({
      authenticate,
      admission,
      limits,
      anonymousReads: config.environment !== 'production',
    }),
    health: () => health,
    admission,
    maxPayloadBytes: config.maxPayloadBytes,
    headTimeoutMs: config.connectionInitTimeoutMs,
    onError,
  });
}

/** Stops accepting connections, and cuts those that are still open after a while. */
async function closeServer(server: Server, connections: Connections, afterMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const grace = setTimeout(() => {
    connections.terminateAll();
    server.closeAllConnections();
  }, afterMs);
  server.closeIdleConnections();
  await closed;
  clearTimeout(grace);
}
