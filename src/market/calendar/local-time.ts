export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Where a market's clocks are. China and Hong Kong are eight hours ahead of UTC all year. */
export type Zone = 'SHANGHAI' | 'NEW_YORK' | 'UTC';

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

/** How far a zone's clocks are ahead of UTC, in ms. All offsets are whole hours. @param time epoch ms */
export function offsetOf(zone: Zone, time: number): number {
  if (zone === 'NEW_YORK') return newYorkOffset(time);
  return zone === 'UTC' ? 0 : 8 * HOUR;
}

/** The local date of a moment, as days since 1970-01-01. @param time epoch ms */
export const dateOf = (zone: Zone, time: number): number => Math.floor((time + offsetOf(zone, time)) / DAY);

/** When a local clock shows a time of a date; epoch ms. @param ms since local midnight, of 24 hours */
export function timeAt(zone: Zone, date: number, ms = 0): number {
  const local = date * DAY + ms;
  // the clocks may change between here and there
  const near = local - offsetOf(zone, local);
  return local - offsetOf(zone, near);
}

/** YYYY-MM-DD. */
export const dateText = (date: number): string => new Date(date * DAY).toISOString().slice(0, 10);

/** Saturday or Sunday. 1970-01-01 was a Thursday. */
export const isWeekend = (date: number): boolean => ((((date + 4) % 7) + 7) % 7) % 6 === 0;
