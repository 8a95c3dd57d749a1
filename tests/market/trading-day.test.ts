import { describe, expect, it } from 'vitest';
import { Calendars } from '../../src/market/calendar/calendars.ts';

const SYMBOLS = { CN: '600519', HK: 'HK.00700', US: 'AAPL', CRYPTO: 'BTC/USDT' } as const;
const calendars = new Calendars();

const at = (text: string): number => Date.parse(text);

describe('the trading day', () => {
  it.each([
    ['CN', '2019-02-01T01:25:02Z', '2019-01-31T16:00:00Z'],
    ['CN', '2019-01-31T15:59:59.999Z', '2019-01-30T16:00:00Z'],
    ['HK', '2019-01-31T16:00:00Z', '2019-01-31T16:00:00Z'],
    ['CRYPTO', '2024-02-29T23:59:59.999Z', '2024-02-29T00:00:00Z'],
    ['US', '2024-01-16T04:59:59.999Z', '2024-01-15T05:00:00Z'],
    ['US', '2024-07-16T03:59:59.999Z', '2024-07-15T04:00:00Z'],
    // the clocks go forward at 2:00 and back at 2:00
    ['US', '2024-03-10T20:00:00Z', '2024-03-10T05:00:00Z'],
    ['US', '2024-03-11T04:00:00Z', '2024-03-11T04:00:00Z'],
    ['US', '2024-11-03T20:00:00Z', '2024-11-03T04:00:00Z'],
    ['US', '2024-11-04T04:59:00Z', '2024-11-03T04:00:00Z'],
    ['US', '1960-01-01T05:00:00Z', '1960-01-01T05:00:00Z'],
  ] as const)('of %s at %s began at %s', (market, time, start) => {
    expect(new Date(calendars.dayStart(SYMBOLS[market], at(time))).toISOString()).toBe(
      new Date(start).toISOString(),
    );
  });

  it('has periods aligned to its clock', () => {
    const minute = 60_000;
    // 2019 is in no table, and 2024-03-10 is a Sunday
    const start = (symbol: string, time: string, length: number) =>
      calendars.period(symbol, at(time), length).start;
    expect(start('600519', '2019-02-01T01:44:59Z', 15 * minute)).toBe(at('2019-02-01T01:30:00Z'));
    expect(start('AAPL', '2024-03-10T07:59:59Z', 60 * minute)).toBe(at('2024-03-10T07:00:00Z'));
  });
});
