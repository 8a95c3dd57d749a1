/** How many there are of something per key, up to a bound. Keys that have none are forgotten. */
export class Tally {
  readonly #most: number;
  readonly #counts = new Map<string, number>();

  /** @param most 0: no bound */
  constructor(most: number) {
    this.#most = most;
  }

  /** Keys that have any. */
  get size(): number {
    return this.#counts.size;
  }

  /**
   * Counts one more.
   * @returns counts it no longer, once; undefined: the bound is reached
   */
  enter(key: string): (() => void) | undefined {
    const count = this.#counts.get(key) ?? 0;
    if (this.#most > 0 && count >= this.#most) return undefined;
    this.#counts.set(key, count + 1);
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      const left = (this.#counts.get(key) ?? 1) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    };
  }
}
