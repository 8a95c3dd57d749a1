import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { ERROR_CODES, TickroomError } from '../../errors.ts';
import type { StatsSnapshot } from '../../telemetry/stats.ts';
import type { Admission } from '../admission.ts';
import { retryAfter } from '../http-errors.ts';
import type { TakeOver } from '../websocket/graphql-ws.ts';
import type { LateRefusals } from './late-refusals.ts';

/** A page or file beside the API. @returns whether it took the request */
export type Page = (request: IncomingMessage, response: ServerResponse, pathname: string) => boolean;

export interface HttpServerOptions {
  /** GraphQL over HTTP. */
  readonly graphql: (request: IncomingMessage, response: ServerResponse) => unknown;
  /** Takes over an open graphql-transport-ws socket. */
  readonly graphqlWs: TakeOver;
  /** WebSockets of other protocols than GraphQL's, and fields that clients of older servers read. */
  readonly compat: CompatRoutes;
  /** Asked in this order what they have at a path that is none of the API's. */
  readonly pages: readonly Page[];
  readonly stats: () => StatsSnapshot;
  /** @returns why the sender of a request may not read `/stats`; undefined: it may */
  readonly mayReadStats: (request: IncomingMessage) => Promise<TickroomError | undefined>;
  readonly health: () => Health;
  readonly admission: Admission;
  readonly lateRefusals: LateRefusals;
  readonly maxPayloadBytes: number;
  /** A request whose head takes longer to come is cut off, and one whose body takes three times as long. */
  readonly headTimeoutMs: number;
  readonly onError: (error: unknown) => void;
}

/** What clients of older servers use beside GraphQL. */
export interface CompatRoutes {
  /** @returns what takes over a WebSocket at a path; undefined: there is none */
  readonly socketAt: (pathname: string) => TakeOver | undefined;
  /** Whether `upgrade` has a path. */
  readonly upgradesAt: (pathname: string) => boolean;
  /** Upgrades by itself what is let in at such a path. */
  readonly upgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
  /** Further fields of `/health` and `/stats`, for those who may read `/stats`. */
  readonly fields: () => { readonly health: object; readonly stats: object };
}

/** What `/health` and `/ready` say. */
export interface Health {
  /** nobody new is let in */
  readonly isDraining: boolean;
  readonly isDatabaseReachable: boolean;
  /** its disk: nothing can be stored, and what is there can be read */
  readonly isDatabaseFull: boolean;
  /** undefined: there is none to reach */
  readonly isRedisReachable: boolean | undefined;
}

const FOREIGN_ORIGIN = {
  message: 'Pages of this origin may not ask here: its operator can add it to ALLOWED_ORIGINS.',
  extensions: { code: 'PERMISSION_DENIED' },
};

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
  // of the old clients none names a protocol
  const plainSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: options.maxPayloadBytes,
    perMessageDeflate: false,
    handleProtocols: () => false,
  });

  const server = createServer(timeouts(options.headTimeoutMs), (request, response) => {
    const { pathname } = urlOf(request);
    if (!hasAddress(request)) {
      json(response, 400, { error: 'The header Host must name this server.' });
    } else if (pathname === '/graphql' && !options.admission.admitsOrigin(request)) {
      json(response, 403, { errors: [FOREIGN_ORIGIN] });
    } else if (pathname === '/graphql') {
      answer(() => options.graphql(request, response), response).catch(options.onError);
    } else if (options.pages.some((page) => page(request, response, pathname))) {
      return;
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      json(response, 405, { error: 'Use GET here; GraphQL is at /graphql.' });
    } else if (pathname === '/health') {
      answer(() => healthPage(options, request, response), response).catch(options.onError);
    } else if (pathname === '/ready') {
      const { isDraining } = options.health();
      json(response, isDraining ? 503 : 200, { ready: !isDraining });
    } else if (pathname === '/stats') {
      answer(() => statsPage(options, request, response), response).catch(options.onError);
    } else {
      json(response, 404, { error: 'Nothing here; GraphQL is at /graphql.' });
    }
  });

  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const { pathname } = urlOf(request);
    const takeOver = pathname === '/graphql' ? options.graphqlWs : options.compat.socketAt(pathname);
    if (!takeOver && !options.compat.upgradesAt(pathname)) return refuse(socket, '404 Not Found');
    if (options.health().isDraining) return refuse(socket, '503 Service Unavailable');
    if (!options.admission.admitsOrigin(request)) return refuse(socket, '403 Forbidden');
    const address = options.admission.addressOf(request);
    try {
      socket.once('close', options.admission.connect(address));
    } catch (error) {
      if (!(error instanceof TickroomError)) throw error;
      const headers = retryAfter(error.details.retryAfterMs);
      return options.lateRefusals.add(socket, () => refuse(socket, '429 Too Many Requests', headers));
    }
    if (!takeOver) {
      options.compat.upgrade(request, socket, head);
      return;
    }
    const upgrades = takeOver === options.graphqlWs ? webSockets : plainSockets;
    upgrades.handleUpgrade(request, socket, head, (webSocket) =>
      takeOver(webSocket, socket, address, request),
    );
  });
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket: Socket) => {
    if (socket.writable) refuse(socket, COMPLAINTS[code ?? ''] ?? '400 Bad Request');
    else socket.destroy();
  });
  return server;
}

