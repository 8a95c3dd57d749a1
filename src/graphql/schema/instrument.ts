import { resolveArrayConnection } from '@pothos/plugin-relay';
import type { BusEvent } from '../../bus/bus.ts';
import type { InstrumentListing } from '../../market/market-event.ts';
import type { QuoteState } from '../../market/market-state.ts';
import { marketOf } from '../../market/symbol.ts';
import { quoteTopic } from '../../market/topics.ts';
import { requireReader } from '../access.ts';
import { builder } from '../builder.ts';
import { Quote } from './quote.ts';
import { MarketSession, sessionOf } from './session.ts';

const MarketEnum = builder.enumType('Market', {
  description: 'Whose trading day and thresholds an instrument follows.',
  values: ['CN', 'HK', 'US', 'CRYPTO', 'FX'] as const,
});

const Instrument = builder.objectRef<InstrumentListing>('Instrument').implement({
  description: 'Something that can be subscribed to.',
  fields: (t) => ({
    symbol: t.expose('symbol', { type: 'Symbol', description: 'Its address here.' }),
    name: t.exposeString('name', { description: 'Its name; the symbol where the feed gave none.' }),
    market: t.field({
      type: MarketEnum,
      nullable: true,
      description: 'Where it is traded.',
      resolve: ({ symbol }) => marketOf(symbol),
    }),
    session: t.field({
      type: MarketSession,
      description: 'What its market is doing now.',
      resolve: ({ symbol }, _args, { services }) => sessionOf(services, symbol),
    }),
    quote: t.field({
      type: Quote,
      nullable: true,
      description: 'Its newest quote.',
      resolve: async ({ symbol }, _args, { services }) =>
        (await services.bus.latest(quoteTopic(symbol))) as BusEvent<QuoteState> | undefined,
    }),
  }),
});

builder.queryField('instruments', (t) =>
  t.connection(
    {
      type: Instrument,
      description: 'What the feeds of this server deliver, by symbol.',
      args: { search: t.arg.string({ description: 'The start of a symbol, or a part of symbol or name.' }) },
      resolve: (_root, args, context) => {
        requireReader(context);
        const found = context.services.desk.instruments.search(args.search ?? undefined);
        return resolveArrayConnection({ args }, found);
      },
    },
    { name: 'InstrumentConnection', description: 'A page of instruments.' },
    { name: 'InstrumentEdge', description: 'One instrument and its cursor.' },
  ),
);
