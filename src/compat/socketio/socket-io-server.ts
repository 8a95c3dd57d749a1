import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import { Server, type Socket } from 'socket.io';
import type { Authenticate } from '../../auth/authenticate.ts';
import type { Sessions } from '../../auth/sessions.ts';
import { quoted, TickroomError } from '../../errors.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Admission } from '../../transports/admission.ts';
import type { Connections } from '../../transports/connections.ts';
import type { Page } from '../../transports/http/http-server.ts';
import { FrameGuard } from './frame-guard.ts';
import { readTimeframe } from './old-timeframe.ts';
import { SocketIoConnection, type SocketIoConnectionOptions } from './socket-io-connection.ts';
import { readFields } from './stream-fields.ts';

export interface SocketIoOptions extends SocketIoConnectionOptions {
  readonly connections: Connections;
  readonly authenticate: Authenticate;
  readonly sessions: Sessions;
  readonly admission: Admission;
  /** Market streams are public. */
  readonly anonymousReads: boolean;
  /** Clients may poll: one process, or a balancer that keeps a client at one instance. */
  readonly polling: boolean;
  /** Clients of Socket.IO 2. Their `ping` events do not arrive: their own heartbeat has that name. */
  readonly allowEIO3: boolean;
  /** undefined: any */
  readonly allowedOrigins: readonly string[] | undefined;
  readonly maxPayloadBytes: number;
  readonly keepAliveMs: number;
  /** The server stops: its clients are to connect to another. */
  readonly isDraining: () => boolean;
  readonly log: Logger;
}

export interface SocketIoWire extends AsyncDisposable {
  readonly page: Page;
  /** Whether a path is its own. */
  readonly upgradesAt: (pathname: string) => boolean;
  readonly upgrade: (request: IncomingMessage, socket: NetSocket, head: Buffer) => void;
}

const PATH = '/socket.io/';

type Data = Readonly<Record<string, unknown>>;
type Acknowledge = (answer: object) => void;

/** The events of the old Socket.IO server. State recovery stays off: it adds an argument to every event. */
export function socketIoWire(options: SocketIoOptions): SocketIoWire {
  const { admission, polling, allowedOrigins, isDraining } = options;
  // Socket.IO attaches itself to a server, and this one does not listen: requests are handed to it
  const server = createServer();
  const io = new Server(server, {
    path: PATH,
    serveClient: false,
    transports: polling ? ['polling', 'websocket'] : ['websocket'],
    allowEIO3: options.allowEIO3,
    maxHttpBufferSize: options.maxPayloadBytes,
    perMessageDeflate: false,
    httpCompression: false,
    pingInterval: options.keepAliveMs,
    pingTimeout: options.keepAliveMs,
    destroyUpgrade: false,
    cors: { origin: allowedOrigins ? [...allowedOrigins] : '*' },
  });
  io.on('connection', (socket) => welcome(socket, options));
  const isOwn = (pathname: string): boolean => `${pathname}/`.startsWith(PATH);
  return {
    page(request, response, pathname) {
      if (!isOwn(pathname)) return false;
      if (!admission.admitsOrigin(request)) {
        response.writeHead(403, { 'content-type': 'application/json; charset=utf-8' });
        response.end(
          JSON.stringify({ code: 'PERMISSION_DENIED', message: 'Pages of this origin may not connect.' }),
        );
        return true;
      }
      const isNew = !new URL(request.url ?? '/', 'http://localhost').searchParams.has('sid');
      if (isNew && isDraining())
        refuse(response, 503, 'SERVICE_UNAVAILABLE', 'This server stops: connect again.');
      else server.emit('request', request, response);
      return true;
    },
    upgradesAt: isOwn,
    upgrade(request, socket, head) {
      server.emit('upgrade', request, socket, head);
    },
    async [Symbol.asyncDispose]() {
      await io.close();
    },
  };
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ code, message }));
}

function welcome(socket: Socket, options: SocketIoOptions): void {
  const { connections, admission, limits, log } = options;
  const { request } = socket;
  const address = admission.addressOf(request);
  const connection = new SocketIoConnection(socket, address, options);
  connection.onClose(connections.add(connection));
  socket.once('disconnect', () => connection.closed());
  // an upgrade is counted by its socket
  if (socket.conn.transport.name === 'polling') {
    try {
      connection.onClose(limits.connect(address));
    } catch (error) {
      connection.emitError(knownError(error, log));
      socket.conn.close();
      return;
    }
  }
  const guard = new FrameGuard(socket.conn, { limits, viewer: () => connection.viewer, address });
  connection.onClose(() => guard.close());
  let handling = signIn(connection, socket, options);
  const on = (event: string, handle: (data: Data) => Promise<object> | object): void => {
    socket.on(event, (...given: unknown[]) => {
      const acknowledge = given.find((one): one is Acknowledge => typeof one === 'function');
      // one after the other, so that answers come in the order of the events
      handling = handling.then(() =>
        answer(connection, event, given[0], { handle, acknowledge, guard, options }),
      );
    });
  };

  on('ping', () => ({ event: 'pong', server_time: Date.now() }));
  on('subscribe', async (data) => {
    const room = textIn(data, 'room');
    await connection.enter(room);
    return { event: 'subscribed', room };
  });
  on('unsubscribe', (data) => {
    const room = textIn(data, 'room');
    connection.leave(room);
    return { event: 'unsubscribed', room };
  });
  on('message', async (data) => {
    const room = textIn(data, 'room');
    const input = { content: textIn(data, 'content') };
    const { sendRoomMessage } = await connection.ask(
      'mutation ($room: ID!, $input: RoomMessageInput!) { sendRoomMessage(roomId: $room, input: $input) { id sequence } }',
      { room, input },
    );
    return { event: 'message_sent', room, message: sendRoomMessage };
  });
  on('subscribe_market_stream', async (data) => {
    const symbol = textIn(data, 'symbol');
    const fields = readFields(data.fields);
    await connection.watch(symbol, fields);
    return { event: 'stream_subscribed', symbol, fields };
  });
  on('stream_filter_update', async (data) => {
    const symbol = textIn(data, 'symbol');
    const fields = readFields(data.fields);
    if (!connection.isWatching(symbol)) {
      throw new TickroomError(
        'INVALID_INPUT',
        `There is no stream of ${quoted(symbol)} here: send subscribe_market_stream first.`,
      );
    }
    await connection.watch(symbol, fields);
    return { event: 'stream_filter_updated', symbol, fields };
  });
  on('unsubscribe_market_stream', (data) => {
    const symbol = textIn(data, 'symbol');
    connection.unwatch(symbol);
    return { event: 'stream_unsubscribed', symbol };
  });
  on('request', async (data) => {
    const { request_id = null, action, payload } = data;
    if (action !== 'get_fund_flow') {
      throw new TickroomError('INVALID_INPUT', `Unknown action: ${quoted(action)}. Ask for get_fund_flow.`);
    }
    const { symbol, timeframe } = objectOf(payload, 'payload');
    return {
      event: 'response',
      request_id,
      success: true,
      data: await fundFlow(connection, symbol, timeframe),
      server_time: Date.now(),
    };
  });
}

