import type { ExecutionArgs } from 'graphql';
import { makeServer, type Server } from 'graphql-ws';
import { nextPrefix } from '../../fanout/payload/shared-payload.ts';
import type { LiveOpening } from '../../graphql/live/live.ts';
import type { OperationRequest } from '../../graphql/operations.ts';
import { CLOSE } from './close-codes.ts';
import type { SocketAccess, SocketAccessOptions } from './socket-access.ts';
import type { WebSocketConnection } from './websocket-connection.ts';

export interface ProtocolServerOptions extends SocketAccessOptions {
  readonly connectionInitTimeoutMs: number;
}

/** What `onSubscribe` hands to `execute` beside graphql-js' own arguments. */
interface OperationArgs extends ExecutionArgs {
  connection?: WebSocketConnection | undefined;
}

/** And to `subscribe`. */
interface LiveArgs extends ExecutionArgs {
  subscription?: { id: string; live: LiveOpening; connection: WebSocketConnection } | undefined;
}

/**
 * What the server answers to `connection_init`, `subscribe` and `complete`. graphql-ws keeps the protocol; `next` messages
 * of subscriptions are written by the fan-out engine.
 */
export function protocolServer(
  options: ProtocolServerOptions,
  access: SocketAccess,
): Server<WebSocketConnection> {
  const { operations } = options;
  return makeServer<Record<string, unknown>, WebSocketConnection>({
    connectionInitWaitTimeout: options.connectionInitTimeoutMs,
    async onConnect({ connectionParams, extra: connection }) {
      connection.isAcknowledged = await access.signIn(connection, connectionParams);
      return connection.isAcknowledged;
    },
    onSubscribe({ extra: connection }, id, request) {
      const prepared = prepare(options, access, connection, request);
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
}

function prepare(
  { operations }: ProtocolServerOptions,
  access: SocketAccess,
  connection: WebSocketConnection,
  request: OperationRequest,
) {
  const refused = access.refusal(connection, request);
  // not answered: its client sends it again when it has connected with a new token
  if (refused?.code === 'AUTH_TOKEN_EXPIRED') connection.close(CLOSE.tokenEnded);
  if (refused) return { errors: [operations.formatError(refused)] };
  const { viewer, address } = connection;
  return operations.prepare(request, { viewer, connection, address });
}
