import { TickroomError } from '../../errors.ts';
import type { Instant } from '../../market/instant.ts';
import { requireRole } from '../access.ts';
import { builder } from '../builder.ts';
import { InstrumentInput, instrumentReport } from './instrument-input.ts';
import { TradeSide } from './trade.ts';

const MAX_BATCH = 1000;
const MAX_LEVELS = 5000;

const EXCHANGE_TIME =
  "When it happened, by the source's clock, down to the nanosecond. A time more than 5 s after its receipt, before 1980, or more than 31 days behind the newest one of the symbol counts as unknown. Null: unknown; it then counts at its receipt.";
const SOURCE_SEQUENCE =
  "The source's own sequence, as text. Null: it has none. Orders reports of one source and time.";

const QuoteInput = builder.inputType('QuoteInput', {
  description:
    'A quote as a feed knows it: a field that is absent keeps its value, and null clears it. A report older than the one that set a field does not change that field.',
  fields: (t) => ({
    symbol: t.field({ type: 'Symbol', required: true, description: 'The instrument.' }),
    price: t.field({ type: 'Decimal', description: 'The last price.' }),
    open: t.field({ type: 'Decimal', description: "The day's first price." }),
    high: t.field({ type: 'Decimal', description: "The day's highest price." }),
    low: t.field({ type: 'Decimal', description: "The day's lowest price." }),
    previousClose: t.field({ type: 'Decimal', description: 'The last price of the trading day before.' }),
    volume: t.field({ type: 'Decimal', description: "The day's volume in shares, contracts or coins." }),
    turnover: t.field({ type: 'Decimal', description: "The day's turnover." }),
    bid: t.field({ type: 'Decimal', description: 'The best bid.' }),
    ask: t.field({ type: 'Decimal', description: 'The best ask.' }),
    authoritative: t.boolean({
      description:
        "Whether the day's figures (open, high, low, volume, turnover) are the exchange's own, so that prices and trades do not change them: in this report and in later ones of the day, until one says otherwise. Absent or null: as the last report of the day said, at first false.",
    }),
    sourceSequence: t.string({ description: SOURCE_SEQUENCE }),
    exchangeTime: t.field({ type: 'DateTime', description: EXCHANGE_TIME }),
  }),
});

const TradeInput = builder.inputType('TradeInput', {
  description: 'One trade.',
  fields: (t) => ({
    symbol: t.field({ type: 'Symbol', required: true, description: 'The instrument.' }),
    price: t.field({ type: 'Decimal', required: true, description: 'The price.' }),
    size: t.field({
      type: 'Decimal',
      required: true,
      description: 'In shares, contracts or coins, not lots.',
    }),
    turnover: t.field({ type: 'Decimal', description: 'Default: |price| × size; never negative.' }),
    side: t.field({ type: TradeSide, description: 'Default: by the tick rule.' }),
    sourceSequence: t.string({ description: "The source's own sequence, as text." }),
    exchangeTime: t.field({ type: 'DateTime', description: EXCHANGE_TIME }),
  }),
});

const OrderBookLevelInput = builder.inputType('OrderBookLevelInput', {
  description: 'A price and what rests at it.',
  fields: (t) => ({
    price: t.field({ type: 'Decimal', required: true, description: 'The price.' }),
    size: t.field({
      type: 'Decimal',
      required: true,
      description: 'Absolute; among changes, "0" removes the level.',
    }),
    orderCount: t.int({ description: 'How many orders.' }),
  }),
});

const OrderBookInputKind = builder.enumType('OrderBookInputKind', {
  description: 'What the levels are.',
  values: {
    WHOLE: { description: 'The whole book: replaces what was known.' },
    CHANGES: { description: 'Changes to the book sent before.' },
  } as const,
});

