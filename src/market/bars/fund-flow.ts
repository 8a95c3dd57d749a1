import Big from 'big.js';
import { take } from '../../primitives/take.ts';
import type { Calendars } from '../calendar/calendars.ts';
import type {
  FundFlowBucketState,
  FundFlowState,
  FundFlowThresholds,
  Timeframe,
} from '../events/market-state.ts';
import { percentOf } from '../events/quote-figures.ts';
import { type MarketCode, marketOf } from '../symbols/symbol.ts';
import { periodsOf, startOf } from './bar-periods.ts';
import { FUND_FLOW_PARTS, type FundFlowSums, type TradeBar, type TradeBars } from './trade-bars.ts';

export interface FundFlowsOptions {
  readonly bars: TradeBars;
  /** of every market, see `thresholdsOf`; each answer names those it was computed with */
  readonly thresholds: Readonly<Record<MarketCode, FundFlowThresholds>>;
  /** what the answer names as its source */
  readonly source: string;
  readonly calendars: Calendars;
}

/** Fund flow (资金流向) of a symbol by period, summed from its bars: by the size of each trade and its aggressor side. */
export class FundFlows {
  readonly #bars: TradeBars;
  readonly #source: string;
  readonly #calendars: Calendars;
  readonly #thresholds: Readonly<Record<MarketCode, FundFlowThresholds>>;

  constructor({ bars, thresholds, source, calendars }: FundFlowsOptions) {
    this.#calendars = calendars;
    this.#bars = bars;
    this.#source = source;
    this.#thresholds = thresholds;
  }

  /**
   * The period of the newest trade; all zero when there was none. Days are trading days: those with trades.
   * @param now epoch ms, for a symbol without trades
   */
  current(symbol: string, timeframe: Timeframe, now: number): FundFlowState {
    return (
      this.history(symbol, timeframe, 1)[0] ??
      this.#state(symbol, timeframe, startOf(symbol, timeframe, now, this.#calendars), [], now)
    );
  }

  /**
   * The periods with trades that the bars still hold in full, newest first. Days overlap: each is the end of a window.
   * @param most periods wanted; each costs some 40 microseconds
   */
  history(symbol: string, timeframe: Timeframe, most = Number.POSITIVE_INFINITY): FundFlowState[] {
    const periods = take(most, periodsOf(this.#bars, symbol, timeframe, this.#calendars));
    return Array.from(periods, ({ start, bars }) => this.#state(symbol, timeframe, start, bars));
  }

  /** @param bars newest first */
  #state(
    symbol: string,
    timeframe: Timeframe,
    start: number,
    bars: readonly TradeBar[],
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
      ...(bars.some(({ incomplete }) => incomplete) && { incomplete: true }),
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
