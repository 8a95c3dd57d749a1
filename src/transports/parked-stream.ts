const DONE: IteratorReturnResult<void> = { done: true, value: undefined };

/**
 * What graphql-ws is given for a subscription that the fan-out engine serves: `next()` waits until the server ends it,
 * `return()` leaves. Frames do not pass through here. A class, since there is one for each subscription.
 */
export class ParkedStream implements AsyncGenerator<never, void, void> {
  #leave: (() => void) | undefined;
  #settle: { resolve: (done: typeof DONE) => void; reject: (error: Error) => void } | undefined;

  /** @param leave called once, whoever ends the stream */
  constructor(leave: () => void) {
    this.#leave = leave;
  }

  next(): Promise<typeof DONE> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  /**
   * The client completed. What `next()` gave stays pending: graphql-ws has deleted the id already, and would send
   * `complete` for a new operation that took it in the meantime.
   */
  async return(): Promise<typeof DONE> {
    this.#leaveOnce();
    return DONE;
  }

  async throw(error: unknown): Promise<typeof DONE> {
    this.#leaveOnce();
    throw error;
  }

  /** Completes the operation, or fails it; graphql-ws tells the client. Does nothing after the first time. */
  end(error?: Error): void {
    if (!this.#leaveOnce()) return;
    if (error) this.#settle?.reject(error);
    else this.#settle?.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaveOnce();
  }

  #leaveOnce(): boolean {
    const leave = this.#leave;
    this.#leave = undefined;
    leave?.();
    return leave !== undefined;
  }
}
