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
 * Keeps fund-flow bars. Both calls are synchronous, since every trade passes here: an implementation that stores them
 * elsewhere keeps the recent ones at hand and writes behind. How far back bars go is the implementation's to say.
 */
export interface FundFlowBars {
  /** Adds a trade to the bar that starts at `start`, whichever bar that is: trades may come out of order. */
  add(symbol: string, length: BarLength, start: number, trade: FundFlowAmount): void;
  /** The bars kept, oldest first; not to be changed, and only good until the next `add`. */
  list(symbol: string, length: BarLength): readonly FundFlowBar[];
}
