export interface RecheckOptions {
  /** Reads the stored truth and applies it. */
  readonly check: () => Promise<void>;
  /** The check failed; it is repeated. */
  readonly onError: (error: unknown) => void;
}

/** Many instances ask for a check at the same time after an outage: it is run once for all of them. */
const DELAY_MS = 300;
const RETRY_MS = 1000;

/** Compares what an instance was told with the stored truth, after messages may have been missed. */
export class Recheck implements Disposable {
  readonly #options: RecheckOptions;
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(options: RecheckOptions) {
    this.#options = options;
  }

  /** Runs the check soon, until it succeeds. */
  request(): void {
    this.#checkIn(DELAY_MS);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  #checkIn(ms: number): void {
    if (this.#isDisposed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#options.check().catch((error: unknown) => {
        this.#options.onError(error);
        this.#checkIn(RETRY_MS);
      });
    }, ms);
  }
}
