import Big from 'big.js';
import { compareDecimals } from './decimal.ts';
import type { DecimalText } from './market-event.ts';

/**
 * A price's change since the previous close, exactly, and in percent of the previous close's absolute value: after
 * −37.63, a price of 10.01 is up, not down. null where one of the two is missing; no percent of zero.
 */
export function changeOf(
  price: DecimalText | null,
  previousClose: DecimalText | null,
): { readonly change: DecimalText | null; readonly changePercent: DecimalText | null } {
  if (price === null || previousClose === null) return { change: null, changePercent: null };
  const close = new Big(previousClose);
  const change = new Big(price).minus(close);
  return { change: change.toFixed(), changePercent: close.eq(0) ? null : percentOf(change, close.abs()) };
}

/** A part in percent of a whole that is not zero, with two decimals, half up (away from zero); never `-0.00`. */
export function percentOf(part: Big, whole: Big): DecimalText {
  return part.times(100).div(whole).round(2, Big.roundHalfUp).toFixed(2);
}

/** The exact sum; null counts as nothing. */
export const sum = (a: DecimalText | null, b: DecimalText): DecimalText =>
  a === null ? b : new Big(a).plus(b).toFixed();

/** The later of two times, of which either may be missing. */
export const later = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (b ?? a) : Math.max(a, b);

/** The higher (sign 1) or lower (sign −1) of two prices. */
export function extreme(known: DecimalText | null, price: DecimalText, sign: 1 | -1): DecimalText {
  return known === null || compareDecimals(price, known) * sign > 0 ? price : known;
}

/** Whether two decimals that may be missing have the same value. */
export const isSameValue = (a: DecimalText | null | undefined, b: DecimalText | null | undefined): boolean =>
  a == null || b == null ? (a ?? null) === (b ?? null) : compareDecimals(a, b) === 0;
