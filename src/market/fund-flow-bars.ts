import type { Big } from 'big.js';

/** The size buckets of one order, largest first. */
export const FUND_FLOW_PARTS = ['superLarge', 'large', 'medium', 'small'] as const;
export type FundFlowPart = (typeof FUND_FLOW_PARTS)[number];

/** How long one bar is. A day is the market's trading day. */
export type BarLength = 'minute' | 'day';

export interface FundFlowSums {
  readonly inflow: Big;
  readonly outflow: Big;
}

/** Money that went in and out in one minute or day. */
export interface FundFlowBar extends Readonly<Record<FundFlowPart, FundFlowSums>> {
  /** epoch ms */
  readonly start: number;
  /** of the newest trade in it, epoch ms */
  readonly lastTradeAt: number;
  /** of all trades, neutral ones included */
  readonly turnover: Big;
}

/** What one trade adds to a bar; `flow` is undefined for a neutral trade, which is in no bucket. */
export interface FundFlowAmount {
  /** epoch ms */
  readonly time: number;
  readonly amount: Big;
  readonly flow: { readonly part: FundFlowPart; readonly direction: keyof FundFlowSums } | undefined;
}

/**
 * Keeps fund-flow bars per symbol and length. All calls are synchronous, since every trade passes here and every
 * answer is computed from here: an implementation that stores bars elsewhere loads the recent ones before it is
 * handed out, and writes behind.
 *
 * At least the ten trading days with the newest trades are kept, in minutes as well as in days. What is older may be
 * dropped, minutes only by whole clock hours: an hour is there with all its minutes or not at all.
 */
export interface FundFlowBars {
  /**
   * Adds a trade to the bar that starts at `start`, whichever bar that is: trades may come out of order. A trade of a
   * time that was already dropped is ignored. Costs a few microseconds at most for the newest bar; never throws.
   */
  add(symbol: string, length: BarLength, start: number, trade: FundFlowAmount): void;
  /**
   * The bars kept, newest first; only those with trades. Lazy: who needs few reads few. To be read before the next
   * `add`; the bars themselves are never changed afterwards.
   */
  newestFirst(symbol: string, length: BarLength): Iterable<FundFlowBar>;
  /** Whether nothing was dropped so far: the oldest bar kept is the oldest there was. */
  isWhole(symbol: string, length: BarLength): boolean;
}
