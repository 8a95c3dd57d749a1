import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Session } from '../../auth/sessions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { TickroomError } from '../../errors.ts';
import type { Hub } from '../../fanout/hub.ts';
import type { Outbox } from '../../fanout/outbox/outbox.ts';
import type { ClientConnection } from '../../fanout/resume/client-operation.ts';
import type { FormatError } from '../../graphql/context/format-error.ts';
import type { Allowance } from '../../limits/allowance.ts';
import type { CountedConnection } from '../../limits/limits.ts';
import { randomIn } from '../../primitives/backoff.ts';
import type { Connection } from '../connections.ts';
import { CLOSE, closeReason, reasonOf } from './close-codes.ts';
import { ParkedStream } from './parked-stream.ts';
import { ReadThrottle } from './read-throttle.ts';
import { socketSink } from './socket-sink.ts';

/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const NORMAL = 1000;
const ABNORMAL = 1006;
/** What a peer has is asked at most so often, and so seldom that it takes no more than a tenth of writing's time. */
const ASK_EVERY_MS = 20;
const ASKING_SHARE = 10;
/** Of market data, which flows: after a pause a few times at once, then so seldom. As much may come twice afterwards. */
const ASK_FLOWING_EVERY_MS = 1000;
const ASK_AT_ONCE = 3;
/** A peer that did not answer for so long may be gone. */
const DOUBTFUL_AFTER_MS = 1000;

/** At random between them: those who were cut off together must not come back together. */
const FLOOD_ENDS_MS = { least: 1000, most: 3000 };

/** A new token may come by ping for so long after the end of the one before. */
const RENEW_WITHIN_MS = 5000;

/** One WebSocket client. */
export class WebSocketConnection implements Connection, ClientConnection, CountedConnection, Session {
  readonly outbox: Outbox;
  readonly throttle: ReadThrottle;
  /** Set by connection_init. */
  viewer: Viewer | null = null;
  /** where it comes from */
  readonly address: string;
  allowance: Allowance | undefined;
  /** What the client calls itself, in connection_init; undefined: nothing. */
  session: string | undefined;
  /** A digest of its newest token. */
  token = '';
  /** connection_init was taken. */
  isAcknowledged = false;
  /** Told once, when the socket is closed. */
  onClosed: (() => void) | undefined;
  readonly #webSocket: WebSocket;
  #answered = true;
  /** queries and mutations under way */
  #answering = 0;
  #leaving = false;
  /** the server said that it closes */
  #isClosing = false;
  /** the ping whose answer tells what the peer has; 0: none is under way */
  #asked = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asks = 0;
  /** of what was written since: nothing has to be asked about, market data, or what is stored too */
  #unasked: 'nothing' | 'flowing' | 'stored' = 'nothing';
  /** how far asking about market data is ahead of its pace: https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm */
  #flowingAt = 0;
  #asking: NodeJS.Timeout | undefined;
  #flooding: NodeJS.Timeout | undefined;
  #expiring: NodeJS.Timeout | undefined;
  #id: string | undefined;
  #hasNotices = false;
  #streams: Map<string, ParkedStream> | undefined;

