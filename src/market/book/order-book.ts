import type { BookLevel, DecimalText } from '../events/market-event.ts';
import { bookChecksum } from './book-checksum.ts';
import { isCrossed, midOf, spreadOf } from './book-prices.ts';
import { BookSide } from './book-side.ts';

/** Levels of both sides, best first. */
export interface BookLevels {
  /** price falls */
  readonly bids: readonly BookLevel[];
  /** price rises */
  readonly asks: readonly BookLevel[];
}

/**
 * A live order book. Prices and sizes keep the text they were last written with; prices of equal value are one level
 * however they are written. It never sorts: a change costs a binary search.
 */
export class OrderBook {
  readonly symbol: string;
  /** Of the bus event it holds everything up to; 0: nothing was ever published. */
  sequence = 0;
  /** Of the same event; empty: nothing was ever published. */
  epoch = '';
  /** Continuity was lost: what it shows may be wrong until a whole book comes. */
  stale = false;
  /** epoch ms, as the source says */
  exchangeTime: number | null = null;
  /** epoch ms; 0: nothing was received */
  receivedAt = 0;
  readonly #bids = new BookSide(-1);
  readonly #asks = new BookSide(1);
  #maxDepth = Number.POSITIVE_INFINITY;

  constructor(symbol: string) {
    this.symbol = symbol;
  }

  get bestBid(): BookLevel | undefined {
    return this.#bids.best;
  }

  get bestAsk(): BookLevel | undefined {
    return this.#asks.best;
  }

  /**
   * Replaces the book.
   * @param maxDepth levels kept a side, now and after every later change; absent: all
   */
  applyWhole(bids: readonly BookLevel[], asks: readonly BookLevel[], maxDepth?: number | null): void {
    this.#maxDepth = maxDepth ?? Number.POSITIVE_INFINITY;
    this.#bids.replace(bids);
    this.#asks.replace(asks);
    this.#cut();
  }

  /**
   * Sets levels to absolute sizes, in the order given; zero removes.
   * @param maxDepth levels kept a side from now on; absent: as many as before
   * @returns the levels that fell beyond `maxDepth` afterwards
   */
  applyChanges(bids: readonly BookLevel[], asks: readonly BookLevel[], maxDepth?: number | null): BookLevels {
    this.#maxDepth = maxDepth ?? this.#maxDepth;
    this.#bids.apply(bids);
    this.#asks.apply(asks);
    return this.#cut();
  }

  /** The best levels of each side, in arrays that later changes do not touch. */
  top(depth: number): BookLevels {
    return { bids: this.#bids.top(depth), asks: this.#asks.top(depth) };
  }

  /** Kraken's CRC32 of the ten best levels of each side. */
  checksum(): number {
    const { bids, asks } = this.top(10);
    return bookChecksum(bids, asks);
  }

  /** Best ask − best bid, exactly; null when a side is empty. */
  spread(): DecimalText | null {
    return spreadOf(this.bestBid, this.bestAsk);
  }

  /** Halfway between best bid and best ask, exactly; null when a side is empty. */
  mid(): DecimalText | null {
    return midOf(this.bestBid, this.bestAsk);
  }

  /** Whether the best bid is at or above the best ask, see `isCrossed`. */
  get crossed(): boolean {
    return isCrossed(this.bestBid, this.bestAsk);
  }

  #cut(): BookLevels {
    return { bids: this.#bids.cut(this.#maxDepth), asks: this.#asks.cut(this.#maxDepth) };
  }
}
