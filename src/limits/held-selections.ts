import { rateLimited } from './rate-limited.ts';

export interface HeldSelectionsOptions {
  /** distinct selections of one owner; 0: no bound */
  readonly maxSelections: number;
  /** what they may cost together; 0: no bound */
  readonly maxCost: number;
}

interface Selection {
  subscriptions: number;
  readonly cost: number;
}

interface Holding {
  readonly selections: Map<string, Selection>;
  cost: number;
}

/** When it is worth looking whether there is space again. */
const SPACE_MS = 5000;

/**
 * The distinct selections that users hold open. Each is executed once per event, so these are what a user costs the
 * server: however many subscriptions share a selection, it counts once.
 */
export class HeldSelections {
  readonly #options: HeldSelectionsOptions;
  readonly #holdings = new Map<string | object, Holding>();

  constructor(options: HeldSelectionsOptions) {
    this.#options = options;
  }

  /** Owners that hold any. */
  get size(): number {
    return this.#holdings.size;
  }

  /**
   * Counts a subscription until it closes.
   * @param owner the user, or the connection where nobody signed in
   * @param key of the selection: equal keys are executed together
   * @param cost fields a second
   * @throws TickroomError RATE_LIMIT_EXCEEDED
   */
  enter(owner: string | object, key: string, cost: number): () => void {
    const holding = this.#holdings.get(owner) ?? { selections: new Map<string, Selection>(), cost: 0 };
    const known = holding.selections.get(key);
    if (!known) this.#check(holding, cost);
    const selection = known ?? { subscriptions: 0, cost };
    selection.subscriptions += 1;
    if (!known) {
      holding.selections.set(key, selection);
      holding.cost += cost;
      this.#holdings.set(owner, holding);
    }
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      selection.subscriptions -= 1;
      if (selection.subscriptions > 0) return;
      holding.selections.delete(key);
      holding.cost -= selection.cost;
      if (holding.selections.size === 0) this.#holdings.delete(owner);
    };
  }

  #check(holding: Holding, cost: number): void {
    const { maxSelections, maxCost } = this.#options;
    if (maxSelections > 0 && holding.selections.size >= maxSelections) {
      throw rateLimited(
        `distinct selections in subscriptions of yours (at most ${maxSelections}): ask for the same fields in all of them, or`,
        SPACE_MS,
      );
    }
    if (maxCost > 0 && holding.cost + cost > maxCost) {
      throw rateLimited(
        `fields a second in subscriptions of yours (at most ${maxCost}): ask for fewer fields, or`,
        SPACE_MS,
      );
    }
  }
}
