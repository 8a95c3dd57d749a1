import Big from 'big.js';
import { FUND_FLOW_PARTS, type FundFlowBar, type FundFlowBars, type FundFlowSums } from './fund-flow-bars.ts';
import { DEFAULT_THRESHOLDS, type PartOf, partOf } from './fund-flow-thresholds.ts';
import type { TradeSide } from './market-event.ts';
import type { FundFlowBucketState, FundFlowState, FundFlowThresholds, Timeframe } from './market-state.ts';
import { percentOf } from './quote-board.ts';
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
    // not spread: a market that is present but undefined keeps its default
    const {
      CN = DEFAULT_THRESHOLDS.CN,
      HK = DEFAULT_THRESHOLDS.HK,
      US = DEFAULT_THRESHOLDS.US,
      CRYPTO = DEFAULT_THRESHOLDS.CRYPTO,
    } = thresholds;
    this.#thresholds = { CN, HK, US, CRYPTO };
    this.#partOf = { CN: partOf(CN), HK: partOf(HK), US: partOf(US), CRYPTO: partOf(CRYPTO) };
  }

  /** Adds a trade to its minute and its day, which are those of its own time, in whatever order trades come. */
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

  /**
   * The periods with trades that the bars still hold in full, newest first. Days overlap: each is the end of a window.
   * @param most periods wanted; each costs some 40 microseconds
   */
  history(symbol: string, timeframe: Timeframe, most = Number.POSITIVE_INFINITY): FundFlowState[] {
    return this.#periods(symbol, timeframe, most);
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
    const periods: FundFlowState[] = [];
    let start = Number.POSITIVE_INFINITY;
    let bars: FundFlowBar[] = [];
    const close = (): void => {
      if (bars.length > 0) periods.push(this.#state(symbol, timeframe, start, bars));
    };
    for (const bar of this.#bars.newestFirst(symbol, 'minute')) {
      if (bar.start < start) {
        close();
        if (periods.length >= most) return periods;
        start = periodStart(market, bar.start, length);
        bars = [];
      }
      bars.push(bar);
    }
    close();
    return periods;
  }

  #dayPeriods(symbol: string, timeframe: Timeframe, days: number, most: number): FundFlowState[] {
    const bars: FundFlowBar[] = [];
    for (const bar of this.#bars.newestFirst(symbol, 'day')) {
      bars.push(bar);
      if (bars.length >= most + days - 1) break;
    }
    // a window may be short of days where trading began, but not where older days were dropped
    const whole = this.#bars.isWhole(symbol, 'day') ? bars.length : bars.length - days + 1;
    return bars.slice(0, Math.min(most, whole)).map((_, i) => {
      const window = bars.slice(i, i + days);
      return this.#state(symbol, timeframe, window.at(-1)?.start ?? 0, window);
    });
  }

  /** @param bars newest first */
  #state(
    symbol: string,
    timeframe: Timeframe,
    start: number,
    bars: readonly FundFlowBar[],
    updatedAt = bars[0]?.lastTradeAt ?? start,
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
    netInflowRate: turnover.eq(0) ? '0' : percentOf(net, turnover),
  };
}
