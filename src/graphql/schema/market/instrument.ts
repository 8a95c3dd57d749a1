import { resolveArrayConnection } from '@pothos/plugin-relay';
import type { BusEvent } from '../../../bus/bus.ts';
import type { QuoteState } from '../../../market/events/market-state.ts';
import { quoteTopic } from '../../../market/events/topics.ts';
import type { InstrumentListing } from '../../../market/instruments/instrument-listing.ts';
import { resolveSymbol } from '../../../market/symbols/symbol.ts';
import { builder } from '../../builder/builder.ts';
import { requireReader } from '../../context/access.ts';
import { checkPage } from '../../context/page.ts';
import { InstrumentTypeEnum, ListingStateEnum } from './instrument-enums.ts';
import { Quote } from './quote.ts';
import { MarketSession, sessionOf } from './session.ts';

const MarketEnum = builder.enumType('Market', {
  description: 'The market whose trading calendar and fund-flow thresholds an instrument follows.',
  values: {
    CN: {
      description:
        'Mainland China: the exchanges of Shanghai, Shenzhen and Beijing, and the futures exchanges.',
    },
    HK: { description: 'Hong Kong.' },
    US: { description: 'The United States.' },
    CRYPTO: { description: 'Crypto exchanges, which never close; their day begins at midnight UTC.' },
    FX: { description: 'Currencies and precious metals.' },
  },
});

const InstrumentName = builder
  .objectRef<{ readonly language: string; readonly name: string }>('InstrumentName')
  .implement({
    description: 'The name of an instrument in one language.',
    fields: (t) => ({
      language: t.exposeString('language', { description: 'BCP 47 tag, such as "en" or "zh-Hans".' }),
      name: t.exposeString('name', { description: 'The name of the instrument in that language.' }),
    }),
  });

type DecimalField = 'lotSize' | 'tickSize' | 'limitUp' | 'limitDown';

const Instrument = builder.objectRef<InstrumentListing>('Instrument').implement({
  description: 'Something that can be subscribed to.',
  fields: (t) => {
    const decimal = (name: DecimalField, description: string) =>
      t.field({
        type: 'Decimal',
        nullable: true,
        description: `${description}; null when nobody said it.`,
        resolve: (listing) => listing[name],
      });
    return {
      symbol: t.expose('symbol', {
        type: 'Symbol',
        description: 'The canonical symbol, under which every answer names the instrument.',
      }),
      name: t.exposeString('name', { description: 'Its name; the symbol where nobody gave a name.' }),
      names: t.field({
        type: [InstrumentName],
        description: 'Its names by language; none where nobody gave any.',
        resolve: ({ names }) => Object.entries(names ?? {}).map(([language, name]) => ({ language, name })),
      }),
      type: t.field({
        type: InstrumentTypeEnum,
        nullable: true,
        description: 'What it is, as was published, or else as its symbol says.',
        resolve: ({ symbol, type }) => type ?? resolveSymbol(symbol)?.kind,
      }),
      exchange: t.string({
        nullable: true,
        description:
          'Where it is listed, such as SSE, SZSE, HKEX or SHFE; null where neither its publisher nor its symbol says it.',
        resolve: ({ symbol, exchange }) => exchange ?? resolveSymbol(symbol)?.exchange,
      }),
      market: t.field({
        type: MarketEnum,
        nullable: true,
        description: 'The market on which it is traded.',
        resolve: ({ symbol }) => resolveSymbol(symbol)?.market,
      }),
      currency: t.string({
        nullable: true,
        description:
          'The currency of its prices, by ISO 4217, or the quote coin; null where neither its publisher nor its symbol says it.',
        resolve: ({ symbol, currency }) => currency ?? resolveSymbol(symbol)?.currency,
      }),
      lotSize: decimal('lotSize', 'The least that is traded at once, in shares, contracts or coins'),
      tickSize: decimal('tickSize', 'The least step of a price'),
      limitUp: decimal('limitUp', 'The highest price of the trading day'),
      limitDown: decimal('limitDown', 'The lowest price of the trading day'),
      status: t.field({
        type: ListingStateEnum,
        nullable: true,
        description: 'Whether it may be traded; null when nobody said it.',
        resolve: ({ status }) => status,
      }),
      session: t.field({
        type: MarketSession,
        description: 'What its market is doing now.',
        resolve: ({ symbol }, _args, { services }) => sessionOf(services, symbol),
      }),
      quote: t.field({
        type: Quote,
        nullable: true,
        description: 'Its newest quote; null when nothing was ever heard of it.',
        resolve: async ({ symbol }, _args, { services }) =>
          (await services.bus.latest(quoteTopic(symbol))) as BusEvent<QuoteState> | undefined,
      }),
    };
  },
});

builder.queryFields((t) => ({
  instruments: t.connection(
    {
      type: Instrument,
      description:
        'What is listed at this server: by feeds, by publishers, or because something was heard of it.',
      args: {
        search: t.arg.string({
          description:
            'A symbol in any spelling, the start of one, or a part of a symbol or of a name in any language. What it spells comes first, then by symbol.',
        }),
      },
      resolve: (_root, args, context) => {
        requireReader(context);
        checkPage(args);
        const found = context.services.marketProxy.instruments.search(args.search ?? undefined);
        return resolveArrayConnection({ args }, found);
      },
    },
    { name: 'InstrumentConnection', description: 'A page of instruments, in the order of their symbols.' },
    { name: 'InstrumentEdge', description: 'An instrument and the cursor of its position.' },
  ),
  instrument: t.field({
    type: Instrument,
    description:
      'What is known of an instrument, listed or not: its canonical symbol, in whatever spelling it was asked for, and what that says.',
    args: {
      symbol: t.arg({
        type: 'Symbol',
        required: true,
        description: 'The instrument, in any spelling that the server accepts.',
      }),
    },
    resolve: (_root, { symbol }, context) => {
      requireReader(context);
      return context.services.marketProxy.instruments.get(symbol) ?? { symbol, name: symbol };
    },
  }),
}));
