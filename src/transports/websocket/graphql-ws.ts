import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Hub } from '../../fanout/hub.ts';
import type { Connections } from '../connections.ts';
import { CLOSE, closeReason } from './close-codes.ts';
import { FrameGate } from './frame-gate.ts';
import { type ProtocolServerOptions, protocolServer } from './protocol-server.ts';
import { SocketAccess } from './socket-access.ts';
import { WebSocketConnection } from './websocket-connection.ts';

export interface GraphqlWsOptions extends ProtocolServerOptions {
  readonly hub: Hub;
  readonly connections: Connections;
}

/**
 * Takes over an open WebSocket.
 * @param socket the one below the WebSocket
 * @param request by which it was opened
 */
export type TakeOver = (
  webSocket: WebSocket,
  socket: Socket,
  address: string,
  request: IncomingMessage,
) => void;

/**
 * Serves graphql-transport-ws on sockets that are already open.
 * @returns takes one socket over
 */
export function graphqlWs(options: GraphqlWsOptions): TakeOver {
  const { connections, hub, limits, log } = options;
  const access = new SocketAccess(options);
  const server = protocolServer(options, access);

  return (webSocket, socket, address) => {
    const connection = new WebSocketConnection(webSocket, hub, address);
    const gate = gateOf(connection, options);
    gate.guard(socket);
    const forget = connections.add(connection);
    const closed = server.opened(
      {
        protocol: webSocket.protocol,
        send: (text) => connection.throttle.answer(text),
        close: (code, reason) => webSocket.close(code, closeReason(reason ?? '')),
        // graphql-ws would send the payload back, which may hold a token
        onPing: async (payload) => {
          if (gate.take(1)) connection.throttle.answer(await access.pong(connection, payload));
        },
        onPong: () => {
          gate.take(1);
        },
        onMessage: (handle) => receive(webSocket, connection, handle, options),
      },
      connection,
    );
    webSocket.on('pong', (payload) => connection.answeredPing(payload));
    // ws closes the socket after each of its errors, which are the peer's: bad frames, too large messages
    webSocket.on('error', (error) => {
      gate.stop();
      limits.failed(address);
      log.debug({ err: error }, 'WebSocket error');
    });
    webSocket.once('close', (code, reason) => {
      forget();
      connection.closed(code);
      closed(code, String(reason)).catch((error: unknown) => log.error({ err: error }, 'closing failed'));
    });
  };
}

/** Every frame of a socket counts, control frames too; a flood closes it. */
function gateOf(connection: WebSocketConnection, { limits, log }: GraphqlWsOptions): FrameGate {
  const { address } = connection;
  return new FrameGate({
    rates: () => limits.framesOf(connection.viewer),
    isAcknowledged: () => connection.isAcknowledged,
    onTooManyMessages: (waitMs) => connection.throttle.pauseFor(waitMs),
    onFlood: () => {
      limits.failed(address);
      log.debug({ address }, 'a WebSocket was flooded with frames');
      connection.closeFlooding();
    },
  });
}

/** Hands each message of a socket to the protocol, and closes the socket where one cannot be handled. */
function receive(
  webSocket: WebSocket,
  connection: WebSocketConnection,
  handle: (message: string) => Promise<void>,
  { log }: GraphqlWsOptions,
): void {
  webSocket.on('message', (data, isBinary) => {
    connection.heard();
    // Messages after the close are ignored.
    if (webSocket.readyState !== webSocket.OPEN) return;
    if (isBinary) {
      connection.close(CLOSE.binary);
      return;
    }
    handle(String(data)).catch((error: unknown) => {
      if (isPeersFault(error)) {
        connection.close(CLOSE.invalidMessage);
        return;
      }
      log.error({ err: error }, 'a WebSocket message could not be handled');
      connection.close(CLOSE.internalError);
    });
  });
}

/** Of what graphql-ws throws: a message that is the server's to send, and one that is too deep for the stack. */
const isPeersFault = (error: unknown): boolean =>
  error instanceof RangeError ||
  (error instanceof Error && error.message.startsWith('Unexpected message of type'));
