import { builder } from '../../builder/builder.ts';
import { TradeSide } from './trade.ts';

export const MAX_LEVELS = 5000;

const EXCHANGE_TIME =
  "When it happened, by the source's clock, down to the nanosecond. A time more than 5 s after its receipt, before 1980, or more than 31 days behind the newest one of the symbol counts as unknown. Null: unknown; it then counts at its receipt.";
const SOURCE_SEQUENCE =
  "The source's own sequence, as text. Null: it has none. Orders reports of one source and time.";

export const QuoteInput = builder.inputType('QuoteInput', {
  description:
    'A quote as a feed knows it: a field that is absent keeps its value, and null clears it. A report older than the one that set a field does not change that field.',
  fields: (t) => ({
    symbol: t.field({
      type: 'Symbol',
      required: true,
      description: 'The instrument, in any spelling that the server accepts.',
    }),
    price: t.field({
      type: 'Decimal',
      description: 'The last price. Absent keeps the known one, null clears it.',
    }),
    open: t.field({
      type: 'Decimal',
      description: 'The first price of the trading day. Absent keeps the known one, null clears it.',
    }),
    high: t.field({
      type: 'Decimal',
      description: 'The highest price of the trading day. Absent keeps the known one, null clears it.',
    }),
    low: t.field({
      type: 'Decimal',
      description: 'The lowest price of the trading day. Absent keeps the known one, null clears it.',
    }),
    previousClose: t.field({ type: 'Decimal', description: 'The last price of the trading day before.' }),
    volume: t.field({ type: 'Decimal', description: "The day's volume in shares, contracts or coins." }),
    turnover: t.field({
      type: 'Decimal',
      description:
        'The turnover of the trading day, in the currency of the instrument. Absent keeps the known one, null clears it.',
    }),
    bid: t.field({
      type: 'Decimal',
      description:
        'The best bid price. Absent keeps the known one; null clears it, e.g. at the lower price limit.',
    }),
    ask: t.field({
      type: 'Decimal',
      description:
        'The best ask price. Absent keeps the known one; null clears it, e.g. at the upper price limit.',
    }),
    authoritative: t.boolean({
      description:
        "Whether the day's figures (open, high, low, volume, turnover) are the exchange's own, so that prices and trades do not change them: in this report and in later ones of the day, until one says otherwise. Absent or null: as the last report of the day said, at first false.",
    }),
    sourceSequence: t.string({ description: SOURCE_SEQUENCE }),
    exchangeTime: t.field({ type: 'DateTime', description: EXCHANGE_TIME }),
  }),
});

export const TradeInput = builder.inputType('TradeInput', {
  description: 'A trade to publish.',
  fields: (t) => ({
    symbol: t.field({
      type: 'Symbol',
      required: true,
      description: 'The instrument, in any spelling that the server accepts.',
    }),
    price: t.field({
      type: 'Decimal',
      required: true,
      description: 'The price of the trade; negative prices are allowed.',
    }),
    size: t.field({
      type: 'Decimal',
      required: true,
      description: 'In shares, contracts or coins, not lots.',
    }),
    turnover: t.field({ type: 'Decimal', description: 'Default: |price| × size; never negative.' }),
    side: t.field({
      type: TradeSide,
      description: 'The side of the aggressor. Default: decided by the tick rule.',
    }),
    source: t.string({
      description:
        'Whose numbering sourceSequence is: sources that number for themselves need names of their own, up to 64 characters. Default: the publishing user.',
    }),
    sourceSequence: t.string({
      description:
        "The source's own sequence, up to 64 characters. Null: it has none. A trade of a symbol, source, trading day and sequence counts once, so that it may be sent again without harm: of each the newest 10,000 are remembered for 24 hours. It also orders trades of one time.",
    }),
    exchangeTime: t.field({ type: 'DateTime', description: EXCHANGE_TIME }),
  }),
});

