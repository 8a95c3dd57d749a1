import { BoundedMap } from '../primitives/bounded-map.ts';
import { Allowance } from './allowance.ts';

/** Keys known at one time; of more, those that were used longest ago go. */
const MAX_KEYS = 100_000;

/** How much each key may spend: a token bucket per key. */
export class CostBudget {
  readonly #most: number;
  readonly #allowances = new BoundedMap<string, Allowance>(MAX_KEYS);

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
    this.#allowances.set(key, allowance);
    return allowance.take(this.#most, cost);
  }
}
