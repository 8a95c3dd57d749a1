import type { Feed } from './feed.ts';
export const REPLAY_FORMATS = ['kraken', 'binance', 'coinbase', 'ashare'] as const;
export type ReplayFormat = (typeof REPLAY_FORMATS)[number];
export function createReplay(_options: { format: ReplayFormat; file: string; speed: number | 'max' }): Feed {
  throw new Error('not yet');
}
