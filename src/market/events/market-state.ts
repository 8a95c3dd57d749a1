import type { BookLevel, DecimalText, TradeSide } from './market-event.ts';

/**
 * What travels on the bus, one payload type per kind of topic. Plain JSON, so that another process reads the same.
 * The sequence a client sees is the bus event's own. Times are epoch milliseconds.
 */

/** Payload of `quote:<symbol>`. */
export interface QuoteState {
  readonly symbol: string;
  readonly price: DecimalText | null;
  readonly open: DecimalText | null;
  readonly high: DecimalText | null;
  readonly low: DecimalText | null;
  readonly previousClose: DecimalText | null;
  /** price − previousClose */
  readonly change: DecimalText | null;
  /** change in percent of previousClose, two decimals, half up */
  readonly changePercent: DecimalText | null;
  /** of the day, in shares, contracts or coins */
  readonly volume: DecimalText | null;
  /** of the day, in the currency of the price */
  readonly turnover: DecimalText | null;
  readonly bid: DecimalText | null;
  readonly ask: DecimalText | null;
  readonly exchangeTime: number | null;
  readonly receivedAt: number;
  /** nothing has been heard of the symbol for longer than the freshness limit */
  readonly stale: boolean;
}

/** Payload of `trade:<symbol>`. */
export interface TradeState {
  /** unique, and the same when the trade is told again after an outage; absent: published by a build before this one */
  readonly id?: string;
  readonly symbol: string;
  readonly price: DecimalText;
  readonly size: DecimalText;
  readonly turnover: DecimalText;
  readonly side: TradeSide;
  /** absent: published by a build before this one */
  readonly source?: string | null;
  readonly sourceSequence: string | null;
  readonly exchangeTime: number | null;
  /** nanoseconds beyond `exchangeTime`; absent: 0 */
  readonly exchangeNanos?: number;
  readonly receivedAt: number;
  /** epoch ms: when it counts, where it has no time and that is not its receipt; absent: it is */
  readonly countsAt?: number;
  /** who published it, where that is not its `source`; absent: nobody else */
  readonly publisher?: string;
  /** It corrects a trade published before, of the same source and sequence, whose time it has; absent: it is a trade. */
  readonly correction?: {
    /** BUST: that trade never counted. REPLACE: it counts with the price, size, turnover and side given here. */
    readonly kind: 'BUST' | 'REPLACE';
    /** `id` of the trade as it was published first */
    readonly of: string | null;
  };
}

/** Why a book is stale: its source's continuity was lost, or another instance keeps it now and waits for its source. */
export type BookBreak = 'gap' | 'checksum' | 'takeover';

/**
 * Payload of `book:<symbol>`. A `whole` replaces the book; `changes` apply to the book of the event just before
 * (same epoch, sequence − 1), so a reader that missed one knows it. `stale`: the source lost its own continuity.
 * A `whole` comes at least every `BOOK_WHOLE_EVERY` events, so bounded history always holds a way to rebuild.
 */
export type BookState =
  | {
      readonly kind: 'whole' | 'changes';
      /** the instance whose book it is: changes apply to a whole book of the same one */
      readonly writer: string;
      readonly symbol: string;
      readonly bids: readonly BookLevel[];
      readonly asks: readonly BookLevel[];
      readonly exchangeTime: number | null;
      readonly receivedAt: number;
    }
  | {
      readonly kind: 'stale';
      readonly symbol: string;
      readonly reason: BookBreak;
      readonly receivedAt: number;
    };

export const TIMEFRAMES = [
  'MINUTE_1',
  'MINUTE_5',
  'MINUTE_15',
  'HOUR_1',
  'DAY_1',
  'DAY_3',
  'DAY_5',
  'DAY_10',
] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

/** Money in and out of one size bucket. */
export interface FundFlowBucketState {
  readonly inflow: DecimalText;
  readonly outflow: DecimalText;
  readonly netInflow: DecimalText;
  /** netInflow in percent of the period's turnover, two decimals; "0" when there was no turnover */
  readonly netInflowRate: DecimalText;
}

/** Lower bounds of one order for a bucket: money OR shares reaches it. `shares` null: only money decides. */
export interface FundFlowThreshold {
  readonly amount: DecimalText;
  readonly shares: DecimalText | null;
}

export interface FundFlowThresholds {
  readonly superLarge: FundFlowThreshold;
  readonly large: FundFlowThreshold;
  readonly medium: FundFlowThreshold;
}

/** Payload of `flow:<symbol>:<timeframe>`. */
export interface FundFlowState {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly periodStart: number;
  readonly main: FundFlowBucketState;
  readonly superLarge: FundFlowBucketState;
  readonly large: FundFlowBucketState;
  readonly medium: FundFlowBucketState;
  readonly small: FundFlowBucketState;
  readonly turnover: DecimalText;
  readonly source: string;
  readonly thresholds: FundFlowThresholds;
  readonly updatedAt: number;
  /** trades may be missing in it, see `TradeBar`; absent: no */
  readonly incomplete?: boolean;
}

/** Prices of one period in which something was traded. */
export interface CandleState {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly periodStart: number;
  /** exclusive */
  readonly periodEnd: number;
  readonly open: DecimalText;
  readonly high: DecimalText;
  readonly low: DecimalText;
  readonly close: DecimalText;
  /** in shares, contracts or coins */
  readonly volume: DecimalText;
  readonly turnover: DecimalText;
  readonly firstTradeAt: number;
  readonly lastTradeAt: number;
  /** trades may be missing in it, see `TradeBar`; absent: no */
  readonly incomplete?: boolean;
}
