import type { Outcome } from './guard.ts';

export interface ReachabilityOptions {
  /** The database turned out to be away, or to be back; told once each. */
  readonly onReachable: (isReachable: boolean, error?: unknown) => void;
  /** Its disk turned out to be full, or to have space again; told once each. */
  readonly onFull: (isFull: boolean, error?: unknown) => void;
  /** Something failed that no caller waits for. */
  readonly onError: (error: unknown) => void;
}

/** Of ten connections that are lost at once the first is told. */
const LOST_EVERY_MS = 1000;
/** A disk that nobody found full for so long is taken to have space: what was refused may never be tried again. */
const FULL_FOR_MS = 30_000;

/** How the database is, as calls of the stores find it. */
export class Reachability {
  readonly #options: ReachabilityOptions;
  #isReachable = true;
  /** calls that found no space; reading goes on meanwhile, so that only their own success says that there is some */
  readonly #full = new Set<string>();
  #fullAt = 0;
  #lostAt = Number.NEGATIVE_INFINITY;

  constructor(options: ReachabilityOptions) {
    this.#options = options;
  }

  readonly note = (outcome: Outcome, call: string, error?: unknown): void => {
    const { onReachable, onFull } = this.#options;
    const isReachable = outcome !== 'away';
    if (isReachable !== this.#isReachable) {
      this.#isReachable = isReachable;
      onReachable(isReachable, error);
    }
    if (outcome === 'full') {
      if (this.#full.size === 0) onFull(true, error);
      this.#full.add(call);
      this.#fullAt = performance.now();
    } else if (outcome === 'reached' && this.#hasSpace(call)) {
      this.#full.clear();
      onFull(false);
    }
  };

  #hasSpace(call: string): boolean {
    if (this.#full.size === 0) return false;
    return this.#full.has(call) || performance.now() - this.#fullAt > FULL_FOR_MS;
  }

  /** A connection was lost while nobody used it. The driver puts the whole client into the error, password included. */
  readonly noteLost = (error: unknown): void => {
    const now = performance.now();
    if (now - this.#lostAt < LOST_EVERY_MS) return;
    this.#lostAt = now;
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.onError(new Error(`A connection to the database was lost: ${reason}`));
  };
}
