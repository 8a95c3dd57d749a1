import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { StatsSnapshot } from '../telemetry/stats.ts';

/** A page or file beside the API. @returns whether it took the request */
export type Page = (request: IncomingMessage, response: ServerResponse, pathname: string) => boolean;

export interface HttpServerOptions {
  /** GraphQL over HTTP. */
  readonly graphql: (request: IncomingMessage, response: ServerResponse) => unknown;
  /** Takes over an open graphql-transport-ws socket. */
  readonly graphqlWs: (webSocket: WebSocket) => void;
  /** Asked in this order what they have at a path that is none of the API's. */
  readonly pages: readonly Page[];
  readonly stats: () => StatsSnapshot;
  readonly health: () => Health;
  /** Other origins whose pages may connect; undefined: any. */
  readonly allowedOrigins: readonly string[] | undefined;
  readonly maxPayloadBytes: number;
  readonly onError: (error: unknown) => void;
}

/** What `/health` and `/ready` say. */
export interface Health {
  /** nobody new is let in */
  readonly isDraining: boolean;
  readonly isDatabaseReachable: boolean;
  /** undefined: there is none to reach */
  readonly isRedisReachable: boolean | undefined;
}

/** The HTTP server with everything that is reached through it; it does not listen yet. */
export function httpServer(options: HttpServerOptions): Server {
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: options.maxPayloadBytes,
    // measured at 273 KB a connection: https://github.com/websockets/ws/issues/1202
    perMessageDeflate: false,
    handleProtocols,
  });
  webSockets.on('wsClientError', (_error, socket) => socket.destroy());

  const server = createServer((request, response) => {
    const { pathname } = urlOf(request);
    if (pathname === '/graphql') {
      Promise.resolve(options.graphql(request, response)).catch(options.onError);
    } else if (options.pages.some((page) => page(request, response, pathname))) {
      return;
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      json(response, 405, { error: 'Use GET here; GraphQL is at /graphql.' });
    } else if (pathname === '/health') {
      json(response, 200, healthReport(options.health()));
    } else if (pathname === '/ready') {
      const { isDraining } = options.health();
      json(response, isDraining ? 503 : 200, { ready: !isDraining });
    } else if (pathname === '/stats') {
      json(response, 200, options.stats());
    } else {
      json(response, 404, { error: 'Nothing here; GraphQL is at /graphql.' });
    }
  });

  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (urlOf(request).pathname !== '/graphql') return refuse(socket, '404 Not Found');
    if (options.health().isDraining) return refuse(socket, '503 Service Unavailable');
    if (!mayConnect(request, options.allowedOrigins)) return refuse(socket, '403 Forbidden');
    webSockets.handleUpgrade(request, socket, head, options.graphqlWs);
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

function healthReport({ isDraining, isDatabaseReachable, isRedisReachable }: Health) {
  const reached = (isReachable: boolean) => (isReachable ? 'reachable' : 'away');
  const isWhole = isDatabaseReachable && isRedisReachable !== false;
  return {
    status: isDraining ? 'draining' : isWhole ? 'ok' : 'degraded',
    database: reached(isDatabaseReachable),
    redis: isRedisReachable === undefined ? 'none' : reached(isRedisReachable),
    uptimeSeconds: Math.round(process.uptime()),
  };
}

const urlOf = (request: IncomingMessage): { pathname: string } => ({
  pathname: (request.url ?? '/').split('?', 1)[0] ?? '/',
});

/** Pages of this server's own origin may always connect; clients that are no browsers send no origin. */
function mayConnect(
  { headers: { origin, host } }: IncomingMessage,
  allowed: readonly string[] | undefined,
): boolean {
  if (!origin || !allowed || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}

function refuse(socket: Socket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
