import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Sessions } from '../../auth/sessions.ts';
import { confirmPosition } from '../../fanout/confirmed.ts';
import type { Hub } from '../../fanout/hub.ts';
import { eventId, positionsOfEventId } from '../../fanout/last-event-id.ts';
import type { Batch, Sink } from '../../fanout/sink.ts';
import type { Context } from '../../graphql/context/context.ts';
import { LiveSubscription } from '../../graphql/live/live-subscription.ts';
import type { Operations } from '../../graphql/operations.ts';
import type { Limits } from '../../limits/limits.ts';
import type { Connections } from '../connections.ts';
import { withStatus } from './http-errors.ts';

/** After so long an answer begins, although what it is of is not open yet. */
const ANSWER_AFTER_MS = 1000;

/** Event streams have no operation id: each has one operation. */
const NO_HEAD = '';

/** A result that carries its own text, which all who share the execution share too. Yoga asks `stringify` for it. */
interface EncodedResult extends ExecutionResult {
  readonly stringify: () => string;
}

type ServerContext = {
  readonly req?: IncomingMessage;
  readonly res?: ServerResponse;
  readonly request: Request;
};

/** One that is shorter may be somebody else's, too. */
const LEAST_SESSION = 20;
const MAX_SESSION = 100;

export interface EventStreamOptions {
  readonly operations: Operations;
  readonly hub: Hub;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly limits: Limits;
}

/** Serves subscriptions over HTTP (SSE) from the fan-out engine: shared execution, one text per event. */
export function eventStreams(options: EventStreamOptions): Plugin {
  const { operations, hub, connections } = options;
  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(async (args: Parameters<Operations['execute']>[0]) => {
        const { req: _req, res, request, ...context } = args.contextValue as Context & ServerContext;
        const positions = positionsOfEventId(request.headers.get('last-event-id'));
        const noticesOf = sessionOf(args.contextValue, context);
        const opening = operations.prepareLive({
          ...args,
          context: { ...context, connection: { id: randomUUID(), noticesOf } },
        });
        if ('errors' in opening) return opening;
        const stream = new EventStream(operations.formatError);
        try {
          letIn(stream, context, options);
        } catch (error) {
          stream.close();
          operations.audit(error, context, 'subscribe');
          return { errors: [withStatus(operations.formatError(error))] };
        }
        const outbox = hub.openOutbox(stream);
        if (noticesOf !== undefined) {
          outbox.onNotice = (notice) => hub.notices.push(noticesOf, notice);
          stream.onClose(hub.notices.hold(noticesOf));
        }
        const cut = (): void => {
          res?.destroy();
        };
        stream.onClose(
          connections.add({
            outbox,
            probe: () => true,
            terminate: cut,
            closeStuck: cut,
            closeGoingAway: () => stream.end(),
          }),
        );
        stream.onPull = () => outbox.resume();
        res?.once('close', () => stream.close());
        try {
          const opened = operations.open(opening, stream, {
            outbox,
            head: NO_HEAD,
            operation: undefined,
            positions,
          });
          // one that is held while the database is away must answer, or proxies give it up
          if (await takesLong(opened)) opened.catch((error: unknown) => stream.end(error));
          return stream;
        } catch (error) {
          stream.close();
          return { errors: [operations.formatError(error)] };
        }
      });
    },
  };
}

/** What the client calls itself in `extensions.session`, as a name of its own user's. */
function sessionOf(contextValue: unknown, { viewer }: Context): string | undefined {
  const { params } = contextValue as { params?: { extensions?: { session?: unknown } | null } };
  const session = params?.extensions?.session;
  if (typeof session !== 'string' || session.length < LEAST_SESSION || session.length > MAX_SESSION)
    return undefined;
  return JSON.stringify([viewer?.id ?? null, session]);
}

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
  stream: EventStream,
  { viewer, address = '' }: Context,
  { limits, sessions }: EventStreamOptions,
): void {
  stream.onClose(limits.connect(address));
  const release = limits.subscription(viewer, 1);
  if (!viewer) return;
  if (release) stream.onClose(release);
  stream.onClose(limits.signIn(viewer));
  const end = (error: Error): void => stream.end(error);
  const session = { expired: end, revoked: end };
  sessions.set(session, viewer);
  stream.onClose(() => sessions.delete(session, viewer));
}

/** Takes frames only as fast as they are read: one at a time. */
class EventStream extends LiveSubscription implements Sink, AsyncIterableIterator<EncodedResult> {
  onPull: () => void = () => {};
  #waiting: ((result: IteratorResult<EncodedResult>) => void) | undefined;
  /** why the server ended it, still to be told */
  #failure: Error | undefined;

  get ready(): boolean {
    return this.#waiting !== undefined;
  }

  send({ links, tails }: Batch, from: number): number {
    const [link, tail] = [links[from], tails[from]];
    if (!link || !tail) return 1;
    const id = eventId(link, tail);
    // Yoga writes what this gives as the event's last line but for the empty one: JSON has no line breaks of its own
    const text = id === undefined ? tail.json : `${tail.json}\nid: ${id}`;
    // ids of later frames say up to where each topic was written here
    confirmPosition(link, tail);
    this.#settle({ done: false, value: { stringify: () => text } });
    return 1;
  }

  next(): Promise<IteratorResult<EncodedResult>> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      if (this.closed) this.#finish();
      else this.onPull();
    });
  }

  return(): Promise<IteratorResult<EncodedResult>> {
    this.close();
    this.#finish();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  protected override ended(error: Error | undefined): void {
    this.#failure = error;
    this.#finish();
  }

  #finish(): void {
    const failure = this.#failure;
    if (!this.#waiting) return;
    this.#failure = undefined;
    if (failure)
      this.#settle({ done: false, value: { stringify: () => JSON.stringify({ errors: [failure] }) } });
    else this.#settle({ done: true, value: undefined });
  }

  #settle(result: IteratorResult<EncodedResult>): void {
    const resolve = this.#waiting;
    this.#waiting = undefined;
    resolve?.(result);
  }
}
