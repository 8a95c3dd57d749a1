import type Big from 'big.js';
import type { Calendars } from '../calendar/calendars.ts';
import type { DecimalText, TradeSide } from '../events/market-event.ts';
import type { FundFlowThresholds } from '../events/market-state.ts';
import { type MarketCode, marketOf } from '../symbols/symbol.ts';
import { MINUTE } from './bar-periods.ts';
import { type PartOf, partOf } from './fund-flow-thresholds.ts';
import type { BarTrade, TradeBars } from './trade-bars.ts';

/** A trade as bars count it. */
export interface RecordedTrade {
  readonly symbol: string;
  readonly price: DecimalText;
  readonly size: Big;
  readonly turnover: Big;
  readonly side: TradeSide;
  /** epoch ms */
  readonly time: number;
  /** nanoseconds beyond `time`, 0 to 999,999; absent: 0 */
  readonly nanos?: number;
}

export interface TradeBarRecorderOptions {
  readonly bars: TradeBars;
  /** of every market, see `thresholdsOf` */
  readonly thresholds: Readonly<Record<MarketCode, FundFlowThresholds>>;
  readonly calendars: Calendars;
}

/** Adds each trade to the bar of its minute and of its trading day: prices, volume, turnover and fund flow. */
export class TradeBarRecorder {
  readonly #bars: TradeBars;
  readonly #calendars: Calendars;
  readonly #partOf: Readonly<Record<MarketCode, PartOf>>;

  constructor({ bars, thresholds, calendars }: TradeBarRecorderOptions) {
    this.#bars = bars;
    this.#calendars = calendars;
    const { CN, HK, US, CRYPTO, FX } = thresholds;
    this.#partOf = { CN: partOf(CN), HK: partOf(HK), US: partOf(US), CRYPTO: partOf(CRYPTO), FX: partOf(FX) };
  }

  /** The minute and the day are those of the trade's own time, in whatever order trades arrive. */
  record(trade: RecordedTrade): void {
    const { symbol, time } = trade;
    const barTrade = this.barTrade(trade);
    this.#bars.add(symbol, 'minute', Math.floor(time / MINUTE) * MINUTE, barTrade);
    this.#bars.add(symbol, 'day', this.#calendars.dayStart(symbol, time), barTrade);
  }

  /** What a trade adds to a bar; a NEUTRAL trade adds no fund flow. */
  barTrade({ symbol, price, size, turnover, side, time, nanos = 0 }: RecordedTrade): BarTrade {
    const market = marketOf(symbol) ?? 'CRYPTO';
    const flow =
      side === 'NEUTRAL'
        ? undefined
        : {
            part: this.#partOf[market](turnover, size),
            direction: side === 'BUY' ? ('inflow' as const) : ('outflow' as const),
          };
    return { time, nanos, price, size, amount: turnover, flow };
  }
}