/** Of Node.js' HTTP errors, those with a status of their own. */
const COMPLAINTS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** They hold for upgrades too: until its head is whole, an upgrade is a request like any other. */
function timeouts(headTimeoutMs: number): ServerOptions {
  return {
    headersTimeout: headTimeoutMs,
    requestTimeout: headTimeoutMs * 3,
    connectionsCheckingInterval: Math.min(1000, headTimeoutMs / 4),
  };
}

/** Whatever is thrown, at once or later, ends this request alone. */
async function answer(run: () => unknown, response: ServerResponse): Promise<void> {
  try {
    await run();
  } catch (error) {
    response.destroy();
    throw error;
  }
}

/** Answers as the field `stats` does, and to whoever runs on this machine. */
async function statsPage(
  { stats, mayReadStats, compat }: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = await mayReadStats(request);
  if (!refusal) return json(response, 200, { ...stats(), ...compat.fields().stats });
  const { code, message, details } = refusal;
  json(response, ERROR_CODES[code].status, { errors: [{ message, extensions: { code, ...details } }] });
}

/** Figures that older servers told in `/health` are told to those who may read `/stats`. */
async function healthPage(
  { health, mayReadStats, compat }: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const fields = compat.fields().health;
  const mayRead = Object.keys(fields).length > 0 && !(await mayReadStats(request));
  json(response, 200, { ...healthReport(health()), ...(mayRead ? fields : {}) });
}

function healthReport({ isDraining, isDatabaseReachable, isDatabaseFull, isRedisReachable }: Health) {
  const reached = (isReachable: boolean) => (isReachable ? 'reachable' : 'away');
  const isHealthy = isDatabaseReachable && !isDatabaseFull && isRedisReachable !== false;
  return {
    status: isDraining ? 'draining' : isHealthy ? 'ok' : 'degraded',
    database: isDatabaseReachable && isDatabaseFull ? 'full' : reached(isDatabaseReachable),
    redis: isRedisReachable === undefined ? 'none' : reached(isRedisReachable),
    uptimeSeconds: Math.round(process.uptime()),
  };
}

const urlOf = (request: IncomingMessage): { pathname: string } => ({
  pathname: (request.url ?? '/').split('?', 1)[0] ?? '/',
});

/** Yoga answers 500 and shows where it failed otherwise. */
const hasAddress = ({ headers: { host }, url }: IncomingMessage): boolean =>
  URL.canParse(`http://${host ?? 'localhost'}${url?.startsWith('/') ? url : '/'}`);

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}

function refuse(socket: Socket, status: string, headers: Readonly<Record<string, string>> = {}): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // Node.js lets the peer keep its half open for ever, and no timeout of the HTTP server's sees it any more
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n${lines.join('')}\r\n`);
}
