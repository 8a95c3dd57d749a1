import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionArgs } from 'graphql';
import type { FetchAPI, Plugin } from 'graphql-yoga';
import { bearerToken, digestOf } from '../../auth/credentials.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { ERROR_CODES, TickroomError } from '../../errors.ts';
import type { Context } from '../../graphql/context/context.ts';
import type { LiveOpening } from '../../graphql/live/live.ts';
import { rateLimited } from '../../limits/rate-limited.ts';
import type { Admission } from '../admission.ts';
import { retryAfter } from '../http-errors.ts';
import type { LiveStreamsOptions } from './live-streams.ts';
import { type StreamBodies, streamHead } from './response-body.ts';
import type { SharedEventStream } from './shared-event-stream.ts';
import { operationPrefix } from './shared-event-stream-format.ts';
import { LostStrangers, streamClient } from './stream-client.ts';
import { resultJson } from './stream-errors.ts';
import { StreamReservations } from './stream-reservations.ts';

const TOKEN_HEADER = 'x-graphql-event-stream-token';
/** Operations under way on one stream, of whatever kind. */
const MAX_OPERATIONS = 1000;
const MAX_ID_LENGTH = 100;

export interface SharedEventStreamsOptions extends LiveStreamsOptions {
  readonly admission: Admission;
  /** A reservation ends when no reader came within this. */
  readonly reservedForMs: number;
}

/** What Yoga hands on with a request. */
interface ServerContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** An operation whose result goes to a shared stream. */
interface Asked {
  readonly stream: SharedEventStream;
  readonly operationId: string;
  /** It is a subscription, which ends by itself. */
  isLive: boolean;
}

type Params = Parameters<typeof streamClient>[0];

export interface SharedPlugins {
  /** Takes requests of shared streams. To be put before whatever refuses operations: refusals go to the stream. */
  readonly requests: Plugin;
  /** Writes results to the streams. To be put after whatever answers operations otherwise. */
  readonly results: Plugin;
}

/**
 * graphql-sse's "single connection" mode, in which a page has as many subscriptions as it likes over HTTP/1.1:
 * https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md#single-connection-mode. A PUT reserves a stream, a GET
 * opens it, each POST is an operation whose results are written to it, and a DELETE ends one.
 *
 * An operation that is refused is answered with 202, too, and its errors and `complete` are written to the stream: every
 * other status is a lost connection to its client, which then connects again with all of its operations.
 */
