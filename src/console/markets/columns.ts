import type { WatchSubscriptionVariables } from '../gql/graphql.ts';
import { oneOf, sharedStore } from '../state/saved.ts';

/** What the watchlist can show beside the symbol. */
export const COLUMNS = [
  'price',
  'change',
  'changePercent',
  'trend',
  'volume',
  'turnover',
  'bidAsk',
  'range',
  'open',
  'time',
] as const;
export type Column = (typeof COLUMNS)[number];

/** Beside an open symbol there is room for these. */
export const NARROW_COLUMNS: readonly Column[] = ['price', 'changePercent'];

const isColumn = oneOf(...COLUMNS);

export const chosenColumns = sharedStore<readonly Column[]>(
  'columns',
  ['price', 'change', 'changePercent', 'trend', 'volume'],
  (value): value is Column[] => Array.isArray(value) && value.every(isColumn),
);

/** Which fields a choice of columns needs: the variables of the subscription. */
export function selectionOf(columns: readonly Column[]): Omit<WatchSubscriptionVariables, 'symbols'> {
  const has = (...wanted: Column[]): boolean => wanted.some((column) => columns.includes(column));
  return {
    price: has('price', 'trend'),
    change: has('change'),
    changePercent: has('changePercent'),
    bidAsk: has('bidAsk'),
    range: has('range'),
    open: has('open'),
    volume: has('volume'),
    turnover: has('turnover'),
    time: has('time'),
  };
}

const FIELDS: Readonly<Record<Column, readonly string[]>> = {
  price: ['price'],
  change: ['change'],
  changePercent: ['changePercent'],
  trend: ['price'],
  volume: ['volume'],
  turnover: ['turnover'],
  bidAsk: ['bid', 'ask'],
  range: ['high', 'low'],
  open: ['open', 'previousClose'],
  time: ['receivedAt', 'sequence'],
};

/** The same selection as GraphQL, to be read. */
export const selectionText = (columns: readonly Column[]): string =>
  [...new Set(['symbol', 'stale', ...columns.flatMap((column) => FIELDS[column])])].join(' ');
