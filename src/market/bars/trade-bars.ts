import type { Big } from 'big.js';
import type { Position } from '../../bus/bus.ts';
import type { DecimalText } from '../events/market-event.ts';
import type { SeenSequences } from './seen-sequences.ts';

/** The size buckets of one order, largest first. */
export const FUND_FLOW_PARTS = ['superLarge', 'large', 'medium', 'small'] as const;
export type FundFlowPart = (typeof FUND_FLOW_PARTS)[number];

/** How long one bar is. A day is the market's trading day. */
export type BarLength = 'minute' | 'day';

export interface FundFlowSums {
  readonly inflow: Big;
  readonly outflow: Big;
}

/** What the trades of one bar cost, and how much was traded. Prices are as the source wrote them. */
export interface BarPrices {
  /** of the earliest trade by its own time; of several at that time the first that came */
  readonly open: DecimalText;
  readonly high: DecimalText;
  readonly low: DecimalText;
  /** of the latest trade by its own time; of several at that time the last that came */
  readonly close: DecimalText;
  /** in shares, contracts or coins */
  readonly volume: Big;
  /** of the earliest trade, epoch ms */
  readonly firstTradeAt: number;
  /** nanoseconds beyond it; not stored, so 0 after a restart */
  readonly firstTradeNanos: number;
}

/** What the trades of one minute or day come to: prices, and money that went in and out. */
export interface TradeBar extends Readonly<Record<FundFlowPart, FundFlowSums>> {
  /** epoch ms */
  readonly start: number;
  /** of the newest trade in it, epoch ms */
  readonly lastTradeAt: number;
  /** nanoseconds beyond it; not stored, so 0 after a restart */
  readonly lastTradeNanos: number;
  /** of all trades, neutral ones included */
  readonly turnover: Big;
  /** undefined for good where the bar was stored before prices were kept: some of its trades would be missing */
  readonly prices: BarPrices | undefined;
  /** trades of it may be missing: a leader died, and the bus no longer held what it had not stored; absent: no */
  readonly incomplete?: boolean | undefined;
}

/** What one trade adds to a bar; `flow` is undefined for a neutral trade, which is in no bucket. */
export interface BarTrade {
  /** epoch ms */
  readonly time: number;
  /** nanoseconds beyond it, 0 to 999,999; absent: 0 */
  readonly nanos?: number;
  readonly price: DecimalText;
  /** in shares, contracts or coins */
  readonly size: Big;
  /** its turnover */
  readonly amount: Big;
  readonly flow: { readonly part: FundFlowPart; readonly direction: keyof FundFlowSums } | undefined;
}

/**
 * Keeps bars of trades per symbol and length. All calls are synchronous, since every trade passes here and every
 * answer is computed from here: an implementation that stores bars elsewhere loads the recent ones before it is
 * handed out, and writes behind.
 *
 * At least the ten trading days with the newest trades are kept, in minutes as well as in days. What is older may be
 * dropped, minutes only by whole clock hours: an hour is there with all its minutes or not at all.
 */
export interface TradeBars {
  /**
   * Adds a trade to the bar that starts at `start`, whichever bar that is: trades may come out of order. A trade of a
   * time that was already dropped is ignored. Costs a few microseconds at most for the newest bar; never throws.
   */
  add(symbol: string, length: BarLength, start: number, trade: BarTrade): void;
  /**
   * The bars kept, newest first; only those with trades. Lazy: who needs few reads few. To be read before the next
   * `add`; the bars themselves are never changed afterwards.
   */
  newestFirst(symbol: string, length: BarLength): Iterable<TradeBar>;
  /** Whether nothing was dropped so far: the oldest bar kept is the oldest there was. */
  isComplete(symbol: string, length: BarLength): boolean;
  /** Puts a bar in the place of the one that starts there; undefined: there is none any more. */
  replace(symbol: string, length: BarLength, start: number, bar: TradeBar | undefined): void;
  /** The trades that were recorded lately: kept, and stored, with the bars. */
  readonly seen: SeenSequences;
  /**
   * All that was added of a symbol so far counts up to a trade of its topic, which is stored with the bars.
   * @param published never rejects; undefined: the bus refused it, so another instance leads and this one stores no more
   */
  recorded(symbol: string, published: Promise<Position | undefined>): void;
  /** What was stored before this process opened the bars. */
  readonly stored: StoredPositions;
}

/** What the bars that were stored count. */
export interface StoredPositions {
  /** Up to where, by symbol. */
  readonly positions: ReadonlyMap<string, Position>;
  /** Whoever wrote them stored everything before it stopped: nothing is missing although the bus may be empty. */
  readonly isClosed: boolean;
  /** Symbols whose bars were put together from those of several spellings just now; absent: there are none. */
  readonly merged?: readonly string[];
}

/** Of bars that nobody stored before. */
export const NOTHING_STORED: StoredPositions = { positions: new Map(), isClosed: true };
