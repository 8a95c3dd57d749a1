import type { Session } from '../session/session.ts';
import { type Candle, CandleBuilder, INTERVALS } from './candles.ts';

/** Prices of one symbol since somebody first looked at it in this session, as candles of each interval. */
export class PriceHistory {
  readonly #builders = new Map(INTERVALS.map((seconds) => [seconds as number, new CandleBuilder(seconds)]));
  readonly #listeners = new Set<(changed: ReadonlyMap<number, Candle>) => void>();

  accept(price: number, atMs: number): void {
    const changed = new Map(
      [...this.#builders].map(([seconds, builder]) => [seconds, builder.accept(price, atMs)]),
    );
    for (const listener of this.#listeners) listener(changed);
  }

  candles(seconds: number): readonly Candle[] {
    return this.#builders.get(seconds)?.candles ?? [];
  }

  /** @returns ends it */
  onChange(listener: (changed: ReadonlyMap<number, Candle>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const histories = new WeakMap<Session, Map<string, PriceHistory>>();

/** Kept as long as the session: who comes back to a symbol finds its chart as it was. */
export function historyOf(session: Session, symbol: string): PriceHistory {
  const bySymbol = histories.get(session) ?? new Map<string, PriceHistory>();
  histories.set(session, bySymbol);
  const history = bySymbol.get(symbol) ?? new PriceHistory();
  bySymbol.set(symbol, history);
  return history;
}