const TradeCorrectionKind = builder.enumType('TradeCorrectionKind', {
  description: 'What is wrong with a trade that was sent before.',
  values: {
    BUST: { description: 'The trade was cancelled: it is removed from all figures.' },
    REPLACE: { description: 'It counts with what is given here; what is left out stays as it was.' },
  } as const,
});

export const TradeCorrectionInput = builder.inputType('TradeCorrectionInput', {
  description: 'The correction of a trade that was published before, under the time that it has.',
  fields: (t) => ({
    symbol: t.field({
      type: 'Symbol',
      required: true,
      description: 'The instrument, in any spelling that the server accepts.',
    }),
    source: t.string({ description: 'The source of that trade. Default: the publishing user.' }),
    sourceSequence: t.string({ required: true, description: 'The sequence under which it was sent.' }),
    kind: t.field({
      type: TradeCorrectionKind,
      required: true,
      description: 'Whether the trade is cancelled or replaced.',
    }),
    price: t.field({ type: 'Decimal', description: 'REPLACE: the right price. Null: as it was.' }),
    size: t.field({ type: 'Decimal', description: 'REPLACE: the right size. Null: as it was.' }),
    turnover: t.field({
      type: 'Decimal',
      description:
        'REPLACE: the right turnover. Null: |price| × size where one of them is given, else as it was.',
    }),
    side: t.field({ type: TradeSide, description: 'REPLACE: the right side. Null: as it was.' }),
  }),
});

const OrderBookLevelInput = builder.inputType('OrderBookLevelInput', {
  description: 'A price and what rests at it.',
  fields: (t) => ({
    price: t.field({ type: 'Decimal', required: true, description: 'The price of the level.' }),
    size: t.field({
      type: 'Decimal',
      required: true,
      description: 'Absolute; among changes, "0" removes the level.',
    }),
    orderCount: t.int({ description: 'How many orders rest at the price, if the source says so.' }),
  }),
});

const OrderBookInputKind = builder.enumType('OrderBookInputKind', {
  description: 'Whether the levels are a whole book or changes to the known one.',
  values: {
    WHOLE: { description: 'The whole book: replaces what was known.' },
    CHANGES: { description: 'Changes to the book sent before.' },
  } as const,
});

export const OrderBookInput = builder.inputType('OrderBookInput', {
  description: 'A whole book, or changes to one with sequence numbers.',
  fields: (t) => ({
    symbol: t.field({
      type: 'Symbol',
      required: true,
      description: 'The instrument, in any spelling that the server accepts.',
    }),
    kind: t.field({
      type: OrderBookInputKind,
      defaultValue: 'WHOLE',
      description: 'Whether the levels are a whole book or changes to the known one.',
    }),
    bids: t.field({
      type: [OrderBookLevelInput],
      required: true,
      description: 'Bids, in any order; in changes, size 0 removes the level.',
    }),
    asks: t.field({
      type: [OrderBookLevelInput],
      required: true,
      description: 'Asks, in any order; in changes, size 0 removes the level.',
    }),
    firstSequence: t.field({
      type: 'SafeInt',
      description: "Changes: the source's first update in here; must follow the last one sent.",
    }),
    lastSequence: t.field({ type: 'SafeInt', description: "The source's last update in here." }),
    previousLastSequence: t.field({
      type: 'SafeInt',
      description:
        "Changes: the source's last update of the message before, of sources whose updates are not contiguous per book (`pu` of Binance's futures, `prev_change_id` of Deribit, `prevSeqId` of OKX). Given, it decides about continuity instead of firstSequence.",
    }),
    maxDepth: t.int({
      description: `How many levels a side the source keeps, 1 to ${MAX_LEVELS}: of a source of depth 10, a level that falls to place 11 is dropped without a change that says so. WHOLE: null means all levels. CHANGES: null keeps what the last book said.`,
    }),
    checksum: t.field({
      type: 'SafeInt',
      description: 'Changes: CRC32 of the top 10 afterwards, checked when given.',
    }),
    exchangeTime: t.field({ type: 'DateTime', description: EXCHANGE_TIME }),
  }),
});
