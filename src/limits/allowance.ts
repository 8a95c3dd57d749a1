import { RATE_WINDOW_MS } from './limit-settings.ts';

/** What one connection may do: a token bucket that refills evenly. It costs two numbers and no timer. */
export class Allowance {
  #left: number;
  #at = performance.now();

  /** @param most so many at once, and in every 10 s */
  constructor(most: number) {
    this.#left = most;
  }

  /**
   * Takes some, all or none. Of more than the bucket holds, it takes all that it holds.
   * @param most as it was made with
   * @returns 0, or in how many ms there is enough
   */
  take(most: number, count = 1): number {
    this.#refill(most);
    const wanted = Math.min(count, most);
    if (this.#left < wanted) return ((wanted - this.#left) * RATE_WINDOW_MS) / most;
    this.#left -= wanted;
    return 0;
  }

  /**
   * Takes some that were used already, although there may not be enough.
   * @param most as it was made with
   * @returns 0, or in how many ms the debt is paid
   */
  owe(most: number, count: number): number {
    this.#refill(most);
    this.#left -= count;
    return this.#left >= 0 ? 0 : (-this.#left * RATE_WINDOW_MS) / most;
  }

  #refill(most: number): void {
    const now = performance.now();
    this.#left = Math.min(most, this.#left + ((now - this.#at) * most) / RATE_WINDOW_MS);
    this.#at = now;
  }
}
