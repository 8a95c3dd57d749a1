import { RATE_WINDOW_MS } from './limit-settings.ts';
import type { SharedCount } from './shared-count.ts';

export interface WindowLimitOptions {
  /** how many in 10 s */
  readonly most: number;
  /** Counts for all instances; undefined: there is only this one. */
  readonly shared: SharedCount | undefined;
  /** Keys known at one time; of more the oldest go. @default 100000 */
  readonly keeps?: number;
  readonly onError: (error: unknown) => void;
}

interface Window {
  used: number;
  /** of `used`, what the shared count was told */
  told: number;
  /** ms of `performance.now()` */
  until: number;
  /** the others used up what there was */
  isSpent: boolean;
}

const KEEPS = 100_000;
/** The shared count is told in parts of the limit: so often a window at most, whatever comes. */
const PARTS = 20;

/**
 * How much a user or an address may do in 10 s. It counts locally and answers at once; a count that all instances share
 * is raised by whole parts as they are used up. No request waits for Redis. Counts are batched, so that a flood of
 * requests is no flood of Redis commands, and a user who does little costs none. Each instance keeps to the limit while
 * Redis is away; all together exceed it by at most one part (a twentieth) each.
 */
export class WindowLimit {
  readonly #options: WindowLimitOptions;
  readonly #part: number;
  /** In order of their end: all are equally long. */
  readonly #windows = new Map<string, Window>();

  constructor(options: WindowLimitOptions) {
    this.#options = options;
    this.#part = Math.max(1, Math.floor(options.most / PARTS));
  }

  /** Keys known now. */
  get size(): number {
    return this.#windows.size;
  }

  /**
   * Takes one.
   * @returns 0, or in how many ms there is one again
   */
  take(key: string): number {
    const now = performance.now();
    const window = this.#windowOf(key, now);
    if (this.#isOver(window)) return window.until - now;
    window.used += 1;
    if (this.#options.shared && window.used - window.told >= this.#part)
      this.#tell(key, window, this.#options.shared);
    return 0;
  }

  /** @returns 0, or in how many ms there is one again; takes none */
  waitMs(key: string): number {
    const now = performance.now();
    const window = this.#windows.get(key);
    if (!window || now >= window.until) return 0;
    return this.#isOver(window) ? window.until - now : 0;
  }

  #isOver({ isSpent, used }: Window): boolean {
    return isSpent || used >= this.#options.most;
  }

  #windowOf(key: string, now: number): Window {
    const known = this.#windows.get(key);
    if (known && now < known.until) return known;
    this.#windows.delete(key);
    for (const [other, { until }] of this.#windows) {
      if (until > now && this.#windows.size < (this.#options.keeps ?? KEEPS)) break;
      this.#windows.delete(other);
    }
    const window = { used: 0, told: 0, until: now + RATE_WINDOW_MS, isSpent: false };
    this.#windows.set(key, window);
    return window;
  }

  #tell(key: string, window: Window, shared: SharedCount): void {
    window.told += this.#part;
    shared
      .add(key, this.#part)
      .then((spentForMs) => {
        if (spentForMs === 0) return;
        window.isSpent = true;
        window.until = Math.min(window.until, performance.now() + spentForMs);
      })
      .catch(this.#options.onError);
  }
}
