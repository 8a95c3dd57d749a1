import { Big } from 'big.js';
import type { DecimalText } from './market-event.ts';

const FORM = /^-?[0-9]+(?:\.[0-9]+)?$/;
const MAX_LENGTH = 40;

/** Whether a text is a plain decimal: optional minus, digits, optional fraction, at most 40 characters, no exponent. */
export function isDecimalText(text: string): boolean {
  return text.length <= MAX_LENGTH && FORM.test(text);
}

/**
 * Orders two decimals by exact value: negative, 0 (also for `1.0` and `1.00`) or positive.
 * Both must be plain decimals (`isDecimalText`).
 */
export function compareDecimals(a: DecimalText, b: DecimalText): number {
  if (a === b) return 0;
  const x = Number(a);
  const y = Number(b);
  // rounding to a double keeps the order, so only equal doubles need the exact comparison
  if (x !== y) return x < y ? -1 : 1;
  return new Big(a).cmp(b);
}

/** Whether a decimal is zero however it is written: `0`, `0.000`, `-0.0`. */
export function isZero(text: DecimalText): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= 49 && code <= 57) return false;
  }
  return true;
}
