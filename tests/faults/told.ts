/** What readers were told of missed events, by reason; `recovered`: that nothing is missing. */
export class Told {
  readonly #counts = new Map<string, number>();

  add(reason: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  of(reason: string): number {
    return this.#counts.get(reason) ?? 0;
  }

  addAll(other: Told): void {
    for (const [reason, count] of other.#counts) {
      this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
    }
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => a.localeCompare(b)));
  }
}