async function answer(
  connection: SocketIoConnection,
  event: string,
  given: unknown,
  {
    handle,
    acknowledge,
    guard,
    options: { limits, log },
  }: {
    readonly handle: (data: Data) => Promise<object> | object;
    readonly acknowledge: Acknowledge | undefined;
    readonly guard: FrameGuard;
    readonly options: SocketIoOptions;
  },
): Promise<void> {
  if (!connection.isOpen) return;
  const isRequest = event === 'request';
  const requestId = isRequest ? { request_id: idOf(given) } : {};
  try {
    const data = event === 'ping' ? {} : objectOf(given, 'data');
    const { viewer, address } = connection;
    const refused = limits.operation({ viewer, address }, connection) ?? connection.refusal;
    if (refused && event !== 'ping') throw refused;
    const { event: name, ...answered } = (await handle(data)) as { readonly event: string };
    if (acknowledge) acknowledge(isRequest ? answered : { success: true, ...answered });
    else connection.emit(name, answered);
    guard.taken();
  } catch (error) {
    guard.refused();
    const known = knownError(error, log);
    const { code, message, details } = known;
    const failure = { ...requestId, success: false, error: { code, message, ...details } };
    if (acknowledge) acknowledge(failure);
    else if (isRequest) connection.emit('response', failure);
    else connection.emitError(known, { event });
  }
}

async function fundFlow(
  connection: SocketIoConnection,
  symbol: unknown,
  timeframe: unknown,
): Promise<object> {
  const bucket = '{ inflow outflow net_inflow: netInflow net_inflow_rate: netInflowRate }';
  const { fundFlow: flow } = await connection.ask(
    `query ($symbol: Symbol!, $timeframe: Timeframe!) {
      fundFlow(symbol: $symbol, timeframe: $timeframe) {
        symbol timeframe period_start: periodStart updated_at: updatedAt
        main ${bucket} super_large: superLarge ${bucket} large ${bucket} medium ${bucket} small ${bucket}
      }
    }`,
    { symbol, timeframe: readTimeframe(timeframe) },
  );
  return { fund_flow: flow };
}

/** A refused token is told at once, and with each event: the client stays connected. */
async function signIn(
  connection: SocketIoConnection,
  { handshake }: Socket,
  { authenticate, sessions, limits, anonymousReads, log }: SocketIoOptions,
): Promise<void> {
  try {
    const token = tokenOf(handshake);
    if (token === undefined) {
      if (!anonymousReads) {
        connection.refusal = new TickroomError(
          'AUTH_REQUIRED',
          'This server needs a token: connect with { auth: { token: "…" } }.',
        );
      }
      return;
    }
    const viewer = await authenticate(token);
    if (!connection.isOpen) return;
    connection.onClose(limits.signIn(viewer));
    connection.onClose(() => sessions.delete(connection, viewer));
    sessions.set(connection, viewer);
    connection.signedIn(viewer, token);
    await connection.openInbox();
  } catch (error) {
    const known = knownError(error, log);
    if (known.code === 'AUTH_FAILED') limits.failed(connection.address);
    connection.refusal = known;
    connection.emitError(known);
  }
}

/** `auth: { token }`, the header Authorization, or `?token=`. @throws TickroomError AUTH_FAILED */
function tokenOf({ auth, headers, query }: Socket['handshake']): string | undefined {
  const named: unknown = auth.token ?? query.token;
  if (typeof named === 'string') return named.replace(/^Bearer +/i, '');
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (token) return token;
  throw new TickroomError('AUTH_FAILED', 'authorization must read "Bearer <token>".');
}

function objectOf(value: unknown, name: string): Data {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Data;
  throw new TickroomError('INVALID_INPUT', `${name} must be an object.`);
}

function textIn(data: Data, name: string): string {
  const value = data[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new TickroomError('INVALID_INPUT', `Missing ${name}: send {"${name}": "…"}.`);
}

const idOf = (given: unknown): unknown =>
  typeof given === 'object' && given !== null ? (Reflect.get(given, 'request_id') ?? null) : null;

function knownError(error: unknown, log: Logger): TickroomError {
  if (error instanceof TickroomError) return error;
  log.error({ err: error }, 'an event of the old Socket.IO wire could not be handled');
  return new TickroomError('INTERNAL_ERROR', 'Something went wrong here: try again later.');
}
