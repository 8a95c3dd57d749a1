/**
 * The shapes of market data inside the house: what feeds hand in and what the bus carries. Decimals are text,
 * kept exactly as the source wrote them; times are epoch milliseconds.
 */
import type { InstrumentReport } from '../instruments/instrument-listing.ts';

/** An exact decimal number as text, e.g. `"0.35210000"`; never a float. */
export type DecimalText = string;

export type TradeSide = 'BUY' | 'SELL' | 'NEUTRAL';

/** Price and total size resting at it. `size` `"0"` (or `"0.000"`) in a change removes the level. */
export interface BookLevel {
  readonly price: DecimalText;
  readonly size: DecimalText;
  readonly orderCount?: number | null;
}

/** One trade as a feed reports it. */
export interface TradeReport {
  /** of a trade that an instance acknowledged before; absent: it gets one */
  readonly id?: string | undefined;
  readonly symbol: string;
  readonly price: DecimalText;
  /** in shares, contracts or coins: the unit of the instrument, never lots */
  readonly size: DecimalText;
  /** price × size where the feed does not say */
  readonly turnover?: DecimalText | null | undefined;
  /** absent: decided by the tick rule */
  readonly side?: TradeSide | null | undefined;
  /** whose numbering `sourceSequence` is: the publishing user, or the feed's name; absent: nobody's in particular */
  readonly source?: string | null | undefined;
  /** the publishing user; absent: a feed */
  readonly publisher?: string | undefined;
  /**
   * the source's own sequence, as text: some exceed 2^53. A trade of a symbol, source, trading day and sequence counts
   * once, however often it is sent.
   */
  readonly sourceSequence?: string | null | undefined;
  /** epoch ms, whole */
  readonly exchangeTime?: number | null | undefined;
  /** nanoseconds beyond `exchangeTime`, 0 to 999,999: they order events of one millisecond */
  readonly exchangeNanos?: number | null | undefined;
}

/** What a source says of a trade that it sent before. */
export interface TradeCorrectionReport {
  readonly symbol: string;
  readonly source: string;
  readonly sourceSequence: string;
  /** BUST: it never counted. REPLACE: it counts with what is given here; what is absent stays. */
  readonly kind: 'BUST' | 'REPLACE';
  readonly price?: DecimalText | null;
  readonly size?: DecimalText | null;
  /** @default |price| × size where one of them is given */
  readonly turnover?: DecimalText | null;
  readonly side?: TradeSide | null;
  /** who asks; undefined: may correct every source */
  readonly by?: string | undefined;
}

/** A quote as a feed reports it; a field that is absent (undefined) keeps its last value, and null clears it. */
export interface QuoteReport {
  readonly symbol: string;
  readonly price?: DecimalText | null | undefined;
  readonly open?: DecimalText | null | undefined;
  readonly high?: DecimalText | null | undefined;
  readonly low?: DecimalText | null | undefined;
  readonly previousClose?: DecimalText | null | undefined;
  readonly volume?: DecimalText | null | undefined;
  readonly turnover?: DecimalText | null | undefined;
  readonly bid?: DecimalText | null | undefined;
  readonly ask?: DecimalText | null | undefined;
  /**
   * The day's figures (open, high, low, volume, turnover) are the exchange's own, here and in later reports of the day
   * that do not say otherwise: prices and trades do not change them. Absent or null: as the last report said.
   */
  readonly authoritative?: boolean | null | undefined;
  /** orders quotes of one source and time, as text */
  readonly sourceSequence?: string | null | undefined;
  /** epoch ms, whole */
  readonly exchangeTime?: number | null | undefined;
  /** nanoseconds beyond `exchangeTime`, 0 to 999,999: they order events of one millisecond */
  readonly exchangeNanos?: number | null | undefined;
}

/** A whole book as a feed reports it, replacing what was known. */
export interface BookReport {
  readonly symbol: string;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  /** the source's own last update id, joined with by later changes */
  readonly sourceSequence?: number | null;
  /** keep at most so many levels a side (Kraken's books are cut at the subscribed depth) */
  readonly maxDepth?: number | null;
  readonly exchangeTime?: number | null;
}

/** Changes to a book: sizes are absolute, `0` removes. */
export interface BookChangeReport {
  readonly symbol: string;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  /** Binance `U` and `u`: first and last source update in this message; absent where the source has none */
  readonly firstSourceSequence?: number | null;
  readonly lastSourceSequence?: number | null;
  /**
   * The last source update of the message before, of sources whose updates are not numbered contiguously per book:
   * `pu` of Binance's futures, `prev_change_id` of Deribit, `prevSeqId` of OKX. Given, it alone decides about continuity.
   */
  readonly previousSourceSequence?: number | null;
  /** the source keeps at most so many levels a side; absent: as many as it said before */
  readonly maxDepth?: number | null;
  /** Kraken's CRC32 of the top 10 after this change, checked when present */
  readonly checksum?: number | null;
  readonly exchangeTime?: number | null;
}

/** What became of corrections that were sent together. */
export interface CorrectionsTaken {
  readonly accepted: number;
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly message: string }[];
}

/** What became of trades that were sent together. */
export interface TradesTaken {
  readonly accepted: number;
  /** sent before, by the same source under the same sequence: they count once */
  readonly duplicates: number;
}

/** What became of a trade: `duplicate`: its source has sent it before, and it counts once. */
export type TradeOutcome = 'accepted' | 'duplicate';

/** What became of a book change. After `gap` or `checksum` the book is stale until a fresh whole book comes in. */
export type BookChangeOutcome = 'applied' | 'outdated' | 'gap' | 'checksum' | 'unknown';

/** What a feed may tell the market. Every method publishes on the bus; none throws on well-formed reports. */
export interface MarketSink {
  /** Says what is known of an instrument, so that it can be searched for. */
  listInstrument(instrument: InstrumentReport): void;
  acceptQuote(report: QuoteReport): void;
  acceptTrade(report: TradeReport): TradeOutcome;
  acceptBook(report: BookReport): void;
  acceptBookChanges(report: BookChangeReport): BookChangeOutcome;
}
