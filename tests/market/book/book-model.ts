import fc from 'fast-check';
import type { BookLevels } from '../../../src/market/book/order-book.ts';
import type { BookLevel } from '../../../src/market/events/market-event.ts';

/** A book as one would write it without caring for speed: keyed by text, sorted when asked. What a client may be. */
export class NaiveBook {
  readonly bids = new Map<string, BookLevel>();
  readonly asks = new Map<string, BookLevel>();

  replace({ bids, asks }: BookLevels): void {
    this.bids.clear();
    this.asks.clear();
    this.apply({ bids, asks });
  }

  apply({ bids, asks }: BookLevels): void {
    for (const level of bids) set(this.bids, level);
    for (const level of asks) set(this.asks, level);
  }

  /** Leaves the best `depth` of each side. */
  cut(depth: number): void {
    this.replace(this.top(depth));
  }

  top(depth: number): BookLevels {
    return {
      bids: [...this.bids.values()].sort((a, b) => Number(b.price) - Number(a.price)).slice(0, depth),
      asks: [...this.asks.values()].sort((a, b) => Number(a.price) - Number(b.price)).slice(0, depth),
    };
  }
}

function set(side: Map<string, BookLevel>, level: BookLevel): void {
  if (Number(level.size) === 0) side.delete(level.price);
  else side.set(level.price, level);
}

/** One to three changes a side around a middle, over few prices so that levels come, go and come back. */
export function randomChanges(random: () => number, prices = 60): BookLevels {
  const level = (from: number): BookLevel => ({
    price: (from + Math.floor(random() * prices)).toFixed(2),
    size: random() < 0.4 ? '0' : (1 + Math.floor(random() * 900) / 100).toFixed(2),
  });
  const some = (from: number): BookLevel[] =>
    Array.from({ length: Math.floor(random() * 4) }, () => level(from));
  return { bids: some(1000 - prices), asks: some(1001) };
}

/** Changes of any kind, for properties: prices collide often, sizes are sometimes zero. */
export const anyChanges: fc.Arbitrary<BookLevels> = (() => {
  const level = fc.record({
    price: fc.integer({ min: 90, max: 130 }).map((cents) => (cents / 100).toFixed(2)),
    size: fc.constantFrom('0', '0.000', '1', '2.50', '10'),
  });
  const levels = fc.array(level, { maxLength: 6 });
  return fc.record({ bids: levels, asks: levels });
})();
