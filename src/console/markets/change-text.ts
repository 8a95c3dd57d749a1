import { signed, withDecimalsOf } from '../ui/format.ts';

/** A change of price, with the price's decimals. */
export const changeText = (change: string | null | undefined, price: string | null | undefined): string =>
  signed(change && price ? withDecimalsOf(change, price) : change);
