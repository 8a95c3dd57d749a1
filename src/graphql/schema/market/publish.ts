import { hasRole } from '../../../auth/viewer.ts';
import { type ErrorCode, TickroomError } from '../../../errors.ts';
import type { QuoteReport, TradeReport } from '../../../market/events/market-event.ts';
import type { InstrumentReport } from '../../../market/instruments/instrument-listing.ts';
import { builder } from '../../builder/builder.ts';
import { requireRole } from '../../context/access.ts';
import { audited } from '../../context/audited.ts';
import { InstrumentInput, instrumentReport } from './instrument-input.ts';
import {
  MAX_LEVELS,
  OrderBookInput,
  QuoteInput,
  TradeCorrectionInput,
  TradeInput,
} from './publish-inputs.ts';
import { checkBatch, PublishReceipt } from './publish-receipt.ts';

/** Of names and sequences of a source. */
const MAX_TEXT = 64;
/** Of what the audit trail says of a batch. */
const MAX_TARGET = 500;

type Texts<N extends string> = { readonly symbol: string } & { readonly [name in N]?: string | null };

/** @throws TickroomError INVALID_INPUT */
function checkNotNegative<N extends string>(report: Texts<N>, names: readonly N[]): void {
  for (const name of names) {
    const value: string | null | undefined = report[name];
    if (value?.startsWith('-'))
      throw new TickroomError(
        'INVALID_INPUT',
        `${name} of ${report.symbol} is ${value}: it must not be negative; a sale is told by side.`,
      );
  }
}

