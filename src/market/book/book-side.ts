import { compareDecimals, isZero } from '../events/decimal.ts';
import type { BookLevel } from '../events/market-event.ts';

const NO_LEVELS: readonly BookLevel[] = [];

/**
 * One side of a book, best price first. Prices are searched by a numeric key kept beside each level; texts are only
 * compared where two keys are equal.
 */
export class BookSide {
  /** 1: asks, price rises; -1: bids, price falls */
  readonly #direction: 1 | -1;
  /** price × direction, rising */
  readonly #keys: number[] = [];
  readonly #levels: BookLevel[] = [];

  constructor(direction: 1 | -1) {
    this.#direction = direction;
  }

  get best(): BookLevel | undefined {
    return this.#levels[0];
  }

  /** Replaces everything. Levels may come in any order; of equal prices the last one stays. */
  replace(levels: readonly BookLevel[]): void {
    this.#keys.length = 0;
    this.#levels.length = 0;
    this.apply(levels);
  }

  /** Sets levels to their absolute sizes; zero removes, whether or not there is such a level. */
  apply(levels: readonly BookLevel[]): void {
    for (const level of levels) this.#set(level);
  }

  /** Keeps the best `depth` levels. @returns those that fell out */
  cut(depth: number): readonly BookLevel[] {
    if (this.#levels.length <= depth) return NO_LEVELS;
    this.#keys.length = depth;
    return this.#levels.splice(depth);
  }

  /** The best `depth` levels as an array of its own; later changes replace levels and never alter them. */
  top(depth: number): readonly BookLevel[] {
    return this.#levels.slice(0, depth);
  }

  #set(level: BookLevel): void {
    const key = Number(level.price) * this.#direction;
    const at = this.#find(key, level.price);
    const found = at >= 0;
    if (isZero(level.size)) {
      if (!found) return;
      this.#keys.splice(at, 1);
      this.#levels.splice(at, 1);
    } else if (found) {
      this.#levels[at] = level;
    } else {
      this.#keys.splice(~at, 0, key);
      this.#levels.splice(~at, 0, level);
    }
  }

  /** The index of a price, or `~index` of where it belongs. */
  #find(key: number, price: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const difference = (this.#keys[middle] ?? 0) - key || this.#exactly(middle, price);
      if (difference === 0) return middle;
      if (difference < 0) low = middle + 1;
      else high = middle;
    }
    return ~low;
  }

  #exactly(index: number, price: string): number {
    const level = this.#levels[index];
    return level ? compareDecimals(level.price, price) * this.#direction : 0;
  }
}
