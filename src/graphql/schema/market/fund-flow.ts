import { resolveOffsetConnection } from '@pothos/plugin-relay';
import type { BusEvent } from '../../../bus/bus.ts';
import { eventProjection } from '../../../fanout/event-projection.ts';
import type {
  FundFlowBucketState,
  FundFlowState,
  FundFlowThreshold,
  FundFlowThresholds,
  Timeframe,
} from '../../../market/events/market-state.ts';
import { flowTopic } from '../../../market/events/topics.ts';
import { builder } from '../../builder/builder.ts';
import { requireReader } from '../../context/access.ts';
import { checkPage } from '../../context/page.ts';
import { liveExtensions, SUBSCRIBER, servedByFanout } from '../../live/live-field.ts';
import { TimeframeEnum } from './timeframe.ts';

const FundFlowBucket = builder.objectRef<FundFlowBucketState>('FundFlowBucket').implement({
  description: 'Money in and out through orders of one size.',
  fields: (t) => ({
    inflow: t.expose('inflow', { type: 'Decimal', description: 'Turnover of buys.' }),
    outflow: t.expose('outflow', { type: 'Decimal', description: 'Turnover of sells.' }),
    netInflow: t.expose('netInflow', { type: 'Decimal', description: 'inflow − outflow.' }),
    netInflowRate: t.expose('netInflowRate', {
      type: 'Decimal',
      description: "netInflow in percent of the period's turnover, two decimals.",
    }),
  }),
});

const FundFlowThresholdType = builder.objectRef<FundFlowThreshold>('FundFlowThreshold').implement({
  description: 'An order belongs to a bucket when it reaches the amount or the shares.',
  fields: (t) => ({
    amount: t.expose('amount', { type: 'Decimal', description: 'Turnover of one order, at least.' }),
    shares: t.expose('shares', {
      type: 'Decimal',
      nullable: true,
      description: 'Size of one order, at least; null: only the amount decides.',
    }),
  }),
});

const FundFlowThresholdsType = builder.objectRef<FundFlowThresholds>('FundFlowThresholds').implement({
  description: 'Where the buckets begin; what is below medium is small.',
  fields: (t) => ({
    superLarge: t.expose('superLarge', { type: FundFlowThresholdType, description: 'Super-large orders.' }),
    large: t.expose('large', { type: FundFlowThresholdType, description: 'Large orders.' }),
    medium: t.expose('medium', { type: FundFlowThresholdType, description: 'Medium orders.' }),
  }),
});

const FundFlow = builder.objectRef<FundFlowState>('FundFlow').implement({
  description: 'Fund flow (资金流向): who buys and who sells, by size of order.',
  fields: (t) => ({
    symbol: t.expose('symbol', { type: 'Symbol', description: 'The instrument.' }),
    timeframe: t.expose('timeframe', { type: TimeframeEnum, description: 'Over how long.' }),
    periodStart: t.expose('periodStart', { type: 'DateTime', description: 'When the period began.' }),
    main: t.expose('main', { type: FundFlowBucket, description: 'superLarge + large (主力).' }),
    superLarge: t.expose('superLarge', { type: FundFlowBucket, description: 'Super-large orders (超大单).' }),
    large: t.expose('large', { type: FundFlowBucket, description: 'Large orders (大单).' }),
    medium: t.expose('medium', { type: FundFlowBucket, description: 'Medium orders (中单).' }),
    small: t.expose('small', { type: FundFlowBucket, description: 'Small orders (小单).' }),
    turnover: t.expose('turnover', {
      type: 'Decimal',
      description: 'All turnover, neutral trades included.',
    }),
    source: t.exposeString('source', { description: 'What it was computed from.' }),
    thresholds: t.expose('thresholds', {
      type: FundFlowThresholdsType,
      description: 'Where the buckets begin.',
    }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the last trade went in.' }),
    incomplete: t.boolean({
      description:
        'Whether trades may be missing: an instance died, and the bus no longer held those that it had not stored yet.',
      resolve: ({ incomplete }) => incomplete ?? false,
    }),
  }),
});

interface FundFlowArgs {
  symbol: string;
  timeframe?: Timeframe | null;
}

builder.queryFields((t) => ({
  fundFlow: t.field({
    type: FundFlow,
    description: 'The current period; all zero when nothing was traded.',
    args: {
      symbol: t.arg({ type: 'Symbol', required: true, description: 'The instrument.' }),
      timeframe: t.arg({
        type: TimeframeEnum,
        required: true,
        defaultValue: 'DAY_1',
        description: 'Over how long.',
      }),
    },
    resolve: (_root, { symbol, timeframe }, context) => {
      requireReader(context);
      return context.services.marketProxy.fundFlow(symbol, timeframe);
    },
  }),
  fundFlowHistory: t.connection(
    {
      type: FundFlow,
      description: 'Periods, newest first.',
      args: {
        symbol: t.arg({ type: 'Symbol', required: true, description: 'The instrument.' }),
        timeframe: t.arg({ type: TimeframeEnum, required: true, description: 'Over how long each.' }),
      },
      resolve: (_root, args, context) => {
        requireReader(context);
        checkPage(args, { endIsFar: true });
        const { marketProxy } = context.services;
        return resolveOffsetConnection({ args, defaultSize: 20, maxSize: 500 }, async ({ offset, limit }) => {
          const periods = await marketProxy.fundFlowHistory(args.symbol, args.timeframe, offset + limit);
          return periods.slice(offset);
        });
      },
    },
    { name: 'FundFlowConnection', description: 'A page of fund-flow periods.' },
    { name: 'FundFlowEdge', description: 'One period and its cursor.' },
  ),
}));

builder.subscriptionField('fundFlow', (t) =>
  t.field({
    type: FundFlow,
    description: 'The current period, as trades come in.',
    args: {
      symbol: t.arg({ type: 'Symbol', required: true, description: 'The instrument.' }),
      timeframe: t.arg({
        type: TimeframeEnum,
        required: true,
        defaultValue: 'DAY_1',
        description: 'Over how long.',
      }),
      subscriber: t.arg.id(SUBSCRIBER),
    },
    extensions: liveExtensions<FundFlowArgs>({
      routing: ['symbol', 'timeframe'],
      open: (context, { symbol, timeframe }) => {
        requireReader(context);
        return {
          topics: [flowTopic(symbol, timeframe ?? 'DAY_1')],
          policy: 'LATEST',
          onlyChanges: true,
          minIntervalMs: 0,
          project: () => eventProjection,
        };
      },
    }),
    subscribe: servedByFanout,
    resolve: (event) => (event as BusEvent<FundFlowState>).payload,
  }),
);
