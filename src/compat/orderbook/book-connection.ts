import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Session } from '../../auth/sessions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { TickroomError } from '../../errors.ts';
import type { Hub, JoinedMember } from '../../fanout/hub.ts';
import type { Outbox } from '../../fanout/outbox/outbox.ts';
import type { Allowance } from '../../limits/allowance.ts';
import type { CountedConnection } from '../../limits/limits.ts';
import { bookTopic } from '../../market/events/topics.ts';
import { parseSymbol } from '../../market/symbols/resolve-symbol.ts';
import type { Connection } from '../../transports/connections.ts';
import { CLOSE, closeReason } from '../../transports/websocket/close-codes.ts';
import { ReadThrottle } from '../../transports/websocket/read-throttle.ts';
import { socketSink } from '../../transports/websocket/socket-sink.ts';
import type { BookReaders } from './book-readers.ts';
import { bookGroup, type LevelForm, updateOf, updatePrefix } from './book-updates.ts';
import { errorMessage } from './old-message.ts';

export interface BookConnectionOptions {
  readonly hub: Hub;
  readonly readers: BookReaders;
  readonly levels: LevelForm;
}

/** A subscription of a connection, which may still be opening. */
interface Subscription {
  isOver: boolean;
  member: JoinedMember | undefined;
  readonly closers: (() => void)[];
}

/** One WebSocket of the old order-book wire. Errors are messages, and leave it open. */
export class BookConnection implements Connection, CountedConnection, Session {
  readonly outbox: Outbox;
  readonly throttle: ReadThrottle;
  readonly address: string;
  allowance: Allowance | undefined;
  /** null: nobody signed in */
  viewer: Viewer | null = null;
  /** Why nothing may be read: its token was refused, or has ended. */
  refusal: TickroomError | undefined;
  readonly #webSocket: WebSocket;
  readonly #options: BookConnectionOptions;
  /** by the symbol as the client wrote it */
  readonly #subscriptions = new Map<string, Subscription>();
  #closers: (() => void)[] = [];
  #answered = true;

  constructor(webSocket: WebSocket, address: string, options: BookConnectionOptions) {
    this.#webSocket = webSocket;
    this.#options = options;
    this.address = address;
    this.throttle = new ReadThrottle(webSocket, () => this.heard());
    this.outbox = options.hub.openOutbox(socketSink(webSocket, () => this.outbox.resume(), updateOf));
    this.onClose(options.readers.connected());
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  /** Symbols it is subscribed to. */
  get size(): number {
    return this.#subscriptions.size;
  }

  /** Runs once, when the socket is closed. */
  onClose(close: () => void): void {
    this.#closers.push(close);
  }

  send(message: object): void {
    this.throttle.answer(JSON.stringify(message));
  }

  sendError(error: TickroomError): void {
    this.send(errorMessage(error));
  }

  /**
   * Confirms, and sends the current book and every newer one.
   * @param release counts the subscription no longer
   * @throws TickroomError INVALID_SYMBOL, SERVICE_UNAVAILABLE
   */
  async subscribe(symbol: string, release: (() => void) | undefined): Promise<void> {
    const { hub, readers, levels } = this.#options;
    const subscription: Subscription = {
      isOver: false,
      member: undefined,
      closers: release ? [release] : [],
    };
    this.#subscriptions.set(symbol, subscription);
    try {
      const canonical = parseSymbol(symbol);
      const member = await hub.join({
        ...bookGroup(levels),
        topics: [bookTopic(canonical)],
        outbox: this.outbox,
        prefix: updatePrefix(symbol),
      });
      if (subscription.isOver) {
        hub.leave(member);
        return;
      }
      subscription.member = member;
      subscription.closers.push(readers.subscribed(canonical));
      // frames are written in a later turn of the loop
      this.send({ type: 'subscription_confirmed', symbol });
    } catch (error) {
      this.#end(symbol, subscription);
      throw error;
    }
  }

  isSubscribed(symbol: string): boolean {
    return this.#subscriptions.has(symbol);
  }

  unsubscribe(symbol: string): void {
    const subscription = this.#subscriptions.get(symbol);
    if (subscription) this.#end(symbol, subscription);
  }

  /** The token has ended: its client connects again with another one. */
  expired(error: TickroomError): void {
    this.#refuse(error);
  }

  revoked(error: TickroomError): void {
    this.#refuse(error);
  }

  heard(): void {
    this.#answered = true;
  }

  probe(): boolean {
    if (!this.#answered) return false;
    this.#answered = false;
    if (this.isOpen) this.#webSocket.ping();
    return true;
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  closeStuck(): void {
    this.close(CLOSE.stuckReader);
  }

  closeGoingAway(): void {
    this.close(CLOSE.goingAway);
  }

  close({ code, reason }: { readonly code: number; readonly reason: string }): void {
    this.#webSocket.close(code, closeReason(reason));
  }

  /** The socket is closed. */
  closed(): void {
    this.throttle.close();
    this.#endAll();
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) close();
  }

  #refuse(error: TickroomError): void {
    this.refusal = error;
    this.#endAll();
    this.sendError(error);
  }

  #endAll(): void {
    for (const [symbol, subscription] of [...this.#subscriptions]) this.#end(symbol, subscription);
  }

  #end(symbol: string, subscription: Subscription): void {
    if (this.#subscriptions.get(symbol) === subscription) this.#subscriptions.delete(symbol);
    subscription.isOver = true;
    if (subscription.member) this.#options.hub.leave(subscription.member);
    for (let close = subscription.closers.pop(); close; close = subscription.closers.pop()) close();
  }
}

/** The token of an upgrade: `?token=…`, or the header Authorization. @throws TickroomError AUTH_FAILED */
export function tokenOfUpgrade({ url, headers }: IncomingMessage): string | undefined {
  const named = new URL(url ?? '/', 'http://localhost').searchParams.get('token');
  if (named !== null) return named;
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (token) return token;
  throw new TickroomError('AUTH_FAILED', 'authorization must read "Bearer <token>".');
}
