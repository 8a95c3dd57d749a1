import type { MarketCode } from './symbol.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SHANGHAI_OFFSET = 8 * HOUR;

const newYork = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  timeZoneName: 'longOffset',
});
/** UTC offset of New York by UTC hour: it changes only on the hour, and looking it up is slow. */
const newYorkOffsets = new Map<number, number>();
const MAX_OFFSETS = 10_000;

function newYorkOffset(time: number): number {
  const hour = Math.floor(time / HOUR);
  const known = newYorkOffsets.get(hour);
  if (known !== undefined) return known;
  const name = newYork.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours] = /GMT([+-])(\d\d)/.exec(name) ?? [];
  const offset = (sign === '-' ? -1 : 1) * Number(hours ?? 0) * HOUR;
  if (newYorkOffsets.size >= MAX_OFFSETS) newYorkOffsets.clear();
  newYorkOffsets.set(hour, offset);
  return offset;
}

function offsetOf(market: MarketCode, time: number): number {
  if (market === 'US') return newYorkOffset(time);
  return market === 'CRYPTO' ? 0 : SHANGHAI_OFFSET;
}

/**
 * The start of the market's local day: China and Hong Kong UTC+8, the US America/New_York, crypto UTC.
 * @param time epoch ms
 * @returns epoch ms
 */
export function dayStart(market: MarketCode, time: number): number {
  const offset = offsetOf(market, time);
  const local = Math.floor((time + offset) / DAY) * DAY;
  // the clocks may have changed since midnight
  return local - offsetOf(market, local - offset);
}

/** The start of the clock-aligned period of `ms` within the market's local day. All offsets are whole hours. */
export function periodStart(market: MarketCode, time: number, ms: number): number {
  const start = dayStart(market, time);
  return start + Math.floor((time - start) / ms) * ms;
}
