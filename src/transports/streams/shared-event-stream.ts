import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import type { Session } from '../../auth/sessions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { TickroomError } from '../../errors.ts';
import type { Hub } from '../../fanout/hub.ts';
import type { Outbox } from '../../fanout/outbox/outbox.ts';
import type { FormatError } from '../../graphql/context/format-error.ts';
import { LiveSubscription } from '../../graphql/live/live-subscription.ts';
import type { Connection } from '../connections.ts';
import { ARRIVED_AFTER_MS } from './http-stream.ts';
import type { ResponseHead, StreamBody } from './response-body.ts';
import { lastEvents, resultEvent, SHARED_EVENT_STREAM } from './shared-event-stream-format.ts';
import { errorsJson } from './stream-errors.ts';
import { StreamSink } from './stream-sink.ts';

/** One subscription of a shared event stream. */
export class StreamOperation extends LiveSubscription {
  readonly id: string;
  readonly #tell: (events: string) => void;

  /** @param tell writes its last events */
  constructor(id: string, formatError: FormatError, tell: (events: string) => void) {
    super(formatError);
    this.id = id;
    this.#tell = tell;
  }

  /** Nothing is known of its connection but that it was seen to end. */
  override get isDoubtful(): boolean {
    return true;
  }

  protected override ended(error: GraphQLError | undefined): void {
    this.#tell(lastEvents(this.id, error && [error]));
  }
}

/**
 * An event stream that a client reserved, and which carries all of its operations. The operations are asked for by requests
 * of their own, which name the stream by its token.
 */
export class SharedEventStream implements StreamBody, Connection, Session {
  /** Names the stream in further requests: unguessable. */
  readonly token: string = randomUUID();
  /** Names the connection to resolvers; who knows it may not ask for operations. */
  readonly id: string = randomUUID();
  readonly outbox: Outbox;
  readonly type = SHARED_EVENT_STREAM.type;
  /** The user its operations are of; null: nobody signed in yet. */
  viewer: Viewer | null = null;
  /** Told once a reader has come. */
  onOpen: () => void = () => {};
  readonly #sink = new StreamSink(SHARED_EVENT_STREAM);
  readonly #formatError: FormatError;
  /** Operations under way by their id; undefined: a query or mutation. */
  readonly #operations = new Map<string, StreamOperation | undefined>();
  /** results and ends that wait for the reader */
  #waiting: string[] = [];
  #wasWaiting = false;
  #response: ServerResponse | undefined;
  #closers: (() => void)[] = [];
  #isClosed = false;
  readonly #arriving: NodeJS.Timeout;

  constructor(hub: Hub, formatError: FormatError) {
    this.#formatError = formatError;
    this.outbox = hub.openOutbox(this.#sink);
    this.outbox.onNotice = (notice) => hub.notices.push(this.id, notice);
    this.onClose(hub.notices.hold(this.id));
    this.#sink.onReady = () => this.#continue();
    this.#arriving = setInterval(() => this.#estimateArrival(), ARRIVED_AFTER_MS);
    this.onClose(() => clearInterval(this.#arriving));
  }

  /** Operations that are under way. */
  get size(): number {
    return this.#operations.size;
  }

  /** A request has taken the stream: there is one reader at most. */
  get isOpen(): boolean {
    return this.#response !== undefined;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Runs once, when the stream is closed; at once if it is. */
  onClose(close: () => void): void {
    if (this.#isClosed) close();
    else this.#closers.push(close);
  }

  /** A reader has come: it is to be begun with its answer. */
  open(response: ServerResponse): void {
    this.#response = response;
    this.onOpen();
    response.once('close', () => this.close());
    if (response.destroyed) this.close();
  }

  begin(response: ServerResponse, head: ResponseHead): void {
    this.#sink.begin(response, head);
  }

  /** @returns false: an operation of that id is under way */
  reserve(operationId: string): boolean {
    if (this.#operations.has(operationId)) return false;
    this.#operations.set(operationId, undefined);
    return true;
  }

  /** Writes the result of a query, mutation or refusal, which completes it. @param json the result */
  answer(operationId: string, json: string): void {
    this.#tell(operationId, resultEvent(operationId, json) + lastEvents(operationId));
  }

  /** A subscription under a reserved id. */
  subscribe(operationId: string): StreamOperation {
    const operation = new StreamOperation(operationId, this.#formatError, (events) =>
      this.#tell(operationId, events),
    );
    this.#operations.set(operationId, operation);
    operation.onClose(() => {
      if (!operation.isEnded) this.#operations.delete(operationId);
    });
    return operation;
  }

  /** Its client wants no more of an operation. */
  complete(operationId: string): void {
    this.#operations.get(operationId)?.close();
    this.#operations.delete(operationId);
  }

  /** A comment is sent. @returns false: what was to be said last time still waits */
  probe(): boolean {
    if (this.#waiting.length > 0 && this.#wasWaiting) return false;
    this.#wasWaiting = this.#waiting.length > 0;
    this.#sink.ping();
    return true;
  }

  terminate(): void {
    if (this.#response) this.#response.destroy();
    else this.close();
  }

  closeStuck(): void {
    this.terminate();
  }

  closeGoingAway(): void {
    this.#end('');
  }

  /** With another token its client may go on: it connects again. */
  expired(error: TickroomError): void {
    const json = `{"errors":${errorsJson([this.#formatError(error)])}}`;
    this.#end([...this.#operations.keys()].map((id) => resultEvent(id, json)).join(''));
  }

  revoked(error: TickroomError): void {
    for (const operation of [...this.#operations.values()]) operation?.end(error);
    this.#end('');
  }

  /** The connection is gone, or the reservation was not used. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const operation of [...this.#operations.values()]) operation?.lose(false);
    this.#operations.clear();
    this.#waiting = [];
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) close();
  }

  /** Ends the stream as if the connection was lost. */
  #end(events: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#sink.finish(events, SHARED_EVENT_STREAM.endAfterMs);
  }

  /** The id may be used again once its end is written. */
  #tell(operationId: string, events: string): void {
    this.#operations.delete(operationId);
    if (this.#isClosed) return;
    if (this.#waiting.length === 0 && this.#sink.ready) this.#sink.write(events);
    else this.#waiting.push(events);
  }

  #continue(): void {
    while (this.#waiting.length > 0 && this.#sink.ready) this.#sink.write(this.#waiting.shift() ?? '');
    if (this.#waiting.length === 0) this.outbox.resume();
  }

  #estimateArrival(): void {
    for (const operation of this.#operations.values()) {
      operation?.confirmProgress();
      if (this.outbox.length === 0) operation?.markProgress();
    }
  }
}
