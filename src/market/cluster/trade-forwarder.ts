import { backoffMs } from '../../primitives/backoff.ts';
import type { TradeState } from '../events/market-state.ts';

export interface TradeForwarderOptions {
  /** Asks the leader of the market to take trades; it recognizes those that it has. */
  readonly ask: (trades: readonly TradeState[]) => Promise<unknown>;
  /** So many trades that this instance acknowledged are lost. */
  readonly onFailed: (topic: string, count: number) => void;
  /** An attempt failed; it is repeated. */
  readonly onError: (error: unknown) => void;
}

/** Begins the topic of each symbol's trades. */
export const TRADE_TOPICS = 'trade:';
const BACKOFF = { firstMs: 1000, maxMs: 10_000 };
/** Nobody can lead while the database is away, which may take minutes. */
const GIVE_UP_AFTER_MS = 600_000;
/** Trades that may wait; those beyond are lost. */
const MAX_WAITING = 100_000;

interface Waiting {
  readonly topic: string;
  readonly trades: readonly TradeState[];
  readonly since: number;
  failures: number;
  timer?: NodeJS.Timeout;
}

/**
 * Hands trades that this instance acknowledged while it was cut off, and that the bus refused because another instance
 * leads by now, to that instance. Of other topics only the newest event matters, which the new leader has.
 */
export class TradeForwarder implements Disposable {
  readonly #options: TradeForwarderOptions;
  readonly #waiting = new Set<Waiting>();
  #count = 0;

  constructor(options: TradeForwarderOptions) {
    this.#options = options;
  }

  forward(topic: string, payloads: readonly unknown[]): void {
    if (!topic.startsWith(TRADE_TOPICS)) return;
    if (this.#count + payloads.length > MAX_WAITING) {
      this.#options.onFailed(topic, payloads.length);
      return;
    }
    const trades = payloads as readonly TradeState[];
    const waiting = { topic, trades, since: performance.now(), failures: 0 };
    this.#waiting.add(waiting);
    this.#count += trades.length;
    this.#attempt(waiting);
  }

  #attempt(waiting: Waiting): void {
    const { ask, onError } = this.#options;
    ask(waiting.trades).then(
      () => this.#done(waiting),
      (error: unknown) => {
        if (!this.#waiting.has(waiting)) return;
        onError(error);
        waiting.failures += 1;
        if (performance.now() - waiting.since >= GIVE_UP_AFTER_MS) this.#failed(waiting);
        else waiting.timer = setTimeout(() => this.#attempt(waiting), backoffMs(waiting.failures, BACKOFF));
      },
    );
  }

  #done(waiting: Waiting): void {
    if (this.#waiting.delete(waiting)) this.#count -= waiting.trades.length;
  }

  #failed(waiting: Waiting): void {
    this.#done(waiting);
    this.#options.onFailed(waiting.topic, waiting.trades.length);
  }

  [Symbol.dispose](): void {
    for (const waiting of this.#waiting) {
      clearTimeout(waiting.timer);
      this.#failed(waiting);
    }
  }
}
