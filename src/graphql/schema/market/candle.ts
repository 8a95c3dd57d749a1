import { resolveOffsetConnection } from '@pothos/plugin-relay';
import type { CandleState } from '../../../market/events/market-state.ts';
import { builder } from '../../builder/builder.ts';
import { requireReader } from '../../context/access.ts';
import { checkPage } from '../../context/page.ts';
import { TimeframeEnum } from './timeframe.ts';
import { Trade, type TradeEvent } from './trade.ts';

const Candle = builder.objectRef<CandleState>('Candle').implement({
  description: 'Prices of one period (K线), from the trades in it. Periods without trades have none.',
  fields: (t) => ({
    symbol: t.expose('symbol', { type: 'Symbol', description: 'The canonical symbol of the instrument.' }),
    timeframe: t.expose('timeframe', { type: TimeframeEnum, description: 'The length of the period.' }),
    periodStart: t.expose('periodStart', {
      type: 'DateTime',
      description:
        'When the period begins, counted from the start of the session (in China: 09:30, 10:30, 13:00, 14:00 for HOUR_1), or by the clock where there is none. An opening auction is in the first period, although it is earlier.',
    }),
    periodEnd: t.expose('periodEnd', {
      type: 'DateTime',
      description:
        'When the period ends: a trade of that time is of the next one, but for the print of a close, which is in the last period of its session.',
    }),
    tradingDay: t.string({
      description:
        'The trading day of its newest trade, as YYYY-MM-DD: of a night session the next trading day, which it belongs to.',
      resolve: ({ symbol, lastTradeAt }, _args, { services }) =>
        services.calendars.tradingDay(symbol, lastTradeAt),
    }),
    open: t.expose('open', { type: 'Decimal', description: 'Price of the earliest trade, by its own time.' }),
    high: t.expose('high', { type: 'Decimal', description: 'The highest price of the period.' }),
    low: t.expose('low', { type: 'Decimal', description: 'The lowest price of the period.' }),
    close: t.expose('close', {
      type: 'Decimal',
      description: 'Price of the latest trade, by its own time; of the current period: so far.',
    }),
    volume: t.expose('volume', {
      type: 'Decimal',
      description: 'Traded volume in shares, contracts or coins.',
    }),
    turnover: t.expose('turnover', { type: 'Decimal', description: 'In the currency of the price.' }),
    firstTradeAt: t.expose('firstTradeAt', {
      type: 'DateTime',
      description: 'When the earliest trade happened: `exchangeTime`, or else `receivedAt`.',
    }),
    lastTradeAt: t.expose('lastTradeAt', {
      type: 'DateTime',
      description: 'When the latest trade happened: `exchangeTime`, or else `receivedAt`.',
    }),
    incomplete: t.boolean({
      description:
        'Whether trades may be missing: an instance died, and the bus no longer held those that it had not stored yet.',
      resolve: ({ incomplete }) => incomplete ?? false,
    }),
  }),
});

builder.queryField('candles', (t) =>
  t.connection(
    {
      type: Candle,
      description: 'Candles, newest first; the first is that of the current period if it has trades.',
      args: {
        symbol: t.arg({
          type: 'Symbol',
          required: true,
          description: 'The instrument, in any spelling that the server accepts.',
        }),
        timeframe: t.arg({
          type: TimeframeEnum,
          required: true,
          defaultValue: 'MINUTE_1',
          description: 'The length of each candle.',
        }),
      },
      resolve: async (_root, args, context) => {
        requireReader(context);
        checkPage(args, { endIsFar: true });
        let lastTrade = null as TradeEvent | null;
        const connection = await resolveOffsetConnection(
          { args, defaultSize: 20, maxSize: 500 },
          async ({ offset, limit }) => {
            const read = await context.services.marketProxy.candles(
              args.symbol,
              args.timeframe,
              offset + limit,
            );
            lastTrade = read.lastTrade;
            return read.candles.slice(offset);
          },
        );
        return { ...connection, lastTrade };
      },
    },
    {
      name: 'CandleConnection',
      description: 'A page of candles, newest first.',
      fields: (connection) => ({
        lastTrade: connection.field({
          type: Trade,
          nullable: true,
          description:
            'The newest trade that these candles hold. `trades(after: [its cursor])` goes on after it: no trade is missing or counted twice. Null: none was published so far.',
          resolve: ({ lastTrade }) => lastTrade,
        }),
      }),
    },
    { name: 'CandleEdge', description: 'A candle and the cursor of its position.' },
  ),
);
