import type { Bus } from '../../bus/bus.ts';
import type { QuoteState } from '../events/market-state.ts';
import { quoteTopic } from '../events/topics.ts';

export interface QuoteDoubtOptions {
  readonly bus: Bus;
  /** Symbols that are known here. */
  readonly symbols: () => readonly string[];
  /** Whether this instance keeps the market, and so knows better. */
  readonly keepsMarket: () => boolean;
  /** A symbol of which nothing was heard for longer is stale. */
  readonly staleAfterMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Where the market is not kept, nothing is heard of it while the bus is not whole: quotes turn stale here as silent ones
 * do where it is kept. Whoever keeps it tells all of them anew after so long an outage.
 */
export class QuoteDoubt implements Disposable {
  readonly #options: QuoteDoubtOptions;
  readonly #stopWatching: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: QuoteDoubtOptions) {
    this.#options = options;
    this.#stopWatching = options.bus.onChange((isWhole) => {
      clearTimeout(this.#timer);
      if (!isWhole) this.#timer = setTimeout(() => this.#doubtAll(), options.staleAfterMs);
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
    const { bus, keepsMarket } = this.#options;
    const newest = await bus.latest(topic);
    const quote = newest?.payload as QuoteState | undefined;
    // what is published now must stay here
    if (!quote || quote.stale || bus.isWhole || keepsMarket()) return;
    await bus.publish(topic, { ...quote, stale: true } satisfies QuoteState);
  }
}
