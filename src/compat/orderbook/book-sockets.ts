import type { IncomingMessage } from 'node:http';
import type { Authenticate } from '../../auth/authenticate.ts';
import type { Sessions } from '../../auth/sessions.ts';
import { TickroomError } from '../../errors.ts';
import type { Limits } from '../../limits/limits.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Connections } from '../../transports/connections.ts';
import { CLOSE } from '../../transports/websocket/close-codes.ts';
import { FrameGate } from '../../transports/websocket/frame-gate.ts';
import type { TakeOver } from '../../transports/websocket/graphql-ws.ts';
import { BookConnection, type BookConnectionOptions, tokenOfUpgrade } from './book-connection.ts';
import { readRequest } from './old-message.ts';

export interface BookSocketsOptions extends BookConnectionOptions {
  readonly connections: Connections;
  readonly authenticate: Authenticate;
  readonly sessions: Sessions;
  readonly limits: Limits;
  /** Order books are public. */
  readonly anonymousReads: boolean;
  readonly log: Logger;
}

/** `/ws/{client_id}`; the id is a label of the client's and identifies nobody. */
const PATH = /^\/ws\/[^/]+$/;

/**
 * The WebSockets of the old order-book server: `{"action": "subscribe" | "unsubscribe" | "ping", "symbol"}`.
 * @returns what takes a socket over; undefined: there is none at that path
 */
export function bookSockets(options: BookSocketsOptions): (pathname: string) => TakeOver | undefined {
  const { connections, limits, log } = options;
  const takeOver: TakeOver = (webSocket, socket, address, request) => {
    const connection = new BookConnection(webSocket, address, options);
    let isKnown = false;
    const gate = new FrameGate({
      rates: () => limits.framesOf(connection.viewer),
      isAcknowledged: () => isKnown,
      onTooManyMessages: (waitMs) => connection.throttle.pauseFor(waitMs),
      onFlood() {
        limits.failed(address);
        connection.close(CLOSE.flood);
      },
    });
    gate.guard(socket);
    connection.onClose(connections.add(connection));
    const signedIn = signIn(connection, request, options).then(() => {
      isKnown = true;
    });
    let handling = signedIn;
    webSocket.on('message', (data, isBinary) => {
      connection.heard();
      if (!connection.isOpen) return;
      if (isBinary) {
        connection.close(CLOSE.binary);
        return;
      }
      // one after the other, so that answers come in the order of the questions
      handling = handling.then(() => handle(connection, String(data), options));
    });
    webSocket.on('pong', () => connection.heard());
    // ws closes the socket after each of its errors, which are the peer's: bad frames, too large messages
    webSocket.on('error', (error) => {
      gate.stop();
      limits.failed(address);
      log.debug({ err: error }, 'WebSocket error');
    });
    webSocket.once('close', () => connection.closed());
  };
  return (pathname) => (PATH.test(pathname) ? takeOver : undefined);
}

/** A refused token is told at once, and with each subscription: the socket stays open. */
async function signIn(
  connection: BookConnection,
  request: IncomingMessage,
  { authenticate, sessions, limits, anonymousReads, log }: BookSocketsOptions,
): Promise<void> {
  try {
    const token = tokenOfUpgrade(request);
    if (token === undefined) {
      if (!anonymousReads) connection.refusal = tokenNeeded();
      return;
    }
    const viewer = await authenticate(token);
    if (!connection.isOpen) return;
    connection.onClose(limits.signIn(viewer));
    connection.onClose(() => sessions.delete(connection, viewer));
    sessions.set(connection, viewer);
    connection.viewer = viewer;
  } catch (error) {
    const known = knownError(error, log);
    if (known.code === 'AUTH_FAILED') limits.failed(connection.address);
    connection.refusal = known;
    connection.sendError(known);
  }
}

async function handle(
  connection: BookConnection,
  text: string,
  { limits, log }: BookSocketsOptions,
): Promise<void> {
  if (!connection.isOpen) return;
  try {
    const request = readRequest(text);
    const { viewer, address } = connection;
    if (request.action === 'ping') {
      connection.send({ type: 'pong' });
      return;
    }
    const refused = limits.operation({ viewer, address }, connection) ?? connection.refusal;
    if (refused) throw refused;
    const { action, symbol } = request;
    if (action === 'unsubscribe') {
      connection.unsubscribe(symbol);
      connection.send({ type: 'unsubscription_confirmed', symbol });
    } else if (connection.isSubscribed(symbol)) {
      connection.send({ type: 'subscription_confirmed', symbol });
    } else {
      await connection.subscribe(symbol, limits.subscription(viewer, connection.size + 1));
    }
    connection.throttle.taken();
  } catch (error) {
    connection.sendError(knownError(error, log));
    connection.throttle.refused();
  }
}

const tokenNeeded = (): TickroomError =>
  new TickroomError(
    'AUTH_REQUIRED',
    'Reading order books needs a token on this server: connect to /ws/{client_id}?token=….',
  );

function knownError(error: unknown, log: Logger): TickroomError {
  if (error instanceof TickroomError) return error;
  log.error({ err: error }, 'a message of the old order-book wire could not be handled');
  return new TickroomError('INTERNAL_ERROR', 'Something went wrong here: try again later.');
}
