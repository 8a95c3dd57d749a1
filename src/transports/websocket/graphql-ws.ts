import type { Socket } from 'node:net';
import type { ExecutionArgs } from 'graphql';
import { makeServer } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Hub } from '../../fanout/hub.ts';
import { nextPrefix } from '../../fanout/payload/shared-payload.ts';
import type { LiveOpening } from '../../graphql/live/live.ts';
import type { OperationRequest } from '../../graphql/operations.ts';
import type { Connections } from '../connections.ts';
import { CLOSE, closeReason } from './close-codes.ts';
import { FrameGate } from './frame-gate.ts';
import { SocketAccess, type SocketAccessOptions } from './socket-access.ts';
import { WebSocketConnection } from './websocket-connection.ts';

export interface GraphqlWsOptions extends SocketAccessOptions {
  readonly hub: Hub;
  readonly connections: Connections;
  readonly connectionInitTimeoutMs: number;
}

/** @param socket the one below the WebSocket */
export type TakeOver = (webSocket: WebSocket, socket: Socket, address: string) => void;

/** What `onSubscribe` hands to `execute` beside graphql-js' own arguments. */
interface OperationArgs extends ExecutionArgs {
  connection?: WebSocketConnection | undefined;
}

/** And to `subscribe`. */
interface LiveArgs extends ExecutionArgs {
  subscription?: { id: string; live: LiveOpening; connection: WebSocketConnection } | undefined;
}

/**
 * Serves graphql-transport-ws on sockets that are already open. graphql-ws keeps the protocol; `next` messages of
 * subscriptions are written by the fan-out engine.
 * @returns takes one socket over
 */
export function graphqlWs(options: GraphqlWsOptions): TakeOver {
  const { operations, connections, hub, log } = options;
  const access = new SocketAccess(options);
  const prepare = (connection: WebSocketConnection, request: OperationRequest) => {
    const refused = access.refusal(connection, request);
    // not answered: its client sends it again when it has connected with a new token
    if (refused?.code === 'AUTH_TOKEN_EXPIRED') connection.close(CLOSE.tokenEnded);
    if (refused) return { errors: [operations.formatError(refused)] };
    const { viewer, address } = connection;
    return operations.prepare(request, { viewer, connection, address });
  };
  const server = makeServer<Record<string, unknown>, WebSocketConnection>({
    connectionInitWaitTimeout: options.connectionInitTimeoutMs,
    async onConnect({ connectionParams, extra: connection }) {
      connection.isAcknowledged = await access.signIn(connection, connectionParams);
      return connection.isAcknowledged;
    },
    onSubscribe({ extra: connection }, id, request) {
      const prepared = prepare(connection, request);
      if ('errors' in prepared) {
        connection.throttle.refused();
        return prepared.errors;
      }
      connection.throttle.taken();
      const { args, live } = prepared;
      if (!live) return { ...args, connection } satisfies OperationArgs;
      return { ...args, subscription: { id, live, connection } } satisfies LiveArgs;
    },
    execute: ({ connection, ...args }: OperationArgs) =>
      connection ? connection.answer(() => operations.execute(args)) : operations.execute(args),
    subscribe(args: LiveArgs) {
      const { subscription } = args;
      if (!subscription) throw new Error('A subscription was started twice.');
      // graphql-ws keeps the arguments as long as the subscription lives, and the hub has all it needs
      args.subscription = undefined;
      const { id, live, connection } = subscription;
      const stream = connection.openStream(id, operations.formatError);
      if (!access.countSubscription(connection, stream)) return stream;
      // not awaited, so that the client may complete it while it opens
      operations
        .open(live, stream, {
          outbox: connection.outbox,
          prefix: nextPrefix(id),
          operation: { operationId: id, connection },
        })
        .catch((error: unknown) => stream.end(error));
      return stream;
    },
  });

  return (webSocket, socket, address) => {
    const connection = new WebSocketConnection(webSocket, hub, address);
    const gate = new FrameGate({
      rates: () => options.limits.framesOf(connection.viewer),
      isAcknowledged: () => connection.isAcknowledged,
      onTooManyMessages: (waitMs) => connection.throttle.pauseFor(waitMs),
      onFlood: () => {
        options.limits.failed(address);
        log.debug({ address }, 'a WebSocket was flooded with frames');
        connection.closeFlooding();
      },
    });
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
        onMessage: (handle) => {
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
        },
      },
      connection,
    );
    webSocket.on('pong', (payload) => connection.answeredPing(payload));
    // ws closes the socket after each of its errors, which are the peer's: bad frames, too large messages
    webSocket.on('error', (error) => {
      gate.stop();
      options.limits.failed(address);
      log.debug({ err: error }, 'WebSocket error');
    });
    webSocket.once('close', (code, reason) => {
      forget();
      connection.closed(code);
      closed(code, String(reason)).catch((error: unknown) => log.error({ err: error }, 'closing failed'));
    });
  };
}

/** Of what graphql-ws throws: a message that is the server's to send, and one that is too deep for the stack. */
const isPeersFault = (error: unknown): boolean =>
  error instanceof RangeError ||
  (error instanceof Error && error.message.startsWith('Unexpected message of type'));
