import { Allowance } from './allowance.ts';

/** Keys known at one time; of more, those that were used longest ago go. */
const KEEPS = 100_000;

/** How much each key may spend: a token bucket per key. */
export class CostBudget {
  readonly #most: number;
  readonly #allowances = new Map<string, Allowance>();

  /** @param most so much at once, and in every 10 s */
  constructor(most: number) {
    this.#most = most;
  }

  /** Keys known now. */
  get size(): number {
    return this.#allowances.size;
  }

  /**
   * Spends some, all or nothing.
   * @returns 0, or in how many ms there is enough
   */
  take(key: string, cost: number): number {
    const allowance = this.#allowances.get(key) ?? new Allowance(this.#most);
    this.#allowances.delete(key);
    this.#allowances.set(key, allowance);
    for (const [oldest] of this.#allowances) {
      if (this.#allowances.size <= KEEPS) break;
      this.#allowances.delete(oldest);
    }
    return allowance.take(this.#most, cost);
  }
}
