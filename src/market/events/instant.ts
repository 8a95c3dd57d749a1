/** No exchange stamped anything electronically before; smaller numbers are zero, or of another unit. */
export const EARLIEST = Date.UTC(1980, 0, 1);

/** An instant at the precision of its source. */
export interface Instant {
  /** epoch ms, whole */
  readonly ms: number;
  /** nanoseconds beyond `ms`, 0 to 999,999 */
  readonly nanos: number;
}

/** Digits before the point that 1980 to 2262 has in each unit, and how many digits the unit is above nanoseconds. */
const UNITS: readonly { readonly digits: readonly number[]; readonly toNanos: number }[] = [
  { digits: [9, 10], toNanos: 9 },
  { digits: [12, 13], toNanos: 6 },
  { digits: [15, 16], toNanos: 3 },
  { digits: [18, 19], toNanos: 0 },
];

/**
 * An instant from a source's number, whose unit is recognised by its size: seconds, milliseconds, microseconds or
 * nanoseconds since 1970, with or without a fraction. Text keeps digits that a double would lose.
 * @returns undefined for what is none of these between 1980 and 2262, zero included
 */
export function instantOf(value: number | bigint | string): Instant | undefined {
  const [, whole, fraction = ''] = /^([0-9]+)(?:\.([0-9]+))?$/.exec(String(value)) ?? [];
  const unit = UNITS.find(({ digits }) => digits.includes(whole?.length ?? 0));
  if (whole === undefined || !unit) return undefined;
  const nanos = BigInt(whole + fraction.slice(0, unit.toNanos).padEnd(unit.toNanos, '0'));
  const ms = Number(nanos / 1_000_000n);
  return ms < EARLIEST ? undefined : { ms, nanos: Number(nanos % 1_000_000n) };
}

const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * An instant written after RFC 3339, down to the nanosecond.
 * @returns undefined for another form and for times that the calendar does not have: 30 February, 24:00:00
 */
export function parseInstant(text: string): Instant | undefined {
  // the form that programs write takes half the time so; what the calendar does not have comes back as another text
  const known = text.length === 24 ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(known) && new Date(known).toISOString() === text) return { ms: known, nanos: 0 };
  const parts = RFC_3339.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  const [, , , , , , , fraction = '', sign, zoneHour = '0', zoneMinute = '0'] = parts;
  const isZone = Number(zoneHour) < 24 && Number(zoneMinute) < 60;
  if (hour === undefined || hour > 23 || Number(minute) > 59 || Number(second) > 59 || !isZone)
    return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // the platform's Date takes 30 February for 2 March
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== day) return undefined;
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -1 : 1);
  const digits = fraction.padEnd(9, '0');
  date.setUTCHours(hour, Number(minute) - offset, second, Number(digits.slice(0, 3)));
  return { ms: date.getTime(), nanos: Number(digits.slice(3)) };
}
