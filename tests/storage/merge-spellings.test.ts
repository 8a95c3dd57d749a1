import { describe, expect, it } from 'vitest';
import { amount, pricesShown, shown } from '../market/bars/trade-bars.contract.ts';
import { openPlace, PLACES } from '../support/places.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const today = Math.floor(Date.now() / DAY) * DAY;
const buy = { part: 'large', direction: 'inflow' } as const;

describe.each(PLACES)('on %s', (_name, make) => {
  it('G19 bars of two spellings are one series: the longer one wins a minute, and the day is the sum of its minutes', async () => {
    await using place = await make();
    const add = async (symbol: string, ...prices: readonly (readonly [minute: number, price: string])[]) => {
      await using database = await openPlace(place);
      await using bars = await database.openTradeBars();
      for (const [minute, price] of prices) {
        const time = today + minute * MINUTE;
        const trade = { ...amount(price, time, buy), price };
        bars.add(symbol, 'minute', time, trade);
        bars.add(symbol, 'day', today, trade);
      }
    };
    await add('600519', [0, '10'], [1, '11.50'], [2, '9']);
    // written by the version before, which took both spellings for addresses
    await add('OLD1', [2, '99'], [3, '12']);
    await add('OLD2', [0, '7']);
    await place.run(`UPDATE "TradeBar" SET "symbol" = 'SH.600519' WHERE "symbol" = 'OLD1'`);
    await place.run(`UPDATE "TradeBar" SET "symbol" = 'US.AAPL' WHERE "symbol" = 'OLD2'`);
    for (let start = 0; start < 2; start += 1) {
      await using database = await openPlace(place);
      await using bars = await database.openTradeBars();
      const of = (symbol: string, length: 'minute' | 'day') =>
        [...bars.newestFirst(symbol, length)].map((bar) => ({ ...shown(bar), ...pricesShown(bar) }));
      expect(of('600519', 'minute').map(({ close }) => close)).toEqual(['12', '9', '11.50', '10']);
      expect(of('600519', 'day')).toMatchObject([
        {
          start: today,
          open: '10',
          high: '12',
          low: '9',
          close: '12',
          volume: '4',
          turnover: '42.5',
          'large inflow': '42.5',
          lastTradeAt: today + 3 * MINUTE,
        },
      ]);
      expect(of('AAPL', 'day')).toMatchObject([{ open: '7' }]);
      expect([...of('SH.600519', 'minute'), ...of('US.AAPL', 'minute')]).toEqual([]);
    }
  });
});
