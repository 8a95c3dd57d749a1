import type { TradeState } from '../events/market-state.ts';

export interface TradeForwarderOptions {
  /** Asks whoever leads the market to take trades; it knows those that it has. */
  readonly ask: (trades: readonly TradeState[]) => Promise<unknown>;
  /** Of trades that this instance acknowledged so many are lost. */
  readonly onFailed: (topic: string, count: number) => void;
  /** An attempt failed; it is repeated for some seconds. */
  readonly onError: (error: unknown) => void;
}

const TRADE_TOPICS = 'trade:';
const ATTEMPTS = 10;
const PAUSE_MS = 1000;

/**
 * Hands trades that this instance acknowledged while it was cut off, and that the bus refused since another instance leads
 * by now, to that one. Of other topics only the newest matters, which the new leader has.
 */
export class TradeForwarder implements Disposable {
  readonly #options: TradeForwarderOptions;
  /** what waits to be tried again */
  readonly #waiting = new Map<NodeJS.Timeout, { readonly topic: string; readonly count: number }>();
  #disposed = false;

  constructor(options: TradeForwarderOptions) {
    this.#options = options;
  }

  forward(topic: string, payloads: readonly unknown[]): void {
    if (topic.startsWith(TRADE_TOPICS)) this.#attempt(topic, payloads as readonly TradeState[], ATTEMPTS);
  }

  #attempt(topic: string, trades: readonly TradeState[], left: number): void {
    const { ask, onFailed, onError } = this.#options;
    ask(trades).catch((error: unknown) => {
      if (left <= 1 || this.#disposed) return onFailed(topic, trades.length);
      onError(error);
      const timer = setTimeout(() => {
        this.#waiting.delete(timer);
        this.#attempt(topic, trades, left - 1);
      }, PAUSE_MS);
      this.#waiting.set(timer, { topic, count: trades.length });
    });
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const [timer, { topic, count }] of this.#waiting) {
      clearTimeout(timer);
      this.#options.onFailed(topic, count);
    }
    this.#waiting.clear();
  }
}
