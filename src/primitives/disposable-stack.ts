/** Closes what was opened, last opened first; goes on after a failure and throws the first one at the end. */
export class DisposableStack {
  readonly #closers: (() => unknown)[] = [];

  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** @returns the resource, whose disposal is now owned here */
  use<R extends AsyncDisposable>(resource: R): R {
    this.add(() => resource[Symbol.asyncDispose]());
    return resource;
  }

  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