const OrderBookInput = builder.inputType('OrderBookInput', {
  description: 'A whole book, or changes to one with sequence numbers.',
  fields: (t) => ({
    symbol: t.field({ type: 'Symbol', required: true, description: 'The instrument.' }),
    kind: t.field({ type: OrderBookInputKind, defaultValue: 'WHOLE', description: 'What the levels are.' }),
    bids: t.field({ type: [OrderBookLevelInput], required: true, description: 'Bids in any order.' }),
    asks: t.field({ type: [OrderBookLevelInput], required: true, description: 'Asks in any order.' }),
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

const PublishReceipt = builder.objectRef<{ accepted: number }>('PublishReceipt').implement({
  description: 'What was taken.',
  fields: (t) => ({ accepted: t.exposeInt('accepted', { description: 'How many of the reports.' }) }),
});

/** @throws TickroomError INVALID_INPUT */
function checkBatch(input: readonly unknown[]): void {
  if (input.length > 0 && input.length <= MAX_BATCH) return;
  throw new TickroomError(
    'INVALID_INPUT',
    `input must hold 1 to ${MAX_BATCH} reports; send more in several calls.`,
  );
}

function checkNotNegative(symbol: string, values: Record<string, string | null | undefined>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value?.startsWith('-'))
      throw new TickroomError('INVALID_INPUT', `${name} of ${symbol} must not be negative.`);
  }
}

/** @throws TickroomError INVALID_INPUT */
function checkBookNumbers(input: typeof OrderBookInput.$inferInput): void {
  const { symbol, maxDepth, firstSequence, lastSequence } = input;
  if (maxDepth != null && (maxDepth < 1 || maxDepth > MAX_LEVELS)) {
    throw new TickroomError(
      'INVALID_INPUT',
      `maxDepth of ${symbol} is ${maxDepth}: it must be 1 to ${MAX_LEVELS} levels a side, or absent for all.`,
    );
  }
  if (firstSequence != null && lastSequence != null && firstSequence > lastSequence) {
    throw new TickroomError(
      'INVALID_INPUT',
      `firstSequence of ${symbol} is ${firstSequence}, after its lastSequence ${lastSequence}: exchange them.`,
    );
  }
}

/** An input as the market takes it: a time in two numbers, as JSON carries them between instances. */
function reportOf<I extends { readonly exchangeTime?: Instant | null | undefined }>(input: I) {
  const { exchangeTime: time, ...report } = input;
  return { ...report, exchangeTime: time?.ms, exchangeNanos: time?.nanos };
}

builder.mutationFields((t) => ({
  publishQuotes: t.field({
    type: PublishReceipt,
    description: 'Publishes quotes, in order. Needs the PUBLISHER role.',
    args: { input: t.arg({ type: [QuoteInput], required: true, description: '1 to 1,000 quotes.' }) },
    resolve: async (_root, { input }, context) => {
      requireRole(context, 'PUBLISHER');
      checkBatch(input);
      for (const { symbol, volume, turnover } of input) checkNotNegative(symbol, { volume, turnover });
      await context.services.desk.publishQuotes(input.map(reportOf));
      return { accepted: input.length };
    },
  }),
  publishInstruments: t.field({
    type: PublishReceipt,
    description:
      'Publishes what is known of instruments. It is stored when this answers, and known at all instances. Needs the PUBLISHER role.',
    args: {
      input: t.arg({ type: [InstrumentInput], required: true, description: '1 to 1,000 instruments.' }),
    },
    resolve: async (_root, { input }, context) => {
      requireRole(context, 'PUBLISHER');
      checkBatch(input);
      await context.services.desk.publishInstruments(input.map(instrumentReport));
      return { accepted: input.length };
    },
  }),
  publishTrades: t.field({
    type: PublishReceipt,
    description:
      'Publishes trades, in order; quotes and fund flow follow from them. Needs the PUBLISHER role.',
    args: { input: t.arg({ type: [TradeInput], required: true, description: '1 to 1,000 trades.' }) },
    resolve: async (_root, { input }, context) => {
      requireRole(context, 'PUBLISHER');
      checkBatch(input);
      for (const { symbol, size, turnover } of input) checkNotNegative(symbol, { size, turnover });
      await context.services.desk.publishTrades(input.map(reportOf));
      return { accepted: input.length };
    },
  }),
  publishOrderBook: t.field({
    type: PublishReceipt,
    description: 'Publishes a whole order book, or changes to one. Needs the PUBLISHER role.',
    args: { input: t.arg({ type: OrderBookInput, required: true, description: 'The book.' }) },
    resolve: async (_root, { input }, context) => {
      requireRole(context, 'PUBLISHER');
      const { symbol, bids, asks, firstSequence, lastSequence, checksum } = input;
      const exchangeTime = input.exchangeTime?.ms;
      if (bids.length > MAX_LEVELS || asks.length > MAX_LEVELS) {
        throw new TickroomError('INVALID_INPUT', `A side may hold at most ${MAX_LEVELS} levels.`);
      }
      for (const { size } of [...bids, ...asks]) checkNotNegative(symbol, { size });
      checkBookNumbers(input);
      const { maxDepth, previousLastSequence } = input;
      const { desk } = context.services;
      if (input.kind !== 'CHANGES') {
        await desk.publishBook({ symbol, bids, asks, maxDepth, sourceSequence: lastSequence, exchangeTime });
        return { accepted: 1 };
      }
      const outcome = await desk.publishBookChanges({
        symbol,
        bids,
        asks,
        firstSourceSequence: firstSequence,
        lastSourceSequence: lastSequence,
        previousSourceSequence: previousLastSequence,
        maxDepth,
        checksum,
        exchangeTime,
      });
      if (outcome === 'applied') return { accepted: 1 };
      if (outcome === 'outdated') return { accepted: 0 };
      const why = {
        gap: 'Changes are missing before these',
        checksum: 'The checksum does not match',
        unknown: 'No whole book came before these changes',
      }[outcome];
      throw new TickroomError('CONFLICT', `${why}: send a WHOLE book of ${symbol} next.`, {
        reason: outcome,
      });
    },
  }),
}));
