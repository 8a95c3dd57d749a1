import { Big } from 'big.js';
import { compareDecimals } from '../events/decimal.ts';
import type { BookLevel, DecimalText } from '../events/market-event.ts';

/** Best ask − best bid, exactly; below zero in a crossed book; null when a side is empty. */
export function spreadOf(bid: BookLevel | undefined, ask: BookLevel | undefined): DecimalText | null {
  return bid && ask ? new Big(ask.price).minus(bid.price).toFixed() : null;
}

/**
 * Whether the best bid is at or above the best ask: crossed or locked. Such a book is normal in an auction; in
 * continuous trading it means that its source reports it wrong or late.
 */
export function isCrossed(bid: BookLevel | undefined, ask: BookLevel | undefined): boolean {
  return bid !== undefined && ask !== undefined && compareDecimals(bid.price, ask.price) >= 0;
}

/** Halfway between best bid and best ask, exactly; null when a side is empty. */
export function midOf(bid: BookLevel | undefined, ask: BookLevel | undefined): DecimalText | null {
  // times one half, as big.js rounds divisions to a fixed number of places
  return bid && ask ? new Big(bid.price).plus(ask.price).times('0.5').toFixed() : null;
}
