import type { Timeframe } from '../../../market/events/market-state.ts';
import { builder } from '../../builder/builder.ts';

export const TimeframeEnum = builder.enumType('Timeframe', {
  description:
    'The length of a candle or of a fund-flow period. Minutes and hours follow the trading session, or the clock where there is none; DAY_n are the last n trading days, today included.',
  values: {
    MINUTE_1: { description: 'One minute.' },
    MINUTE_5: { description: 'Five minutes of the trading session.' },
    MINUTE_15: { description: 'Fifteen minutes of the trading session.' },
    HOUR_1: { description: 'One hour of the trading session.' },
    DAY_1: { description: 'The current trading day.' },
    DAY_3: { description: 'The last three trading days, today included.' },
    DAY_5: { description: 'The last five trading days, today included.' },
    DAY_10: { description: 'The last ten trading days, today included.' },
  } as const satisfies Record<Timeframe, { description: string }>,
});
