/** Closes what was opened, last opened first. Node.js 20 has no `AsyncDisposableStack`. */
export class Parts implements AsyncDisposable {
  #parts: (AsyncDisposable | Disposable)[] = [];

  use<P extends AsyncDisposable | Disposable>(part: P): P {
    this.#parts.push(part);
    return part;
  }

  /** @returns takes all parts over: these here close nothing any more */
  move(): Parts {
    const moved = new Parts();
    moved.#parts = this.#parts;
    this.#parts = [];
    return moved;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (let part = this.#parts.pop(); part; part = this.#parts.pop()) {
      if (Symbol.asyncDispose in part) await part[Symbol.asyncDispose]();
      else part[Symbol.dispose]();
    }
  }
}
