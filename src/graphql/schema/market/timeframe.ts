import { TIMEFRAMES } from '../../../market/events/market-state.ts';
import { builder } from '../../builder/builder.ts';

export const TimeframeEnum = builder.enumType('Timeframe', {
  description:
    'Over how long trades are summed up. Minutes and hours follow the clock; DAY_n are the last n trading days, today included.',
  values: TIMEFRAMES,
});
