import type { Bus, BusEvent } from '../../bus/bus.ts';
import { TickroomError } from '../../errors.ts';
import type { BookState } from '../events/market-state.ts';
import { bookTopic } from '../events/topics.ts';
import { OrderBook } from './order-book.ts';

/** History is read again once when an event was published but neither heard nor read yet. */
const SYNC_ATTEMPTS = 2;

/** Keeps one book equal to its topic for as long as it is open. */
export class BookFollower {
  readonly book: OrderBook;
  /** Called with the live book after each event, and once after a re-sync. Must not throw. */
  readonly listeners = new Set<(book: OrderBook) => void>();
  /** Resolves when the book holds what the bus holds; rejects when the bus cannot be read, or at `close`. */
  readonly ready: Promise<void>;
  readonly #bus: Pick<Bus, 'subscribe' | 'latest' | 'history'>;
  readonly #topic: string;
  /** Heard while history is being read; undefined: the book follows. */
  #waiting: BusEvent[] | undefined = [];
  /** The last re-sync could not read history at all, so the next event tries again. */
  #unread = false;
  /** who published the whole book that this one is built on */
  #writer: string | undefined;
  #closed = false;
  #unsubscribe: (() => void) | undefined;

  constructor(bus: Pick<Bus, 'subscribe' | 'latest' | 'history'>, symbol: string) {
    this.#bus = bus;
    this.#topic = bookTopic(symbol);
    this.book = new OrderBook(symbol);
    this.ready = this.#start();
    // The rejection is handled by whoever opened it.
    this.ready.catch(() => {});
  }

  /** Others may change the book without being heard: it cannot be vouched for. */
  doubt(): void {
    if (this.#closed || this.#waiting || this.book.stale || this.book.sequence === 0) return;
    this.book.stale = true;
    this.#tell();
  }

  /** Others are heard again: it is built anew from what the bus holds. */
  renew(): void {
    if (!this.#closed && !this.#waiting) void this.#resync([]);
  }

  /** Ends the subscription, also one that is still on its way. */
  close(): void {
    this.#closed = true;
    this.#unsubscribe?.();
    this.listeners.clear();
  }

  async #start(): Promise<void> {
    const unsubscribe = await this.#bus.subscribe(this.#topic, (event) => this.#hear(event));
    if (this.#closed) unsubscribe();
    else this.#unsubscribe = unsubscribe;
    await this.#sync();
    if (this.#closed) {
      throw new TickroomError('SERVICE_UNAVAILABLE', 'This server is stopping: subscribe again.');
    }
  }

  #hear(event: BusEvent): void {
    if (this.#closed) return;
    if (this.#waiting) {
      this.#waiting.push(event);
      return;
    }
    const outcome = this.#take(event);
    if (outcome === 'applied') this.#tell();
    if (outcome === 'missed') void this.#resync([event]);
  }

  async #resync(heard: BusEvent[]): Promise<void> {
    this.#waiting = heard;
    try {
      await this.#sync();
      this.#unread = false;
    } catch {
      this.#lose(this.#waiting.at(-1));
      this.#waiting = undefined;
      this.#unread = true;
    }
    if (!this.#closed) this.#tell();
  }

  /** Rebuilds from history, then takes what was heard meanwhile. Leaves nothing waiting, in the same turn. */
  async #sync(): Promise<void> {
    for (let attempt = 1; attempt <= SYNC_ATTEMPTS && !this.#closed; attempt += 1) {
      const { events } = await this.#bus.history(this.#topic);
      this.#rebuild(events);
      const waiting = this.#waiting ?? [];
      const whole = this.#takeAll(waiting);
      if (!whole && attempt < SYNC_ATTEMPTS) continue;
      if (!whole) this.#lose(waiting.at(-1));
      this.#waiting = undefined;
      return;
    }
  }

  #rebuild(events: readonly BusEvent[]): void {
    const from = events.findLastIndex((event) => stateOf(event).kind === 'whole');
    const whole = events[from];
    if (whole) this.#apply(whole);
    if (!whole || !this.#takeAll(events.slice(from + 1))) this.#lose(events.at(-1));
  }

  /** @returns false: an event before the last one is missing */
  #takeAll(events: readonly BusEvent[]): boolean {
    let complete = true;
    for (const event of events) {
      const outcome = this.#take(event);
      if (outcome === 'missed') complete = false;
      else if (outcome === 'applied') complete = true;
    }
    return complete;
  }

  #take(event: BusEvent): 'applied' | 'known' | 'missed' {
    const { book } = this;
    const state = stateOf(event);
    const { kind } = state;
    const sameEpoch = event.epoch === book.epoch;
    if (sameEpoch && event.sequence <= book.sequence) return 'known';
    const inOrder = sameEpoch && event.sequence === book.sequence + 1;
    if (kind !== 'whole' && !inOrder) return 'missed';
    // an instance that lost the market without noticing yet: its changes are to a book that nobody else has
    if (kind === 'changes' && state.writer !== this.#writer) return 'missed';
    if (kind === 'changes' && book.stale) {
      if (this.#unread) return 'missed';
      this.#moveTo(event);
      return 'known';
    }
    this.#apply(event);
    return 'applied';
  }

  #apply(event: BusEvent): void {
    const { book } = this;
    const state = stateOf(event);
    this.#moveTo(event);
    if (state.kind === 'stale') {
      book.stale = true;
      return;
    }
    if (state.kind === 'whole') {
      this.#writer = state.writer;
      book.applyWhole(state.bids, state.asks);
      book.stale = false;
    } else {
      book.applyChanges(state.bids, state.asks);
    }
    book.exchangeTime = state.exchangeTime;
    book.receivedAt = state.receivedAt;
  }

  /** The book can no longer be vouched for: it waits for a whole one, at the newest position known. */
  #lose(newest: BusEvent | undefined): void {
    if (!newest) return;
    this.#moveTo(newest);
    this.book.stale = true;
  }

  #moveTo(event: BusEvent): void {
    this.book.epoch = event.epoch;
    this.book.sequence = event.sequence;
  }

  #tell(): void {
    for (const listener of this.listeners) listener(this.book);
  }
}

function stateOf(event: BusEvent): BookState {
  return event.payload as BookState;
}
