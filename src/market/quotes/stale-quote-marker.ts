import type { Bus } from '../../bus/bus.ts';
import type { QuoteState } from '../events/market-state.ts';
import { quoteTopic } from '../events/topics.ts';

export interface StaleQuoteMarkerOptions {
  readonly bus: Bus;
  /** Symbols that are known here. */
  readonly symbols: () => readonly string[];
  /** Whether this instance leads the market, and so knows better. */
  readonly isMarketLeader: () => boolean;
  /** A symbol of which nothing was heard for longer is stale. */
  readonly staleAfterMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Where the market is not kept, nothing is heard of it while the bus is not whole: quotes turn stale here as silent ones
 * do where it is kept. Whoever keeps it tells all of them anew after so long an outage.
 */
export class StaleQuoteMarker implements Disposable {
  readonly #options: StaleQuoteMarkerOptions;
  readonly #stopWatching: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StaleQuoteMarkerOptions) {
    this.#options = options;
    this.#stopWatching = options.bus.onChange((isConnected) => {
      clearTimeout(this.#timer);
      if (!isConnected) this.#timer = setTimeout(() => this.#doubtAll(), options.staleAfterMs);
    });
  }

  [Symbol.dispose](): void {
    this.#stopWatching();
    clearTimeout(this.#timer);
  }

  #doubtAll(): void {
    const { symbols, onError } = this.#options;
    for (const symbol of symbols()) this.#doubt(quoteTopic(symbol)).catch(onError);
  }

  async #doubt(topic: string): Promise<void> {
    const { bus, isMarketLeader } = this.#options;
    const newest = await bus.latest(topic);
    const quote = newest?.payload as QuoteState | undefined;
    // what is published now must stay here
    if (!quote || quote.stale || bus.isConnected || isMarketLeader()) return;
    await bus.publish(topic, { ...quote, stale: true } satisfies QuoteState);
  }
}
