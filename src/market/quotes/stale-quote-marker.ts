import type { Bus } from '../../bus/bus.ts';
import type { Calendars } from '../calendar/calendars.ts';
import type { QuoteState } from '../events/market-state.ts';
import { quoteTopic } from '../events/topics.ts';

export interface StaleQuoteMarkerOptions {
  readonly bus: Pick<Bus, 'latest' | 'publish' | 'isConnected' | 'onChange'>;
  /** Symbols that are known here. */
  readonly symbols: () => readonly string[];
  /** Whether this instance leads the market, and so knows better. */
  readonly isMarketLeader: () => boolean;
  /** When markets trade: a quote of a closed market cannot change. */
  readonly calendars: Pick<Calendars, 'mayHaveTraded'>;
  /** A symbol of which nothing was heard for longer is stale. */
  readonly staleAfterMs: number;
  /** epoch ms; @default Date.now */
  readonly now?: () => number;
  readonly onError: (error: unknown) => void;
}

const LEAST_SWEEP_MS = 250;

/**
 * Marks quotes as stale while the bus is disconnected, on instances that do not lead the market. A quote is right for as
 * long as its market is closed, where nothing changed it just before the bus was lost: it turns stale when the market has
 * been open for as long as silence is allowed. The leader publishes all quotes anew after such an outage.
 */
export class StaleQuoteMarker implements Disposable {
  readonly #options: StaleQuoteMarkerOptions;
  readonly #now: () => number;
  readonly #stopWatching: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** of this outage */
  #marked = new Set<string>();

  constructor(options: StaleQuoteMarkerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#stopWatching = options.bus.onChange((isConnected) => {
      clearInterval(this.#timer);
      this.#marked = new Set();
      if (isConnected) return;
      const since = this.#now();
      this.#timer = setInterval(() => this.#sweep(since), Math.max(LEAST_SWEEP_MS, options.staleAfterMs / 4));
      this.#timer.unref();
    });
  }

  [Symbol.dispose](): void {
    this.#stopWatching();
    clearInterval(this.#timer);
  }

  /** @param since when the bus was lost, epoch ms */
  #sweep(since: number): void {
    const { symbols, calendars, staleAfterMs, onError } = this.#options;
    const silentSince = this.#now() - staleAfterMs;
    if (silentSince < since) return;
    for (const symbol of symbols()) {
      if (this.#marked.has(symbol)) continue;
      const mayHaveTraded = calendars.mayHaveTraded(symbol, since, silentSince);
      this.#mark(symbol, mayHaveTraded ? Number.NEGATIVE_INFINITY : since - staleAfterMs).catch(onError);
    }
  }

  /** @param activeSince only a quote that changed since is marked: its source sends although the market is closed */
  async #mark(symbol: string, activeSince: number): Promise<void> {
    const { bus, isMarketLeader } = this.#options;
    const topic = quoteTopic(symbol);
    const newest = await bus.latest(topic);
    const quote = newest?.payload as QuoteState | undefined;
    // what is published now must stay here
    if (!quote || quote.stale || bus.isConnected || isMarketLeader()) return;
    if (quote.receivedAt < activeSince || this.#marked.has(symbol)) return;
    this.#marked.add(symbol);
    await bus.publish(topic, { ...quote, stale: true } satisfies QuoteState);
  }
}
