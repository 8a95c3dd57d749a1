import { resolveOffsetConnection } from '@pothos/plugin-relay';
import type { BusEvent } from '../../../bus/bus.ts';
import { eventProjection } from '../../../fanout/payload/event-projection.ts';
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
    inflow: t.expose('inflow', {
      type: 'Decimal',
      description: 'Turnover of trades whose aggressor bought, in the currency of the instrument.',
    }),
    outflow: t.expose('outflow', {
      type: 'Decimal',
      description: 'Turnover of trades whose aggressor sold, in the currency of the instrument.',
    }),
    netInflow: t.expose('netInflow', {
      type: 'Decimal',
      description: 'inflow − outflow: positive when buyers were the aggressors for more turnover.',
    }),
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
    superLarge: t.expose('superLarge', {
      type: FundFlowThresholdType,
      description: 'From which order size a trade counts as super-large.',
    }),
    large: t.expose('large', {
      type: FundFlowThresholdType,
      description: 'From which order size a trade counts as large.',
    }),
    medium: t.expose('medium', {
      type: FundFlowThresholdType,
      description: 'From which order size a trade counts as medium; smaller ones are small.',
    }),
  }),
});

const FundFlow = builder.objectRef<FundFlowState>('FundFlow').implement({
  description: 'Fund flow (资金流向): who buys and who sells, by size of order.',
  fields: (t) => ({
    symbol: t.expose('symbol', { type: 'Symbol', description: 'The canonical symbol of the instrument.' }),
    timeframe: t.expose('timeframe', { type: TimeframeEnum, description: 'The length of the period.' }),
    periodStart: t.expose('periodStart', { type: 'DateTime', description: 'The start of the period.' }),
    main: t.expose('main', {
      type: FundFlowBucket,
      description: 'The sum of the super-large and the large bucket (主力).',
    }),
    superLarge: t.expose('superLarge', {
      type: FundFlowBucket,
      description: 'Trades from the super-large threshold up (超大单).',
    }),
    large: t.expose('large', {
      type: FundFlowBucket,
      description: 'Trades from the large threshold up to the super-large one (大单).',
    }),
    medium: t.expose('medium', {
      type: FundFlowBucket,
      description: 'Trades from the medium threshold up to the large one (中单).',
    }),
    small: t.expose('small', {
      type: FundFlowBucket,
      description: 'Trades below the medium threshold (小单).',
    }),
    turnover: t.expose('turnover', {
      type: 'Decimal',
      description:
        'Turnover of all trades of the period, neutral ones included, in the currency of the instrument.',
    }),
    source: t.exposeString('source', {
      description: 'The data from which the flow was computed, e.g. `trades`.',
    }),
    thresholds: t.expose('thresholds', {
      type: FundFlowThresholdsType,
      description: 'The sizes at which the buckets begin.',
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
      symbol: t.arg({
        type: 'Symbol',
        required: true,
        description: 'The instrument, in any spelling that the server accepts.',
      }),
      timeframe: t.arg({
        type: TimeframeEnum,
        required: true,
        defaultValue: 'DAY_1',
        description: 'The length of the period.',
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
      description: 'Fund flow of past periods, newest first, the current one included.',
      args: {
        symbol: t.arg({
          type: 'Symbol',
          required: true,
          description: 'The instrument, in any spelling that the server accepts.',
        }),
        timeframe: t.arg({ type: TimeframeEnum, required: true, description: 'The length of each period.' }),
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
    { name: 'FundFlowConnection', description: 'A page of fund-flow periods, newest first.' },
    { name: 'FundFlowEdge', description: 'A period and the cursor of its position.' },
  ),
}));

builder.subscriptionField('fundFlow', (t) =>
  t.field({
    type: FundFlow,
    description: 'The current period, as trades come in.',
    args: {
      symbol: t.arg({
        type: 'Symbol',
        required: true,
        description: 'The instrument, in any spelling that the server accepts.',
      }),
      timeframe: t.arg({
        type: TimeframeEnum,
        required: true,
        defaultValue: 'DAY_1',
        description: 'The length of the period.',
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
