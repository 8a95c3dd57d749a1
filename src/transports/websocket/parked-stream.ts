import type { FormatError } from '../../graphql/context/format-error.ts';
import { LiveSubscription } from '../../graphql/live/live-subscription.ts';

const DONE: IteratorReturnResult<void> = { done: true, value: undefined };

/**
 * What graphql-ws is given for a subscription that the fan-out engine serves: `next()` waits until the server ends it,
 * `return()` closes it. Frames do not pass through here.
 */
export class ParkedStream extends LiveSubscription implements AsyncGenerator<never, void, void> {
  #settle: { resolve: (done: typeof DONE) => void; reject: (error: Error) => void } | undefined;
  #outcome: { readonly error: Error | undefined } | undefined;

  readonly #isDoubtful: () => boolean;

  /** @param isDoubtful whether the connection may be dead */
  constructor(formatError: FormatError, isDoubtful: () => boolean) {
    super(formatError);
    this.#isDoubtful = isDoubtful;
  }

  override get isDoubtful(): boolean {
    return this.#isDoubtful();
  }

  next(): Promise<typeof DONE> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      if (this.#outcome) this.#tell(this.#outcome);
    });
  }

  /**
   * The client completed. What `next()` gave stays pending: graphql-ws has deleted the id already, and would send
   * `complete` for a new operation that took it in the meantime.
   */
  async return(): Promise<typeof DONE> {
    this.close();
    return DONE;
  }

  async throw(error: unknown): Promise<typeof DONE> {
    this.close();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  protected override ended(error: Error | undefined): void {
    // it may end while it is opening, before graphql-ws has asked
    this.#outcome = { error };
    this.#tell(this.#outcome);
  }

  #tell({ error }: { readonly error: Error | undefined }): void {
    if (error) this.#settle?.reject(error);
    else this.#settle?.resolve(DONE);
  }
}
