import { RATE_WINDOW_MS } from './limit-settings.ts';

/** What one connection may do: a bucket that refills evenly. It costs two numbers and no timer. */
export class Allowance {
  #left: number;
  #at = performance.now();

  /** @param most so many at once, and in every 10 s */
  constructor(most: number) {
    this.#left = most;
  }

  /**
   * Takes one.
   * @param most as it was made with
   * @returns 0, or in how many ms there is one again
   */
  take(most: number): number {
    const now = performance.now();
    this.#left = Math.min(most, this.#left + ((now - this.#at) * most) / RATE_WINDOW_MS);
    this.#at = now;
    if (this.#left < 1) return ((1 - this.#left) * RATE_WINDOW_MS) / most;
    this.#left -= 1;
    return 0;
  }
}
