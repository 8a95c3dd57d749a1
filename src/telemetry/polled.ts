/**
 * A figure that takes a query to know. Whoever asks gets the last answer at once; one that is old is asked for again in
 * the background, so the figure costs nothing while nobody looks, however many do.
 */
export class Polled<T> {
  #value: T;
  readonly #ask: () => Promise<T>;
  readonly #maxAgeMs: number;
  readonly #onError: (error: unknown) => void;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking = false;

  constructor(options: {
    readonly initial: T;
    readonly ask: () => Promise<T>;
    readonly maxAgeMs: number;
    /** The last answer stands. */
    readonly onError: (error: unknown) => void;
  }) {
    this.#value = options.initial;
    this.#ask = options.ask;
    this.#maxAgeMs = options.maxAgeMs;
    this.#onError = options.onError;
  }

  get value(): T {
    if (!this.#asking && performance.now() - this.#askedAt > this.#maxAgeMs) void this.refresh();
    return this.#value;
  }

  /** Asks now. Never rejects. */
  async refresh(): Promise<void> {
    this.#asking = true;
    try {
      this.#value = await this.#ask();
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#asking = false;
      this.#askedAt = performance.now();
    }
  }
}