export function sharedEventStreams(options: SharedEventStreamsOptions, bodies: StreamBodies): SharedPlugins {
  const { operations, limits, admission } = options;
  const { formatError } = operations;
  const reservations = new StreamReservations({ ...options, formatError });
  const streams = new WeakMap<Request, SharedEventStream>();
  const asked = new WeakMap<Request, Asked>();
  const strangers = new LostStrangers();

  const reserve = ({ req }: ServerContext, fetchAPI: FetchAPI): Response => {
    if (options.isDraining()) throw new TickroomError('SERVICE_UNAVAILABLE', 'This server stops: try again.');
    const { token } = reservations.reserve(admission.addressOf(req));
    return new fetchAPI.Response(token, {
      status: 201,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    });
  };

  const open = (token: string, { res }: ServerContext, fetchAPI: FetchAPI): Response => {
    const stream = reservations.find(token);
    if (stream.isOpen) {
      throw new TickroomError('CONFLICT', 'This event stream is open already: reserve another one with PUT.');
    }
    stream.open(res);
    bodies.set(res, stream);
    return streamHead(fetchAPI, stream.type);
  };

  const complete = (token: string, url: URL, fetchAPI: FetchAPI): Response => {
    const stream = reservations.find(token);
    const operationId = url.searchParams.get('operationId');
    if (!operationId) throw new TickroomError('INVALID_INPUT', 'Name the operation to end: ?operationId=….');
    stream.complete(operationId);
    return new fetchAPI.Response(null, { status: 200 });
  };

  const requests: Plugin = {
    onRequest({ request, url, serverContext, fetchAPI, endResponse }) {
      const context = serverContext as unknown as ServerContext;
      const { method, headers } = request;
      const token = headers.get(TOKEN_HEADER) ?? url.searchParams.get('token');
      try {
        if (method === 'PUT') endResponse(reserve(context, fetchAPI));
        else if (token === null) return;
        else if (method === 'GET' && !url.searchParams.has('query')) {
          endResponse(open(token, context, fetchAPI));
        } else if (method === 'DELETE') endResponse(complete(token, url, fetchAPI));
        else if (method === 'POST') streams.set(request, reservations.find(token));
      } catch (error) {
        if (!(error instanceof TickroomError)) throw error;
        endResponse(refusal(fetchAPI, error));
      }
    },

    onParams({ request, params, setResult }) {
      const stream = streams.get(request);
      if (!stream) return;
      const operationId = operationIdOf(params);
      const refused =
        operationId === undefined
          ? new TickroomError(
              'INVALID_INPUT',
              `An operation for an event stream needs extensions.operationId: a text of 1 to ${MAX_ID_LENGTH} characters.`,
              { http: { status: 400 } },
            )
          : stream.size >= MAX_OPERATIONS
            ? rateLimited('operations on this event stream', 1000)
            : undefined;
      if (refused || operationId === undefined) {
        setResult({ errors: [formatError(refused)] });
      } else if (stream.reserve(operationId)) {
        asked.set(request, { stream, operationId, isLive: false });
      } else {
        const taken = new TickroomError('CONFLICT', 'An operation of this id is under way: use another id.', {
          http: { status: 409 },
        });
        setResult({ errors: [formatError(taken)] });
      }
    },
  };

  const results: Plugin = {
    onSubscribe({ args, setSubscribeFn }) {
      const { request } = args.contextValue as { readonly request: Request };
      const operation = asked.get(request);
      if (!operation) return;
      setSubscribeFn((given: ExecutionArgs) => {
        const {
          req: _req,
          res: _res,
          request: _request,
          params,
          ...rest
        } = given.contextValue as Context &
          ServerContext & { readonly request: Request; readonly params: Params };
        const { stream } = operation;
        const context = { ...rest, connection: { id: stream.id, noticesOf: stream.id } };
        const opening = operations.prepareLive({ ...given, context });
        if ('errors' in opening) return opening;
        try {
          signIn(stream, context.viewer, options);
          const release = limits.subscription(context.viewer, stream.size);
          operation.isLive = true;
          subscribe(opening, operation, { context, params, request, release });
          return {};
        } catch (error) {
          operations.audit(error, context, 'subscribe');
          return { errors: [formatError(error)] };
        }
      });
    },

    onResultProcess({ request, result, setResultProcessor }) {
      const operation = asked.get(request);
      if (!operation || Array.isArray(result) || Symbol.asyncIterator in result) return;
      setResultProcessor((_, fetchAPI) => {
        const { stream, operationId, isLive } = operation;
        if (!isLive) stream.answer(operationId, resultJson(result));
        return new fetchAPI.Response(null, { status: 202 });
      }, 'application/json');
    },
  };
  return { requests, results };

  function subscribe(
    opening: LiveOpening,
    { stream, operationId }: Asked,
    request: {
      readonly context: Context;
      readonly params: Params;
      readonly request: Request;
      readonly release: (() => void) | undefined;
    },
  ): void {
    const { viewer } = request.context;
    const subscription = stream.subscribe(operationId);
    if (request.release) subscription.onClose(request.release);
    const { likeness } = streamClient(request.params, request.request, request.context);
    if (!viewer) subscription.onClose(() => subscription.isLost && strangers.lost(likeness));
    const token = digestOf(bearerToken(request.request.headers.get('authorization')) ?? '');
    // not awaited, so that the client may complete it while it opens
    operations
      .open(opening, subscription, {
        outbox: stream.outbox,
        prefix: operationPrefix(operationId),
        operation: { operationId, connection: { id: stream.id, session: undefined, token } },
        isUnconfirmed: true,
        mayReturn: !viewer && strangers.isBack(likeness),
      })
      .catch((error: unknown) => subscription.end(error));
  }
}

/**
 * The first user whose subscription a stream carries has it, until their token ends.
 * @throws TickroomError PERMISSION_DENIED, RATE_LIMIT_EXCEEDED
 */
function signIn(
  stream: SharedEventStream,
  viewer: Viewer | null,
  { limits, sessions }: LiveStreamsOptions,
): void {
  if (!viewer) return;
  if (stream.viewer && stream.viewer.id !== viewer.id) {
    throw new TickroomError(
      'PERMISSION_DENIED',
      'This event stream is of another user: reserve one of your own with PUT.',
    );
  }
  if (!stream.viewer) {
    stream.onClose(limits.signIn(viewer));
    stream.onClose(() => sessions.delete(stream, viewer));
  }
  sessions.set(stream, viewer);
  stream.viewer = viewer;
}

function operationIdOf({ extensions }: { readonly extensions?: unknown }): string | undefined {
  if (typeof extensions !== 'object' || extensions === null) return undefined;
  const operationId: unknown = Reflect.get(extensions, 'operationId');
  const isName = typeof operationId === 'string' && operationId !== '' && operationId.length <= MAX_ID_LENGTH;
  return isName ? operationId : undefined;
}

function refusal(fetchAPI: FetchAPI, { code, message, details }: TickroomError): Response {
  const { http, ...shown } = details as { http?: { status?: number } } & Record<string, unknown>;
  return new fetchAPI.Response(JSON.stringify({ errors: [{ message, extensions: { code, ...shown } }] }), {
    status: http?.status ?? ERROR_CODES[code].status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...retryAfter(details.retryAfterMs),
    },
  });
}
