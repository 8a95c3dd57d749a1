import { quoted, TickroomError } from '../../errors.ts';
import type { Timeframe } from '../../market/events/market-state.ts';

/** Timeframes by the names that the old server had. */
const BY_OLD_NAME: Readonly<Record<string, Timeframe>> = {
  '1m': 'MINUTE_1',
  '5m': 'MINUTE_5',
  '15m': 'MINUTE_15',
  '1h': 'HOUR_1',
  '1d': 'DAY_1',
  '3d': 'DAY_3',
  '5d': 'DAY_5',
  '10d': 'DAY_10',
};

/** @param name an old name or one of ours; absent: a day @throws TickroomError INVALID_INPUT */
export function readTimeframe(name: unknown): Timeframe {
  if (name === undefined || name === null) return 'DAY_1';
  const timeframe = Object.entries(BY_OLD_NAME).find(([old, ours]) => old === name || ours === name)?.[1];
  if (timeframe) return timeframe;
  throw new TickroomError(
    'INVALID_INPUT',
    `${quoted(name)} is no timeframe: use one of ${Object.keys(BY_OLD_NAME).join(', ')}.`,
  );
}
