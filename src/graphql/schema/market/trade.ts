import type { BusEvent } from '../../../bus/bus.ts';
import type { TradeState } from '../../../market/events/market-state.ts';
import { tradeTopic } from '../../../market/events/topics.ts';
import { builder } from '../../builder/builder.ts';
import { requireReader } from '../../context/access.ts';
import { type EventCursor, positionsOf } from '../../context/cursor.ts';
import { liveExtensions, servedByFanout } from '../../live/live-field.ts';
import { DeliveryInput, distinctSymbols, planDelivery, type SymbolsArgs } from '../shared/delivery.ts';

export type TradeEvent = BusEvent<TradeState>;

export const TradeSide = builder.enumType('TradeSide', {
  description: 'The side of the aggressor: the order that took liquidity.',
  values: {
    BUY: { description: 'The aggressor bought: the trade took the ask.' },
    SELL: { description: 'The aggressor sold: the trade took the bid.' },
    NEUTRAL: { description: 'No aggressor, e.g. a trade of an auction.' },
  } as const,
});

const TradeKind = builder.enumType('TradeKind', {
  description: 'What an event on `trades` is.',
  values: {
    TRADE: { description: 'A trade that is reported for the first time.' },
    BUST: { description: 'A trade that was sent before never counted: take it out of what you computed.' },
    REPLACE: {
      description: 'A trade that was sent before counts with the price, size, turnover and side given here.',
    },
  } as const,
});

export const Trade = builder.objectRef<TradeEvent>('Trade').implement({
  description: 'A trade, or a correction of one.',
  fields: (t) => ({
    symbol: t.field({
      type: 'Symbol',
      description: 'The canonical symbol of the instrument.',
      resolve: ({ payload }) => payload.symbol,
    }),
    price: t.field({
      type: 'Decimal',
      description: 'The price of the trade, exactly as the source wrote it.',
      resolve: ({ payload }) => payload.price,
    }),
    size: t.field({
      type: 'Decimal',
      description: 'Traded volume in shares, contracts or coins.',
      resolve: ({ payload }) => payload.size,
    }),
    turnover: t.field({
      type: 'Decimal',
      description: 'price × size, in the currency of the instrument.',
      resolve: ({ payload }) => payload.turnover,
    }),
    side: t.field({
      type: TradeSide,
      description: 'As the source says; where it does not, by the tick rule.',
      resolve: ({ payload }) => payload.side,
    }),
    id: t.id({
      nullable: true,
      description:
        'Unique, and the same when the trade is published again under another sequence, as after an outage in which the leader changed; null where a build before this one published it.',
      resolve: ({ payload }) => payload.id ?? null,
    }),
    kind: t.field({
      type: TradeKind,
      description:
        'Whether this is a trade, or the correction of one that was sent before, with the same source and sourceSequence.',
      resolve: ({ payload }) => payload.correction?.kind ?? 'TRADE',
    }),
    correctedId: t.id({
      nullable: true,
      description:
        'Of a correction the `id` of the trade that it corrects; null: this is a trade, or that one had none.',
      resolve: ({ payload }) => payload.correction?.of ?? null,
    }),
    sequence: t.field({
      type: 'SafeInt',
      description:
        'The sequence of the trade: contiguous per symbol, and new numbers begin with a new epoch.',
      resolve: ({ sequence }) => sequence,
    }),
    cursor: t.field({
      type: 'Cursor',
      description: 'To go on after it, in `after`.',
      resolve: ({ topic, epoch, sequence }): EventCursor => ({ kind: 'event', topic, epoch, sequence }),
    }),
    source: t.string({
      nullable: true,
      description:
        'Whose numbering sourceSequence is: the publishing user, or the name of the feed; null where it is not known.',
      resolve: ({ payload }) => payload.source ?? null,
    }),
    sourceSequence: t.string({
      nullable: true,
      description: "The source's own sequence, as text: some exceed 2^53.",
      resolve: ({ payload }) => payload.sourceSequence,
    }),
    exchangeTime: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The time that the source gave; null when it gave none.',
      resolve: ({ payload }) => payload.exchangeTime,
    }),
    receivedAt: t.field({
      type: 'DateTime',
      description: 'The time at which the server received the trade.',
      resolve: ({ payload }) => payload.receivedAt,
    }),
  }),
});

builder.subscriptionField('trades', (t) =>
  t.field({
    type: Trade,
    description: 'Trades of the symbols from now on, each one in order.',
    args: {
      symbols: t.arg({
        type: ['Symbol'],
        required: true,
        description: '1 to 1,000 instruments, in any spelling that the server accepts.',
      }),
      delivery: t.arg({
        type: DeliveryInput,
        description: 'What happens to events that a slow reader cannot take in time. Default: EVERY.',
      }),
      after: t.arg({
        type: ['Cursor'],
        description: 'To go on after a lost connection: the last cursor received of each symbol.',
      }),
    },
    extensions: liveExtensions<SymbolsArgs>({
      routing: ['symbols', 'delivery', 'after'],
      open: (context, { symbols, delivery, after }) => {
        requireReader(context);
        const topics = distinctSymbols(symbols).map(tradeTopic);
        return { ...planDelivery(delivery, 'EVERY'), topics, after: positionsOf(after, topics) };
      },
    }),
    subscribe: servedByFanout,
    resolve: (event) => event as TradeEvent,
  }),
);
