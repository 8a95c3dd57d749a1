export interface WriteBehindOptions {
  /** Writes everything that waits. What it could not write must still wait when it throws: it is called again. */
  readonly write: () => Promise<void>;
  /** Changes are gathered for so long before they are written together, in ms. */
  readonly delayMs: number;
  /** A failed write is repeated after so long, in ms. @default delayMs */
  readonly retryMs?: number;
  /** A write failed; it is repeated. */
  readonly onError: (error: unknown) => void;
}

/**
 * Decides when changes that are collected elsewhere are written: together, one write at a time, and again after a
 * failure. It has a timer only while something waits.
 */
export class WriteBehind implements AsyncDisposable {
  readonly #options: WriteBehindOptions;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isDisposed = false;

  constructor(options: WriteBehindOptions) {
    this.#options = options;
  }

  /** Something waits to be written. */
  request(): void {
    this.#writeIn(this.#options.delayMs);
  }

  /**
   * Writes without the delay. Resolves when everything that waits now is written.
   * @throws what the write threw; it is repeated
   */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // a write that is under way may have begun before the newest change
    const written = this.#writing.then(() => this.#options.write());
    this.#writing = written.catch(() => this.#writeIn(this.#options.retryMs ?? this.#options.delayMs));
    await written;
  }

  /** Writes what waits; a failure is reported and not repeated. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    await this.flush().catch(this.#options.onError);
    clearTimeout(this.#timer);
  }

  #writeIn(ms: number): void {
    if (this.#isDisposed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.flush().catch(this.#options.onError);
    }, ms);
  }
}
