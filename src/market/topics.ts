import type { Timeframe } from './market-state.ts';

/** The bus addresses of market data. The part after the first colon is the symbol as clients write it. */
export const quoteTopic = (symbol: string): string => `quote:${symbol}`;
export const bookTopic = (symbol: string): string => `book:${symbol}`;
export const tradeTopic = (symbol: string): string => `trade:${symbol}`;

const TIMEFRAME_SUFFIX: Record<Timeframe, string> = {
  MINUTE_1: '1m',
  MINUTE_5: '5m',
  MINUTE_15: '15m',
  HOUR_1: '1h',
  DAY_1: '1d',
  DAY_3: '3d',
  DAY_5: '5d',
  DAY_10: '10d',
};
export const flowTopic = (symbol: string, timeframe: Timeframe): string =>
  `flow:${symbol}:${TIMEFRAME_SUFFIX[timeframe]}`;