/** @throws TickroomError INVALID_INPUT */
function checkText<N extends string>(report: Texts<N>, names: readonly N[]): void {
  for (const name of names) {
    const value: string | null | undefined = report[name];
    if (value == null || (value.length > 0 && value.length <= MAX_TEXT)) continue;
    throw new TickroomError(
      'INVALID_INPUT',
      `${name} of ${report.symbol} has ${value.length} characters: it must have 1 to ${MAX_TEXT}, or be left out.`,
    );
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

/**
 * Inputs as the market takes them: a time in two numbers, as JSON carries them between instances. Every field is named, as
 * the market is several times as fast with objects of one shape; what was left out stays undefined.
 */
function quoteReport(input: typeof QuoteInput.$inferInput): QuoteReport {
  const { exchangeTime } = input;
  return {
    symbol: input.symbol,
    price: input.price,
    open: input.open,
    high: input.high,
    low: input.low,
    previousClose: input.previousClose,
    volume: input.volume,
    turnover: input.turnover,
    bid: input.bid,
    ask: input.ask,
    authoritative: input.authoritative,
    sourceSequence: input.sourceSequence,
    exchangeTime: exchangeTime?.ms,
    exchangeNanos: exchangeTime?.nanos,
  };
}

/** @param user who publishes it */
function tradeReport(input: typeof TradeInput.$inferInput, user: string | undefined): TradeReport {
  const { exchangeTime } = input;
  return {
    symbol: input.symbol,
    price: input.price,
    size: input.size,
    turnover: input.turnover,
    side: input.side,
    source: input.source ?? user,
    publisher: user,
    sourceSequence: input.sourceSequence,
    exchangeTime: exchangeTime?.ms,
    exchangeNanos: exchangeTime?.nanos,
  };
}

builder.mutationFields((t) => ({
  publishQuotes: t.field({
    type: PublishReceipt,
    description:
      'Publishes quotes, in order. A bad one is told in `rejected`, and the others are taken. Needs the PUBLISHER role.',
    args: {
      input: t.arg({
        type: [QuoteInput],
        required: true,
        description: '1 to 1,000 quotes; a bad one is rejected alone.',
      }),
    },
    resolve: async (_root, { input }, context, info) => {
      requireRole(context, 'PUBLISHER');
      const { good, rejected } = checkBatch(input, context, info, (quote) => {
        checkNotNegative(quote, ['volume', 'turnover']);
        checkText(quote, ['sourceSequence']);
      });
      await context.services.marketProxy.publishQuotes(good.map(quoteReport));
      return { accepted: good.length, rejected };
    },
  }),
  publishInstruments: t.field({
    type: PublishReceipt,
    description:
      'Publishes what is known of instruments. It is stored when this answers, and known at all instances. A bad one is told in `rejected`, and the others are taken. Needs the PUBLISHER role.',
    args: {
      input: t.arg({
        type: [InstrumentInput],
        required: true,
        description: '1 to 1,000 instruments; a bad one is rejected alone.',
      }),
    },
    resolve: async (_root, { input }, context, info) => {
      requireRole(context, 'PUBLISHER');
      const reports: InstrumentReport[] = [];
      const { rejected } = checkBatch(input, context, info, (one) => reports.push(instrumentReport(one)));
      await context.services.marketProxy.publishInstruments(reports);
      return { accepted: reports.length, rejected };
    },
  }),
  publishTrades: t.field({
    type: PublishReceipt,
    description:
      'Publishes trades, in order; quotes, candles and fund flow follow from them. A bad one is told in `rejected`, and the others are taken. Once it answers, each is numbered: it will be told and counted once, whatever happens to the server. After SERVICE_UNAVAILABLE send the same again: with a sourceSequence each counts once. Needs the PUBLISHER role.',
    args: {
      input: t.arg({
        type: [TradeInput],
        required: true,
        description: '1 to 1,000 trades; a bad one is rejected alone.',
      }),
    },
    resolve: async (_root, { input }, context, info) => {
      requireRole(context, 'PUBLISHER');
      const { good, rejected } = checkBatch(input, context, info, (trade) => {
        checkNotNegative(trade, ['size', 'turnover']);
        checkText(trade, ['source', 'sourceSequence']);
      });
      const user = context.viewer?.id;
      const reports = good.map((trade) => tradeReport(trade, user));
      return { ...(await context.services.marketProxy.publishTrades(reports)), rejected };
    },
  }),
  correctTrades: t.field({
    type: PublishReceipt,
    description:
      'Corrects trades that were published before: volume, turnover, high and low, candles and fund flow of their time, and subscribers get an event of another `kind`. It reaches back as far as trades are kept, some 1,000 a symbol; the error of an older one says how far. Needs the PUBLISHER role, and that of those who published the trades, or the ADMIN role. Each is told in the audit trail.',
    args: {
      input: t.arg({
        type: [TradeCorrectionInput],
        required: true,
        description: '1 to 1,000 corrections; a bad one is rejected alone.',
      }),
    },
    resolve: async (_root, { input }, context, info) => {
      const isAdmin = context.viewer ? hasRole(context.viewer, 'ADMIN') : false;
      const viewer = isAdmin && context.viewer ? context.viewer : requireRole(context, 'PUBLISHER');
      const kept: number[] = [];
      const { good, rejected } = checkBatch(input, context, info, (correction) => {
        checkNotNegative(correction, ['size', 'turnover']);
        checkText(correction, ['source', 'sourceSequence']);
        kept.push(
          context.batches?.get(String(info.path.key))?.indexes[input.indexOf(correction)] ??
            input.indexOf(correction),
        );
      });
      const reports = good.map((correction) => ({
        ...correction,
        source: correction.source ?? viewer.id,
        by: isAdmin ? undefined : viewer.id,
      }));
      const target = good
        .map(({ symbol, kind, sourceSequence }) => `${kind} ${symbol} ${sourceSequence}`)
        .join(', ');
      const taken = await audited(
        context,
        { what: 'correctTrades', target: target.slice(0, MAX_TARGET) },
        async () => {
          const outcome = await context.services.marketProxy.correctTrades(reports);
          const [first] = outcome.rejected;
          if (outcome.accepted === 0 && first)
            throw new TickroomError(first.code as ErrorCode, first.message);
          return outcome;
        },
      );
      const all = [
        ...rejected,
        ...taken.rejected.map((one) => ({ ...one, index: kept[one.index] ?? one.index })),
      ];
      return { accepted: taken.accepted, rejected: all.sort((a, b) => a.index - b.index) };
    },
  }),
  publishOrderBook: t.field({
    type: PublishReceipt,
    description: 'Publishes a whole order book, or changes to one. Needs the PUBLISHER role.',
    args: {
      input: t.arg({
        type: OrderBookInput,
        required: true,
        description: 'The whole book of one instrument, or changes to it.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      requireRole(context, 'PUBLISHER');
      const { symbol, bids, asks, firstSequence, lastSequence, checksum } = input;
      const exchangeTime = input.exchangeTime?.ms;
      if (bids.length > MAX_LEVELS || asks.length > MAX_LEVELS) {
        throw new TickroomError('INVALID_INPUT', `A side may hold at most ${MAX_LEVELS} levels.`);
      }
      for (const { size } of [...bids, ...asks]) checkNotNegative({ symbol, size }, ['size']);
      checkBookNumbers(input);
      const { maxDepth, previousLastSequence } = input;
      const { marketProxy } = context.services;
      if (input.kind !== 'CHANGES') {
        await marketProxy.publishBook({
          symbol,
          bids,
          asks,
          maxDepth,
          sourceSequence: lastSequence,
          exchangeTime,
        });
        return { accepted: 1 };
      }
      const outcome = await marketProxy.publishBookChanges({
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
