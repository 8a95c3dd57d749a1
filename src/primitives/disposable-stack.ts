/**
 * Owns resources and releases them in reverse order, with the methods of the platform's `AsyncDisposableStack`, which
 * Node 20 and 22 do not have. Disposal goes on after a failure and throws the first one at the end.
 */
export class DisposableStack {
  readonly #disposals: (() => unknown)[] = [];

  /** Runs a function at the disposal. */
  defer(dispose: () => unknown): void {
    this.#disposals.push(dispose);
  }

  /** Takes ownership of a resource. @returns the resource */
  use<R extends AsyncDisposable | Disposable>(resource: R): R {
    this.defer(() =>
      Symbol.asyncDispose in resource ? resource[Symbol.asyncDispose]() : resource[Symbol.dispose](),
    );
    return resource;
  }

  async disposeAsync(): Promise<void> {
    const failures: unknown[] = [];
    for (let dispose = this.#disposals.pop(); dispose; dispose = this.#disposals.pop()) {
      try {
        await dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
