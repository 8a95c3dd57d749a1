/** One after another rests as long as the last one took, and at most so long. */
const MAX_REST_MS = 50;
/** Operations of one caller that may wait. */
const MAX_WAITING = 100;

/** Identifies who asks: a user, a connection or an address. */
export type Asker = string | object;

/**
 * Runs expensive operations one at a time: each in a turn of the loop of its own, one per asker in rotation, with a rest
 * after each. Events are delivered in between, and an asker with many operations delays only its own. When nothing
 * expensive runs, an operation runs at once.
 */
export class ExpensiveTurns implements Disposable {
  readonly #waiting = new Map<Asker, (() => void)[]>();
  #isBusy = false;
  #rest: NodeJS.Timeout | undefined;

  /** Operations that wait. */
  get waiting(): number {
    let count = 0;
    for (const starts of this.#waiting.values()) count += starts.length;
    return count;
  }

  /**
   * Waits until an operation may run, which it then must at once.
   * @returns false: too many of its asker wait already
   */
  async turn(asker: Asker): Promise<boolean> {
    if (!this.#isBusy) {
      this.#started(performance.now());
      return true;
    }
    const starts = this.#waiting.get(asker) ?? [];
    if (starts.length >= MAX_WAITING) return false;
    this.#waiting.set(asker, starts);
    await new Promise<void>((start) => {
      starts.push(start);
    });
    return true;
  }

  /** What waits runs at once. */
  [Symbol.dispose](): void {
    clearTimeout(this.#rest);
    for (const starts of this.#waiting.values()) for (const start of starts) start();
    this.#waiting.clear();
  }

  /** The operation runs to its first pause in this turn, and `setImmediate` comes after that. */
  #started(at: number): void {
    this.#isBusy = true;
    setImmediate(() => {
      const restMs = Math.min(performance.now() - at, MAX_REST_MS);
      this.#rest = setTimeout(this.#next, restMs);
    });
  }

  readonly #next = (): void => {
    this.#isBusy = false;
    for (const [asker, starts] of this.#waiting) {
      const start = starts.shift();
      this.#waiting.delete(asker);
      if (starts.length > 0) this.#waiting.set(asker, starts);
      this.#started(performance.now());
      start?.();
      return;
    }
  };
}
