import type { WatchSubscription } from '../gql/graphql.ts';
import { onNextFrame } from '../state/frames.ts';

export type WatchedQuote = WatchSubscription['streamData'];

/** One symbol as it is shown. A new object for each change, so that rows compare by identity. */
export interface QuoteRow {
  readonly quote: WatchedQuote;
  readonly direction: 'up' | 'down' | undefined;
  /** how often the price moved: a flash belongs to each */
  readonly moves: number;
  /** prices a few seconds apart, the newest last */
  readonly trail: readonly number[];
}

const TRAIL_EVERY_MS = 1000;
const TRAIL_LENGTH = 60;

/**
 * The newest quote of each symbol. However fast quotes come, a row is told at most once per animation frame, and only
 * rows that are shown listen at all.
 */
export class QuoteBoard {
  readonly #rows = new Map<string, QuoteRow>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #changed = new Set<string>();
  readonly #trailAt = new Map<string, number>();

  accept(quote: WatchedQuote): void {
    const { symbol } = quote;
    const row = this.#rows.get(symbol);
    const price = Number(quote.price ?? Number.NaN);
    const before = Number(row?.quote.price ?? Number.NaN);
    const moved = price !== before && !Number.isNaN(price) && !Number.isNaN(before);
    this.#rows.set(symbol, {
      quote,
      direction: moved ? (price > before ? 'up' : 'down') : row?.direction,
      moves: (row?.moves ?? 0) + (moved ? 1 : 0),
      trail: this.#trail(symbol, row?.trail ?? [], price),
    });
    this.#changed.add(symbol);
    onNextFrame(this.#tell);
  }

  row = (symbol: string): QuoteRow | undefined => this.#rows.get(symbol);

  /** @returns ends it */
  subscribe(symbol: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(symbol) ?? new Set();
    this.#listeners.set(symbol, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(symbol);
    };
  }

  #trail(symbol: string, trail: readonly number[], price: number): readonly number[] {
    const now = performance.now();
    if (
      Number.isNaN(price) ||
      now - (this.#trailAt.get(symbol) ?? Number.NEGATIVE_INFINITY) < TRAIL_EVERY_MS
    ) {
      return trail;
    }
    this.#trailAt.set(symbol, now);
    return [...trail.slice(1 - TRAIL_LENGTH), price];
  }

  readonly #tell = (): void => {
    for (const symbol of this.#changed) {
      for (const listener of this.#listeners.get(symbol) ?? []) listener();
    }
    this.#changed.clear();
  };
}
