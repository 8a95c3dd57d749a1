import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Sessions } from '../../auth/sessions.ts';
import { TickroomError } from '../../errors.ts';
import type { Hub } from '../../fanout/hub.ts';
import { confirmPosition } from '../../fanout/members/confirmed.ts';
import type { Outbox } from '../../fanout/outbox/outbox.ts';
import type { Batch, Sink } from '../../fanout/outbox/sink.ts';
import { eventId, positionsOfEventId } from '../../fanout/resume/last-event-id.ts';
import type { Context } from '../../graphql/context/context.ts';
import type { FormatError } from '../../graphql/context/format-error.ts';
import { LiveSubscription } from '../../graphql/live/live-subscription.ts';
import type { Operations } from '../../graphql/operations.ts';
import type { Limits } from '../../limits/limits.ts';
import type { Connections } from '../connections.ts';
import type { StreamPart } from './event-stream-answers.ts';
import { eventStreamClient, LostStrangers } from './event-stream-client.ts';
import { COMPLETE, comeBack, failure, isPassing, nextEvent } from './event-stream-format.ts';
import { withStatus } from './http-errors.ts';

/** After so long an answer begins, although what it is of is not open yet. */
const ANSWER_AFTER_MS = 1000;

/** Event streams have no operation id: each has one operation. */
const NO_PREFIX = '';

type ServerContext = {
  readonly req?: IncomingMessage;
  readonly res?: ServerResponse;
  readonly request: Request;
  readonly params: Parameters<typeof eventStreamClient>[0];
};

/**
 * What was written so long ago has arrived, unless the connection was dead for all that time and neither the server nor a
 * proxy noticed. Clients of event streams confirm nothing.
 */
const ARRIVED_AFTER_MS = 60_000;

export interface EventStreamOptions {
  readonly operations: Operations;
  readonly hub: Hub;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly limits: Limits;
  /** The server stops: its clients are to connect to another. */
  readonly isDraining: () => boolean;
}

/** Serves subscriptions over HTTP (SSE) from the fan-out engine: shared execution, one text per event. */
export function eventStreams(options: EventStreamOptions): Plugin {
  const { operations, hub, connections } = options;
  const strangers = new LostStrangers();
  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(async (args: Parameters<Operations['execute']>[0]) => {
        const { req: _req, res, request, params, ...context } = args.contextValue as Context & ServerContext;
        const positions = positionsOfEventId(request.headers.get('last-event-id'));
        if (options.isDraining()) return { errors: [withStatus(operations.formatError(stopping()))] };
        const client = eventStreamClient(params, request, context);
        const { noticesOf } = client;
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
            closeGoingAway: () => stream.goAway(),
          }),
        );
        stream.onPull = () => outbox.resume();
        res?.once('close', () => stream.lose(false));
        const isStranger = !context.viewer && client.operation !== undefined;
        if (isStranger) stream.onClose(() => stream.isLost && strangers.lost(client.likeness));
        else if (client.operation) stream.estimateArrival(outbox);
        try {
          const opened = operations.open(opening, stream, {
            outbox,
            prefix: NO_PREFIX,
            operation: client.operation,
            label: client.label,
            positions,
            isUnconfirmed: true,
            mayReturn: isStranger && strangers.isBack(client.likeness),
          });
          // one that is held while the database is away must answer, or proxies give it up
          if (await takesLong(opened)) opened.catch((error: unknown) => stream.end(error));
          return stream;
        } catch (error) {
          stream.close();
          return { errors: [withStatus(operations.formatError(error))] };
        }
      });
    },
  };
}

const stopping = (): TickroomError =>
  new TickroomError('SERVICE_UNAVAILABLE', 'This server stops: connect again.');

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
  { operations, limits, sessions }: EventStreamOptions,
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

/** Takes frames only as fast as they are read: one at a time. */
class EventStream extends LiveSubscription implements Sink, AsyncIterableIterator<StreamPart> {
  onPull: () => void = () => {};
  #waiting: ((result: IteratorResult<StreamPart>) => void) | undefined;
  /** the last part, still to be sent */
  #last = '';
  #isEstimated = false;
  readonly #formatError: FormatError;

  constructor(formatError: FormatError) {
    super(formatError);
    this.#formatError = formatError;
  }

  get ready(): boolean {
    return this.#waiting !== undefined;
  }

  send({ links, payloads }: Batch, from: number): number {
    const [link, payload] = [links[from], payloads[from]];
    if (!link || !payload) return 1;
    const text = nextEvent(payload.json, eventId(link, payload));
    // Ids of later frames say up to where each topic was written here.
    if (!this.#isEstimated) confirmPosition(link, payload);
    this.#settle({ done: false, value: { text } });
    return 1;
  }

  /** Nothing is known of its connection but that it was seen to end. */
  override get isDoubtful(): boolean {
    return true;
  }

  /** Takes what was written a while ago for received: its client will not say itself what it has. */
  estimateArrival(outbox: Outbox): void {
    this.#isEstimated = true;
    const timer = setInterval(() => {
      this.confirmProgress();
      if (outbox.length === 0) this.markProgress();
    }, ARRIVED_AFTER_MS);
    this.onClose(() => clearInterval(timer));
  }

  /** Ends it as if the connection was lost: its client connects again. @param error why, for those who show it */
  goAway(error?: GraphQLError): void {
    if (this.closed) return;
    this.#last = error ? failure([error], true) : comeBack();
    this.lose(false);
    this.#finish();
  }

  /** An error that may pass makes its client connect again. */
  override end(error?: unknown): void {
    const known = error === undefined ? undefined : this.#formatError(error);
    if (known && isPassing({ errors: [known] })) this.goAway(known);
    else super.end(known);
  }

  next(): Promise<IteratorResult<StreamPart>> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      if (this.closed) this.#finish();
      else this.onPull();
    });
  }

  return(): Promise<IteratorResult<StreamPart>> {
    this.lose(false);
    this.#finish();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  protected override ended(error: GraphQLError | undefined): void {
    this.#last = error ? failure([error], false) : COMPLETE;
    this.#finish();
  }

  #finish(): void {
    if (!this.#waiting) return;
    const text = this.#last;
    this.#last = '';
    this.#settle(text === '' ? { done: true, value: undefined } : { done: false, value: { text } });
  }

  #settle(result: IteratorResult<StreamPart>): void {
    const resolve = this.#waiting;
    this.#waiting = undefined;
    resolve?.(result);
  }
}
