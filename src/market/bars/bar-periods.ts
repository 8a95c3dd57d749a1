import type { Calendars } from '../calendar/calendars.ts';
import type { Timeframe } from '../events/market-state.ts';
import type { TradeBar, TradeBars } from './trade-bars.ts';

export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Counted from the start of a session; by the clock where there is none. */
const SESSION_FRAMES: Partial<Record<Timeframe, number>> = {
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
export function periodsOf(
  bars: TradeBars,
  symbol: string,
  timeframe: Timeframe,
  calendars: Calendars,
): Iterable<BarPeriod> {
  const days = DAY_FRAMES[timeframe];
  if (days !== undefined) return dayPeriods(bars, symbol, days);
  return sessionPeriods(bars, symbol, SESSION_FRAMES[timeframe] ?? MINUTE, calendars);
}

/**
 * Start of the period that contains a moment, were it the newest.
 * @param time epoch ms
 */
export function startOf(symbol: string, timeframe: Timeframe, time: number, calendars: Calendars): number {
  const length = SESSION_FRAMES[timeframe];
  return length === undefined
    ? calendars.dayStart(symbol, time)
    : calendars.period(symbol, time, length).start;
}

/** When the period of a bar ends, exclusive; epoch ms. The last of a session is shorter where they do not divide it. */
export function endOf(
  symbol: string,
  timeframe: Timeframe,
  { start }: TradeBar,
  calendars: Calendars,
): number {
  const length = SESSION_FRAMES[timeframe];
  return length === undefined ? calendars.dayEnd(symbol, start) : calendars.period(symbol, start, length).end;
}

function* sessionPeriods(
  bars: TradeBars,
  symbol: string,
  length: number,
  calendars: Calendars,
): Generator<BarPeriod> {
  let period: { readonly start: number; readonly takesFrom: number; readonly bars: TradeBar[] } | undefined;
  for (const bar of bars.newestFirst(symbol, 'minute')) {
    if (!period || bar.start < period.takesFrom) {
      if (period) yield period;
      period = { ...calendars.period(symbol, bar.start, length), bars: [] };
    }
    period.bars.push(bar);
  }
  if (!period) return;
  // minutes are dropped by clock hours, which a session's periods may straddle
  const hour = Math.floor((period.bars.at(-1)?.start ?? 0) / HOUR) * HOUR;
  if (period.takesFrom >= hour || bars.isComplete(symbol, 'minute')) yield period;
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
  for (; bars.isComplete(symbol, 'day') && window.length > 0; window.shift()) yield period();
}
