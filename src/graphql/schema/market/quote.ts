import type { BusEvent } from '../../../bus/bus.ts';
import type { QuoteState } from '../../../market/events/market-state.ts';
import { quoteTopic } from '../../../market/events/topics.ts';
import { builder } from '../../builder/builder.ts';
import { requireReader } from '../../context/access.ts';
import { type EventCursor, positionsOf } from '../../context/cursor.ts';
import { liveExtensions, SUBSCRIBER, servedByFanout } from '../../live/live-field.ts';
import { DeliveryInput, distinctSymbols, planDelivery, type SymbolsArgs } from '../shared/delivery.ts';
import { MarketSession, sessionOf } from './session.ts';

type QuoteEvent = BusEvent<QuoteState>;
type DecimalField = Exclude<keyof QuoteState, 'symbol' | 'exchangeTime' | 'receivedAt' | 'stale'>;

export const Quote = builder.objectRef<QuoteEvent>('Quote').implement({
  description: 'The state of an instrument: last price, the day so far, best bid and ask.',
  fields: (t) => {
    const decimal = (name: DecimalField, description: string) =>
      t.field({ type: 'Decimal', nullable: true, description, resolve: ({ payload }) => payload[name] });
    return {
      symbol: t.field({
        type: 'Symbol',
        description: 'The canonical symbol of the instrument.',
        resolve: ({ payload }) => payload.symbol,
      }),
      price: decimal('price', 'The last price.'),
      open: decimal('open', "The trading day's first price."),
      high: decimal('high', "The trading day's highest price."),
      low: decimal('low', "The trading day's lowest price."),
      previousClose: decimal('previousClose', 'The last price of the trading day before.'),
      change: decimal('change', 'price − previousClose.'),
      changePercent: decimal('changePercent', 'change in percent of previousClose, two decimals.'),
      volume: decimal('volume', 'Traded this trading day, in shares, contracts or coins.'),
      turnover: decimal('turnover', "Traded this trading day, in the price's currency."),
      bid: decimal('bid', 'The best bid.'),
      ask: decimal('ask', 'The best ask.'),
      sequence: t.field({
        type: 'SafeInt',
        description: 'Contiguous per symbol: a jump shows what was skipped.',
        resolve: ({ sequence }) => sequence,
      }),
      cursor: t.field({
        type: 'Cursor',
        description: 'To go on after it, in `after`.',
        resolve: ({ topic, epoch, sequence }): EventCursor => ({ kind: 'event', topic, epoch, sequence }),
      }),
      exchangeTime: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'The time that the source gave; null when it gave none.',
        resolve: ({ payload }) => payload.exchangeTime,
      }),
      receivedAt: t.field({
        type: 'DateTime',
        description: 'The time at which the server received the last change.',
        resolve: ({ payload }) => payload.receivedAt,
      }),
      stale: t.boolean({
        description:
          'The server has received nothing of the instrument for longer than STALE_AFTER_MS while its market was open. A market that is closed or at lunch makes no quote stale.',
        resolve: ({ payload }) => payload.stale,
      }),
      session: t.field({
        type: MarketSession,
        description:
          'What its market was doing when this quote was sent. No quote is sent for a change of it: `nextChangeAt` says when to look again.',
        resolve: ({ payload }, _args, { services }) => sessionOf(services, payload.symbol),
      }),
    };
  },
});

builder.queryField('quote', (t) =>
  t.field({
    type: Quote,
    nullable: true,
    description: 'The newest quote; null when nothing was ever heard of the symbol.',
    args: {
      symbol: t.arg({
        type: 'Symbol',
        required: true,
        description: 'The instrument, in any spelling that the server accepts.',
      }),
    },
    resolve: async (_root, { symbol }, context) => {
      requireReader(context);
      return (await context.services.bus.latest(quoteTopic(symbol))) as QuoteEvent | undefined;
    },
  }),
);

builder.subscriptionField('streamData', (t) =>
  t.field({
    type: Quote,
    description: 'Quotes of the symbols: the current one of each at once, then each newer one.',
    args: {
      symbols: t.arg({
        type: ['Symbol'],
        required: true,
        description: '1 to 1,000 instruments, in any spelling that the server accepts.',
      }),
      delivery: t.arg({
        type: DeliveryInput,
        description: 'What happens to events that a slow reader cannot take in time. Default: LATEST.',
      }),
      after: t.arg({
        type: ['Cursor'],
        description:
          'To go on after a lost connection: the last cursor received of each symbol. Of use with delivery.mode EVERY.',
      }),
      subscriber: t.arg.id(SUBSCRIBER),
    },
    extensions: liveExtensions<SymbolsArgs>({
      routing: ['symbols', 'delivery', 'after'],
      open: (context, { symbols, delivery, after }) => {
        requireReader(context);
        const topics = distinctSymbols(symbols).map(quoteTopic);
        return { ...planDelivery(delivery, 'LATEST'), topics, after: positionsOf(after, topics) };
      },
    }),
    subscribe: servedByFanout,
    resolve: (event) => event as QuoteEvent,
  }),
);
