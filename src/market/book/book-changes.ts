import type { BusEvent } from '../../bus/bus.ts';
import type { Projected, Projection } from '../../fanout/payload/projection.ts';
import { countLevels, diffBooks, mergeChanges } from './book-diff.ts';
import { type BookDelta, type BookUpdate, type BookWindow, bookDelta, bookSnapshot } from './book-update.ts';
import { type BookLevels, OrderBook } from './order-book.ts';

export type { BookUpdate };

/** Deltas kept for members that fall behind; who is further behind gets a snapshot. */
const KEPT_DELTAS = 512;

interface KeptDelta {
  readonly lastSequence: number;
  readonly changes: BookLevels;
}

/**
 * Turns a live book into a snapshot followed by deltas of its best `depth` levels. Everything told comes from the
 * window as it was last told, so a joiner's snapshot and everybody's next delta fit together.
 *
 * A projected sequence is the book's own, except that it goes on rising when a new epoch numbers from 1 again: so a
 * member's position is never taken for one of another epoch.
 */
export class BookChanges implements Projection {
  readonly #depth: number;
  #window: BookWindow | undefined;
  #epoch = '';
  /** projected sequence − book sequence */
  #offset = 0;
  /** Of the last update told; the window has it, or a later one in which nothing changed but that the book is stale. */
  #told = 0;
  /** The sequence from which the kept deltas lead on. */
  #base = 0;
  #deltas: KeptDelta[] = [];

  /** @param depth levels of each side, at least 1 */
  constructor(depth: number) {
    this.#depth = depth;
  }

  /** @param event its payload is the live `OrderBook`, whose own epoch and sequence count */
  next(event: BusEvent): Projected | undefined {
    const book = event.payload;
    if (!(book instanceof OrderBook)) return undefined;
    const before = this.#window;
    if (!before) return this.#restart(book);
    if (book.stale) {
      // no delta follows until a snapshot mends the book, so moving on leaves no hole; joiners are told it is stale
      if (book.epoch !== this.#epoch) this.#restartNumbering(book);
      this.#window = { ...before, sequence: book.sequence, stale: true };
      return undefined;
    }
    if (before.stale || book.epoch !== this.#epoch) return this.#restart(book);
    const levels = book.top(this.#depth);
    const changes = diffBooks(before, levels);
    if (countLevels(changes) === 0) return undefined;
    this.#window = windowOf(book, levels);
    return this.#tell(bookDelta(this.#window, this.#told + 1, changes), changes);
  }

  snapshot(): Projected | undefined {
    const window = this.#window;
    return window && this.#project(bookSnapshot(window), window.sequence);
  }

  since(sequence: number): Projected | undefined {
    const window = this.#window;
    const held = sequence - this.#offset;
    if (!window || held >= this.#told) return undefined;
    if (held < this.#base) return this.snapshot();
    const missed = this.#deltas.filter(({ lastSequence }) => lastSequence > held);
    const merged = mergeChanges(missed.map(({ changes }) => changes));
    if (countLevels(merged) > countLevels(window)) return this.snapshot();
    const told = { ...window, sequence: this.#told };
    return this.#project(bookDelta(told, held + 1, merged), this.#told);
  }

  #restart(book: OrderBook): Projected {
    this.#restartNumbering(book);
    this.#window = windowOf(book, book.top(this.#depth));
    return this.#project(bookSnapshot(this.#window), this.#told);
  }

  /** Deltas lead on from here; what was told before leads nowhere. */
  #restartNumbering(book: OrderBook): void {
    if (this.#window && book.epoch !== this.#epoch) this.#offset += this.#window.sequence;
    this.#epoch = book.epoch;
    this.#told = book.sequence;
    this.#base = book.sequence;
    this.#deltas = [];
  }

  #tell(update: BookDelta, changes: BookLevels): Projected {
    this.#told = update.lastSequence;
    this.#deltas.push({ lastSequence: this.#told, changes });
    // in large steps, as shifting by one would move the whole array with every event
    if (this.#deltas.length >= 2 * KEPT_DELTAS) {
      const dropped = this.#deltas.splice(0, KEPT_DELTAS);
      this.#base = dropped.at(-1)?.lastSequence ?? this.#base;
    }
    return this.#project(update, this.#told);
  }

  #project(payload: BookUpdate, sequence: number): Projected {
    return { payload, sequence: sequence + this.#offset };
  }
}

function windowOf(book: OrderBook, { bids, asks }: BookLevels): BookWindow {
  const { symbol, sequence, exchangeTime, receivedAt, stale } = book;
  return { symbol, sequence, bids, asks, exchangeTime, receivedAt, stale };
}
