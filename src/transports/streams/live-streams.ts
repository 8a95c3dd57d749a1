import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Sessions } from '../../auth/sessions.ts';
import { TickroomError } from '../../errors.ts';
import type { Hub } from '../../fanout/hub.ts';
import { positionsOfEventId } from '../../fanout/resume/last-event-id.ts';
import type { Context } from '../../graphql/context/context.ts';
import type { Operations } from '../../graphql/operations.ts';
import type { Limits } from '../../limits/limits.ts';
import type { Connections } from '../connections.ts';
import { withStatus } from '../http-errors.ts';
import { NOT_ACCEPTABLE } from '../not-acceptable.ts';
import { acceptedFormat } from './accepted-format.ts';
import { HttpStream } from './http-stream.ts';
import type { StreamBodies } from './response-body.ts';
import { LostStrangers, streamClient } from './stream-client.ts';

/** After so long an answer begins, although what it is of is not open yet. */
const ANSWER_AFTER_MS = 1000;

/** Frames of streamed answers carry no operation id: each has one operation. */
const NO_PREFIX = '';

type ServerContext = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly request: Request;
  readonly params: Parameters<typeof streamClient>[0];
};

export interface LiveStreamsOptions {
  readonly operations: Operations;
  readonly hub: Hub;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly limits: Limits;
  /** The server stops: its clients are to connect to another. */
  readonly isDraining: () => boolean;
}

/**
 * Serves subscriptions over HTTP from the fan-out engine: shared execution, one text per event, as event streams and as
 * multipart answers.
 */
export function liveStreams(options: LiveStreamsOptions, bodies: StreamBodies): Plugin {
  const { operations, hub, connections } = options;
  const strangers = new LostStrangers();
  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(async (args: Parameters<Operations['execute']>[0]) => {
        const { req: _req, res, request, params, ...context } = args.contextValue as Context & ServerContext;
        const format = acceptedFormat(request.headers.get('accept'));
        if (!format) return { errors: [notAcceptable()] };
        if (options.isDraining()) return { errors: [withStatus(operations.formatError(stopping()))] };
        const client = streamClient(params, request, context);
        const { noticesOf } = client;
        const opening = operations.prepareLive({
          ...args,
          context: { ...context, connection: { id: randomUUID(), noticesOf } },
        });
        if ('errors' in opening) return opening;
        const stream = new HttpStream(operations.formatError, format);
        try {
          letIn(stream, context, options);
        } catch (error) {
          stream.close();
          operations.audit(error, context, 'subscribe');
          return { errors: [withStatus(operations.formatError(error))] };
        }
        const outbox = hub.openOutbox(stream.sink);
        if (noticesOf !== undefined) {
          outbox.onNotice = (notice) => hub.notices.push(noticesOf, notice);
          stream.onClose(hub.notices.hold(noticesOf));
        }
        const cut = (): void => {
          res.destroy();
        };
        stream.onClose(
          connections.add({
            outbox,
            probe() {
              stream.sink.ping();
              return true;
            },
            terminate: cut,
            closeStuck: cut,
            closeGoingAway: () => stream.goAway(),
          }),
        );
        stream.sink.onReady = () => outbox.resume();
        res.once('close', () => stream.lose(false));
        // its client may have gone while its token was checked
        if (res.destroyed) stream.lose(false);
        const isStranger = !context.viewer && client.operation !== undefined;
        if (isStranger) stream.onClose(() => stream.isLost && strangers.lost(client.likeness));
        else if (client.operation) stream.estimateArrival(outbox);
        try {
          const opened = operations.open(opening, stream, {
            outbox,
            prefix: NO_PREFIX,
            operation: client.operation,
            label: client.label,
            positions: positionsOfEventId(request.headers.get('last-event-id')),
            isUnconfirmed: true,
            mayReturn: isStranger && strangers.isBack(client.likeness),
          });
          // one that is held while the database is away must answer, or proxies give it up
          if (await takesLong(opened)) opened.catch((error: unknown) => stream.end(error));
        } catch (error) {
          stream.close();
          return { errors: [withStatus(operations.formatError(error))] };
        }
        bodies.set(res, stream);
        // the answer is the stream
        return {};
      });
    },
  };
}

const stopping = (): TickroomError =>
  new TickroomError('SERVICE_UNAVAILABLE', 'This server stops: connect again.');

const notAcceptable = (): GraphQLError =>
  new GraphQLError(NOT_ACCEPTABLE, { extensions: { code: 'INVALID_INPUT', http: { status: 406 } } });

/** @throws what it rejects with meanwhile */
async function takesLong(opened: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), ANSWER_AFTER_MS);
  });
  try {
    return await Promise.race([opened.then(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Counts a stream until it closes, and ends it with its token.
 * @throws TickroomError RATE_LIMIT_EXCEEDED
 */
function letIn(
  stream: HttpStream,
  { viewer, address = '' }: Context,
  { operations, limits, sessions }: LiveStreamsOptions,
): void {
  stream.onClose(limits.connect(address));
  const release = limits.subscription(viewer, 1);
  if (!viewer) return;
  if (release) stream.onClose(release);
  stream.onClose(limits.signIn(viewer));
  const session = {
    // with another token its client may go on
    expired: (error: Error): void => stream.goAway(operations.formatError(error)),
    revoked: (error: Error): void => stream.end(error),
  };
  sessions.set(session, viewer);
  stream.onClose(() => sessions.delete(session, viewer));
}
