import Big from 'big.js';
import { FUND_FLOW_PARTS, type FundFlowBar, type FundFlowBars, type FundFlowSums } from './fund-flow-bars.ts';
import { DEFAULT_THRESHOLDS, type PartOf, partOf } from './fund-flow-thresholds.ts';
import type { TradeSide } from './market-event.ts';
import type { FundFlowBucketState, FundFlowState, FundFlowThresholds, Timeframe } from './market-state.ts';
import { type MarketCode, marketOf } from './symbol.ts';
import { dayStart, periodStart } from './trading-day.ts';

const MINUTE = 60_000;
const CLOCK_FRAMES: Partial<Record<Timeframe, number>> = {
  MINUTE_1: MINUTE,
  MINUTE_5: 5 * MINUTE,
  MINUTE_15: 15 * MINUTE,
  HOUR_1: 60 * MINUTE,
};
const DAY_FRAMES: Partial<Record<Timeframe, number>> = { DAY_1: 1, DAY_3: 3, DAY_5: 5, DAY_10: 10 };

export interface FundFlowTrade {
  readonly symbol: string;
  readonly size: Big;
  readonly turnover: Big;
  readonly side: TradeSide;
  /** epoch ms */
  readonly time: number;
}

export interface FundFlowsOptions {
  readonly bars: FundFlowBars;
  readonly thresholds: Partial<Record<MarketCode, FundFlowThresholds>>;
  /** what the answer names as its source */
  readonly source: string;
}

/** Fund flow (资金流向) computed from trades, by the size of each and who was the aggressor. */
export class FundFlows {
  readonly #bars: FundFlowBars;
  readonly #source: string;
  readonly #thresholds: Record<MarketCode, FundFlowThresholds>;
  readonly #partOf: Record<MarketCode, PartOf>;

  constructor({ bars, thresholds, source }: FundFlowsOptions) {
    this.#bars = bars;
    this.#source = source;
    this.#thresholds = { ...DEFAULT_THRESHOLDS, ...thresholds };
    const { CN, HK, US, CRYPTO } = this.#thresholds;
    this.#partOf = { CN: partOf(CN), HK: partOf(HK), US: partOf(US), CRYPTO: partOf(CRYPTO) };
  }

  record({ symbol, size, turnover, side, time }: FundFlowTrade): void {
    const market = marketOf(symbol) ?? 'CRYPTO';
    const flow =
      side === 'NEUTRAL'
        ? undefined
        : {
            part: this.#partOf[market](turnover, size),
            direction: side === 'BUY' ? ('inflow' as const) : ('outflow' as const),
          };
    const amount = { time, amount: turnover, flow };
    this.#bars.add(symbol, 'minute', Math.floor(time / MINUTE) * MINUTE, amount);
    this.#bars.add(symbol, 'day', dayStart(market, time), amount);
  }

  /**
   * The period of the newest trade; all zero when there was none. Days are trading days: those with trades.
   * @param now epoch ms, for a symbol without trades
   */
  current(symbol: string, timeframe: Timeframe, now: number): FundFlowState {
    return (
      this.#periods(symbol, timeframe, 1)[0] ??
      this.#state(symbol, timeframe, this.#emptyStart(symbol, timeframe, now), [], now)
    );
  }

  /** Every period that the bars still hold, newest first. */
  history(symbol: string, timeframe: Timeframe): FundFlowState[] {
    return this.#periods(symbol, timeframe, Number.POSITIVE_INFINITY);
  }

  #emptyStart(symbol: string, timeframe: Timeframe, now: number): number {
    const market = marketOf(symbol) ?? 'CRYPTO';
    const length = CLOCK_FRAMES[timeframe];
    return length === undefined ? dayStart(market, now) : periodStart(market, now, length);
  }

  #periods(symbol: string, timeframe: Timeframe, most: number): FundFlowState[] {
    const days = DAY_FRAMES[timeframe];
    return days === undefined
      ? this.#clockPeriods(symbol, timeframe, CLOCK_FRAMES[timeframe] ?? MINUTE, most)
      : this.#dayPeriods(symbol, timeframe, days, most);
  }

  #clockPeriods(symbol: string, timeframe: Timeframe, length: number, most: number): FundFlowState[] {
    const market = marketOf(symbol) ?? 'CRYPTO';
    const bars = this.#bars.list(symbol, 'minute');
    const periods: FundFlowState[] = [];
    let end = bars.length;
    while (end > 0 && periods.length < most) {
      const start = periodStart(market, bars[end - 1]?.start ?? 0, length);
      let first = end;
      while (first > 0 && (bars[first - 1]?.start ?? 0) >= start) first -= 1;
      periods.push(this.#state(symbol, timeframe, start, bars.slice(first, end)));
      end = first;
    }
    return periods;
  }

  #dayPeriods(symbol: string, timeframe: Timeframe, days: number, most: number): FundFlowState[] {
    const bars = this.#bars.list(symbol, 'day');
    const periods: FundFlowState[] = [];
    for (let end = bars.length; end > 0 && periods.length < most; end -= 1) {
      const window = bars.slice(Math.max(0, end - days), end);
      periods.push(this.#state(symbol, timeframe, window[0]?.start ?? 0, window));
    }
    return periods;
  }

  #state(
    symbol: string,
    timeframe: Timeframe,
    start: number,
    bars: readonly FundFlowBar[],
    updatedAt = bars.at(-1)?.lastTradeAt ?? start,
  ): FundFlowState {
    const turnover = bars.reduce((total, bar) => total.plus(bar.turnover), new Big(0));
    const [superLarge, large, medium, small] = FUND_FLOW_PARTS.map((part) =>
      total(bars.map((bar) => bar[part])),
    );
    const bucket = (sums: FundFlowSums | undefined) => bucketState(sums ?? total([]), turnover);
    return {
      symbol,
      timeframe,
      periodStart: start,
      main: bucket(total([superLarge, large].filter((sums) => sums !== undefined))),
      superLarge: bucket(superLarge),
      large: bucket(large),
      medium: bucket(medium),
      small: bucket(small),
      turnover: turnover.toFixed(),
      source: this.#source,
      thresholds: this.#thresholds[marketOf(symbol) ?? 'CRYPTO'],
      updatedAt,
    };
  }
}

function total(all: readonly FundFlowSums[]): FundFlowSums {
  let inflow = new Big(0);
  let outflow = new Big(0);
  for (const sums of all) {
    inflow = inflow.plus(sums.inflow);
    outflow = outflow.plus(sums.outflow);
  }
  return { inflow, outflow };
}

function bucketState({ inflow, outflow }: FundFlowSums, turnover: Big): FundFlowBucketState {
  const net = inflow.minus(outflow);
  return {
    inflow: inflow.toFixed(),
    outflow: outflow.toFixed(),
    netInflow: net.toFixed(),
    netInflowRate: turnover.eq(0) ? '0' : net.times(100).div(turnover).toFixed(2),
  };
}
