import { resolveSymbol } from '../symbols/symbol.ts';
import type { Timeframe } from './market-state.ts';

/** The bus addresses of market data. The part after the first colon is the canonical symbol. */
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

/** The topic of quotes, books or trades that took the place of one whose symbol is no longer spelt so; else the same. */
export function renamedTopic(topic: string): string {
  const [, kind, symbol = ''] = /^(quote|book|trade):(.+)$/s.exec(topic) ?? [];
  const parts = kind ? resolveSymbol(symbol) : undefined;
  return parts ? `${kind}:${parts.symbol}` : topic;
}
