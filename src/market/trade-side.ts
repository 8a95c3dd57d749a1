import { compareDecimals } from './decimal.ts';
import type { DecimalText, TradeSide } from './market-event.ts';

interface LastTick {
  price: DecimalText;
  side: TradeSide;
}

/**
 * Decides who was the aggressor where the source does not say, by the tick rule: above the last price BUY, below it
 * SELL, at it as the last move was, NEUTRAL before there was one.
 * Lee & Ready, "Inferring Trade Direction from Intraday Data", Journal of Finance 46 (1991).
 */
export class TradeSides {
  readonly #last = new Map<string, LastTick>();

  /** @param given what the source says; kept, NEUTRAL included */
  decide(symbol: string, price: DecimalText, given: TradeSide | null | undefined): TradeSide {
    const last = this.#last.get(symbol);
    if (!last) {
      this.#last.set(symbol, { price, side: 'NEUTRAL' });
      return given ?? 'NEUTRAL';
    }
    const move = compareDecimals(price, last.price);
    if (move !== 0) last.side = move > 0 ? 'BUY' : 'SELL';
    last.price = price;
    return given ?? last.side;
  }
}
