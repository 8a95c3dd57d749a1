import type { Timeframe } from './market-state.ts';
import { type MarketCode, marketOf } from './symbol.ts';
import type { TradeBar, TradeBars } from './trade-bars.ts';
import { dayStart, periodStart } from './trading-day.ts';

export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CLOCK_FRAMES: Partial<Record<Timeframe, number>> = {
  MINUTE_1: MINUTE,
  MINUTE_5: 5 * MINUTE,
  MINUTE_15: 15 * MINUTE,
  HOUR_1: HOUR,
};
const DAY_FRAMES: Partial<Record<Timeframe, number>> = { DAY_1: 1, DAY_3: 3, DAY_5: 5, DAY_10: 10 };

/** The bars of one period, of which there is at least one. */
export interface BarPeriod {
  /** epoch ms */
  readonly start: number;
  /** newest first */
  readonly bars: readonly TradeBar[];
}

/**
 * The periods with trades that the bars still hold in full, newest first. Days overlap: each is the end of a window.
 * Lazy: who needs few reads few.
 */
export function periodsOf(bars: TradeBars, symbol: string, timeframe: Timeframe): Iterable<BarPeriod> {
  const days = DAY_FRAMES[timeframe];
  return days === undefined ? clockPeriods(bars, symbol, timeframe) : dayPeriods(bars, symbol, days);
}

/**
 * When the period of a moment starts, where that is the newest.
 * @param time epoch ms
 */
export function startOf(symbol: string, timeframe: Timeframe, time: number): number {
  const market = marketCode(symbol);
  const length = CLOCK_FRAMES[timeframe];
  return length === undefined ? dayStart(market, time) : periodStart(market, time, length);
}

/** When the period of a bar ends, exclusive; epoch ms. Days may have 23 or 25 hours. */
export function endOf(symbol: string, timeframe: Timeframe, { start }: TradeBar): number {
  const length = CLOCK_FRAMES[timeframe];
  if (length === undefined) return dayStart(marketCode(symbol), start + 36 * HOUR);
  return startOf(symbol, timeframe, start) + length;
}

const marketCode = (symbol: string): MarketCode => marketOf(symbol) ?? 'CRYPTO';

function* clockPeriods(bars: TradeBars, symbol: string, timeframe: Timeframe): Generator<BarPeriod> {
  let period: { start: number; bars: TradeBar[] } | undefined;
  for (const bar of bars.newestFirst(symbol, 'minute')) {
    if (!period || bar.start < period.start) {
      if (period) yield period;
      period = { start: startOf(symbol, timeframe, bar.start), bars: [] };
    }
    period.bars.push(bar);
  }
  if (period) yield period;
}

function* dayPeriods(bars: TradeBars, symbol: string, days: number): Generator<BarPeriod> {
  const window: TradeBar[] = [];
  const period = (): BarPeriod => ({ start: window.at(-1)?.start ?? 0, bars: [...window] });
  for (const bar of bars.newestFirst(symbol, 'day')) {
    window.push(bar);
    if (window.length < days) continue;
    yield period();
    window.shift();
  }
  // a window may be short of days where trading began, but not where older days were dropped
  for (; bars.isWhole(symbol, 'day') && window.length > 0; window.shift()) yield period();
}

/** The first so many, or all. */
export function* take<T>(most: number, all: Iterable<T>): Generator<T> {
  let left = most;
  if (left <= 0) return;
  for (const one of all) {
    yield one;
    left -= 1;
    if (left <= 0) return;
  }
}
