/** Keeps what was used last, up to a total weight. */
export class WeighedCache<T> {
  readonly #capacity: number;
  readonly #entries = new Map<string, { readonly value: T; readonly weight: number }>();
  #weight = 0;

  /** @param capacity of all weights together */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** of everything in it */
  get weight(): number {
    return this.#weight;
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** What is heavier than a tenth of all is not kept: it would drive out too much else. */
  set(key: string, value: T, weight: number): void {
    this.#delete(key);
    if (weight > this.#capacity / 10) return;
    this.#entries.set(key, { value, weight });
    this.#weight += weight;
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#capacity) return;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0;
    this.#entries.delete(key);
  }
}