  constructor(webSocket: WebSocket, hub: Hub, address: string) {
    this.#webSocket = webSocket;
    this.address = address;
    this.throttle = new ReadThrottle(webSocket, () => this.heard());
    this.outbox = hub.openOutbox(socketSink(webSocket, () => this.outbox.resume()));
    this.outbox.onNotice = (notice) => {
      this.#hasNotices = true;
      hub.notices.push(this.id, notice);
    };
    webSocket.once('close', () => {
      if (this.#hasNotices) hub.notices.forget(this.id);
    });
    this.outbox.onWritten = (isStored) => {
      // nothing is kept of those who did not sign in
      if (!this.viewer) return;
      const isSooner = isStored ? this.#unasked !== 'stored' : this.#unasked === 'nothing';
      if (!isSooner && (this.#asking || this.#asked !== 0)) return;
      if (isSooner) this.#unasked = isStored ? 'stored' : 'flowing';
      this.#askWhatItHas();
    };
  }

  /** Made when somebody asks: most connections are never addressed. */
  get id(): string {
    this.#id ??= randomUUID();
    return this.#id;
  }

  get noticesOf(): string {
    return this.id;
  }

  /**
   * A stream for an operation. graphql-ws takes an id again as soon as the client completed it, even while it still
   * starts what had the id before, and then forgets that: so it is closed here.
   */
  openStream(operationId: string, formatError: FormatError): ParkedStream {
    this.#streams ??= new Map();
    const streams = this.#streams;
    streams.get(operationId)?.close();
    const stream = new ParkedStream(formatError, () => this.#owesAnswer);
    streams.set(operationId, stream);
    stream.onClose(() => {
      if (streams.get(operationId) === stream) streams.delete(operationId);
    });
    return stream;
  }

  get #owesAnswer(): boolean {
    return this.#asked !== 0 && performance.now() - this.#askedAt > DOUBTFUL_AFTER_MS;
  }

  /** Subscriptions that are open or opening. */
  get subscriptions(): number {
    return this.#streams?.size ?? 0;
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  /**
   * What the token opened ends; the socket stays a while, for a new one. Then it is closed, and by the next operation
   * too, since clients ask for a new token only when they connect.
   */
  expired(error: TickroomError): void {
    this.#endAll(error);
    this.#expiring ??= setTimeout(() => this.close(CLOSE.tokenEnded), RENEW_WITHIN_MS);
  }

  #endAll(error: TickroomError): void {
    for (const stream of [...(this.#streams?.values() ?? [])]) stream.end(error);
  }

  revoked(error: TickroomError): void {
    this.close({ code: CLOSE.unauthorized.code, reason: reasonOf(error) });
  }

  /** Goes on with a new token of the same user. Roles that it carries no longer end what is open. */
  renewed(viewer: Viewer): void {
    const lost = this.viewer?.roles.filter((role) => !viewer.roles.includes(role)) ?? [];
    this.viewer = viewer;
    clearTimeout(this.#expiring);
    this.#expiring = undefined;
    if (lost.length === 0) return;
    this.#endAll(
      new TickroomError(
        'PERMISSION_DENIED',
        `Your new token carries ${lost.join(', ')} no longer: subscribe again for what it may still do.`,
      ),
    );
  }

  /** The peer said something. */
  heard(): void {
    this.#answered = true;
  }

  /** The peer answered a ping: it has everything that was sent before. */
  answeredPing(payload: Buffer): void {
    this.heard();
    if (this.#asked === 0 || String(payload) !== String(this.#asked)) return;
    this.#asked = 0;
    for (const stream of this.#streams?.values() ?? []) stream.confirmProgress();
    this.#askWhatItHas();
  }

  /** The socket is closed. Subscriptions go on when their client comes back, unless it said that it is done. */
  closed(code: number): void {
    clearTimeout(this.#asking);
    clearTimeout(this.#flooding);
    clearTimeout(this.#expiring);
    this.throttle.close();
    this.onClosed?.();
    this.onClosed = undefined;
    if (code === NORMAL) return;
    // its answer to our close comes after everything we sent
    const hasAll = this.#isClosing && code !== ABNORMAL;
    for (const stream of [...(this.#streams?.values() ?? [])]) stream.lose(hasAll);
  }

  probe(): boolean {
    if (!this.#answered) return false;
    this.#answered = false;
    this.#ping();
    return true;
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  close({ code, reason }: { code: number; reason: string }): void {
    this.#isClosing = true;
    this.#webSocket.close(code, closeReason(reason));
  }

  /**
   * Closes a socket that sends more frames than any client needs. It is not read meanwhile, so that its client, which may
   * come back as soon as it is gone, takes no time of the others.
   */
  closeFlooding(): void {
    this.close(CLOSE.flood);
    this.#webSocket.pause();
    this.#flooding = setTimeout(() => this.terminate(), randomIn(FLOOD_ENDS_MS));
  }

  closeStuck(): void {
    // a reader that comes back within ws' close timeout (30 s) still learns the code; then the socket is destroyed
    this.close(CLOSE.stuckReader);
  }

  /** What was asked is answered first. */
  closeGoingAway(): void {
    this.#leaving = true;
    if (this.#answering === 0) this.close(CLOSE.goingAway);
  }

  /** Soon, but not with every message: a ping costs as much as one. */
  #askWhatItHas(): void {
    clearTimeout(this.#asking);
    this.#asking = undefined;
    // the answer that is awaited asks again
    if (this.#asked !== 0 || this.#unasked === 'nothing') return;
    const pause = Math.max(ASK_EVERY_MS, this.outbox.roundMs * ASKING_SHARE);
    const ahead = ASK_FLOWING_EVERY_MS * (ASK_AT_ONCE - 1);
    const paced = this.#unasked === 'flowing' ? this.#flowingAt - ahead : 0;
    const dueIn = Math.max(this.#askedAt + pause, paced) - performance.now();
    if (dueIn > 0) this.#asking = setTimeout(() => this.#askWhatItHas(), Math.max(dueIn, 1));
    // otherwise it is asked once that is written
    else if (this.outbox.length === 0) this.#ping();
  }

  /** A peer answers in order, so its answer tells that it has what was sent before: https://www.rfc-editor.org/rfc/rfc6455#section-5.5.3 */
  #ping(): void {
    if (!this.isOpen) return;
    if (this.outbox.length > 0 || !this.#streams || this.#streams.size === 0) {
      this.#webSocket.ping();
      return;
    }
    this.#asks += 1;
    this.#asked = this.#asks;
    this.#askedAt = performance.now();
    if (this.#unasked === 'flowing') {
      this.#flowingAt = Math.max(this.#askedAt, this.#flowingAt) + ASK_FLOWING_EVERY_MS;
    }
    this.#unasked = 'nothing';
    for (const stream of this.#streams.values()) stream.markProgress();
    this.#webSocket.ping(String(this.#asked));
  }

  /** Runs a query or mutation of this client. */
  async answer<T>(run: () => Promise<T>): Promise<T> {
    this.#answering += 1;
    try {
      return await run();
    } finally {
      // graphql-ws sends what this gives in the next turn
      setImmediate(() => {
        this.#answering -= 1;
        if (this.#leaving) this.closeGoingAway();
      });
    }
  }
}
