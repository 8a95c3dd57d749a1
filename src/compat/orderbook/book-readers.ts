/** Who reads which order books over the old wire at this instance. */
export class BookReaders {
  readonly #subscriptions = new Map<string, number>();
  #connections = 0;

  get connections(): number {
    return this.#connections;
  }

  /** Subscriptions of all connections. */
  get total(): number {
    let total = 0;
    for (const count of this.#subscriptions.values()) total += count;
    return total;
  }

  /** Subscriptions by canonical symbol. */
  get bySymbol(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#subscriptions);
  }

  /** Subscriptions to one symbol. */
  count(symbol: string): number {
    return this.#subscriptions.get(symbol) ?? 0;
  }

  /** @returns the connection is gone */
  connected(): () => void {
    this.#connections += 1;
    return () => {
      this.#connections -= 1;
    };
  }

  /** @returns the subscription has ended */
  subscribed(symbol: string): () => void {
    this.#subscriptions.set(symbol, this.count(symbol) + 1);
    return () => {
      const left = this.count(symbol) - 1;
      if (left > 0) this.#subscriptions.set(symbol, left);
      else this.#subscriptions.delete(symbol);
    };
  }
}
