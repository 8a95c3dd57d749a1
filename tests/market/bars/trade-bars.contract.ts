import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BarTrade,
  FUND_FLOW_PARTS,
  type TradeBar,
  type TradeBars,
} from '../../../src/market/bars/trade-bars.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

export type Flow = BarTrade['flow'];
export const amount = (text: string, time = 0, flow?: Flow): BarTrade => ({
  time,
  price: '1',
  size: new Big(1),
  amount: new Big(text),
  flow,
});

/** A bar as text, without the sums that are zero. */
export function shown(bar: TradeBar): Record<string, string | number> {
  const sums = FUND_FLOW_PARTS.flatMap((part) =>
    (['inflow', 'outflow'] as const).flatMap((direction) => {
      const sum = bar[part][direction];
      return sum.eq(0) ? [] : [[`${part} ${direction}`, sum.toFixed()]];
    }),
  );
  const { start, lastTradeAt, turnover } = bar;
  return { start, lastTradeAt, turnover: turnover.toFixed(), ...Object.fromEntries(sums) };
}

/** The prices of a bar, as text. */
export function pricesShown({ prices }: TradeBar): Record<string, string | number> | undefined {
  return prices && { ...prices, volume: prices.volume.toFixed() };
}

const anyPricedTrade = fc.record({
  minute: fc.integer({ min: 0, max: 4 }),
  // few, so that many trades have the same time
  ms: fc.integer({ min: 0, max: 9 }),
  nanos: fc.constantFrom(0, 1, 999_999),
  cents: fc.integer({ min: 1, max: 500 }),
  size: fc.bigInt({ min: 1n, max: 10n ** 22n }),
});

const anyTrade = fc.record({
  minute: fc.integer({ min: 0, max: 8 }),
  ms: fc.integer({ min: 0, max: MINUTE - 1 }),
  cents: fc.bigInt({ min: 1n, max: 10n ** 22n }),
  flow: fc.option(
    fc.record({
      part: fc.constantFrom(...FUND_FLOW_PARTS),
      direction: fc.constantFrom('inflow' as const, 'outflow' as const),
    }),
    { nil: undefined },
  ),
});

/** What every keeper of bars promises; each implementation runs it. */
export function tradeBarsContract(name: string, open: () => Promise<TradeBars>): void {
  describe(`${name} keeps the contract of fund-flow bars`, () => {
    const list = (bars: TradeBars, symbol = 'A') => [...bars.newestFirst(symbol, 'minute')].map(shown);

    it('M7 sums by bucket and direction; a trade without flow is in the turnover only', async () => {
      const bars = await open();
      bars.add('A', 'minute', 0, amount('0.1', 5, { part: 'large', direction: 'inflow' }));
      bars.add('A', 'minute', 0, amount('0.2', 9, { part: 'large', direction: 'inflow' }));
      bars.add('A', 'minute', 0, amount('7', 7, { part: 'small', direction: 'outflow' }));
      bars.add('A', 'minute', 0, amount('1', 1));
      expect(list(bars)).toEqual([
        { start: 0, lastTradeAt: 9, turnover: '8.3', 'large inflow': '0.3', 'small outflow': '7' },
      ]);
    });

    it('M7 equals a plain summing up, in whatever order trades come', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyTrade, { maxLength: 40 }), async (trades) => {
          const bars = await open();
          const model = new Map<number, Record<string, bigint>>();
          const last = new Map<number, number>();
          for (const { minute, ms, cents, flow } of trades) {
            const start = minute * MINUTE;
            bars.add('A', 'minute', start, amount(new Big(`${cents}`).div(100).toFixed(), start + ms, flow));
            const sums = model.get(start) ?? {};
            for (const key of ['turnover', ...(flow ? [`${flow.part} ${flow.direction}`] : [])]) {
              sums[key] = (sums[key] ?? 0n) + cents;
            }
            model.set(start, sums);
            last.set(start, Math.max(last.get(start) ?? 0, start + ms));
          }
          const expected = [...model]
            .sort(([a], [b]) => b - a)
            .map(([start, sums]) => ({
              start,
              lastTradeAt: last.get(start),
              ...Object.fromEntries(
                Object.entries(sums).map(([key, cents]) => [key, new Big(`${cents}`).div(100).toFixed()]),
              ),
            }));
          expect(list(bars)).toEqual(expected);
        }),
      );
    });

    it('M13 prices equal a plain reading of the trades sorted by time, in whatever order they come', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyPricedTrade, { maxLength: 40 }), async (trades) => {
          const bars = await open();
          const priced = trades.map(({ minute, ms, nanos, cents, size }) => ({
            start: minute * MINUTE,
            time: minute * MINUTE + ms,
            nanos,
            price: (cents / 100).toFixed(2),
            size,
          }));
          for (const { start, time, nanos, price, size } of priced) {
            const trade = { ...amount('1', time), nanos, price, size: new Big(`${size}`) };
            bars.add('A', 'minute', start, trade);
          }
          const starts = [...new Set(priced.map(({ start }) => start))].sort((a, b) => b - a);
          const expected = starts.map((start) => {
            // a stable sort: of the same time, the first that came is the open and the last that came the close
            const inside = priced
              .filter((trade) => trade.start === start)
              .sort((a, b) => a.time - b.time || a.nanos - b.nanos);
            const byPrice = inside.toSorted((a, b) => Number(a.price) - Number(b.price));
            return {
              open: inside.at(0)?.price,
              high: byPrice.at(-1)?.price,
              low: byPrice.at(0)?.price,
              close: inside.at(-1)?.price,
              volume: String(inside.reduce((sum, { size }) => sum + size, 0n)),
              firstTradeAt: inside.at(0)?.time,
              firstTradeNanos: inside.at(0)?.nanos,
            };
          });
          expect([...bars.newestFirst('A', 'minute')].map(pricesShown)).toEqual(expected);
        }),
      );
    });

    it('M13 keeps prices as they were written', async () => {
      const bars = await open();
      for (const [price, time] of [
        ['0.3521', 2],
        ['0.35210000', 1],
        ['0.30', 2],
      ] as const) {
        bars.add('A', 'minute', 0, { ...amount('1', time), price, size: new Big('0.10') });
      }
      const prices = { open: '0.35210000', high: '0.3521', low: '0.30', close: '0.30' };
      const expected = { ...prices, volume: '0.3', firstTradeAt: 1, firstTradeNanos: 0 };
      const [bar] = bars.newestFirst('A', 'minute');
      expect(bar && pricesShown(bar)).toEqual(expected);
      bars.add('A', 'minute', MINUTE, amount('1', MINUTE));
      const [, older] = bars.newestFirst('A', 'minute');
      expect(older && pricesShown(older)).toEqual(expected);
    });

    it('M7 keeps symbols and lengths apart', async () => {
      const bars = await open();
      bars.add('A', 'minute', 0, amount('1'));
      bars.add('B', 'day', 0, amount('2'));
      expect(list(bars)).toHaveLength(1);
      expect(list(bars, 'B')).toEqual([]);
      expect([...bars.newestFirst('B', 'day')].map(({ turnover }) => turnover.toFixed())).toEqual(['2']);
      expect([...bars.newestFirst('C', 'day')]).toEqual([]);
      expect(bars.isComplete('C', 'day')).toBe(true);
    });

    it('M7 does not change a bar that it gave away', async () => {
      const bars = await open();
      const flow: Flow = { part: 'small', direction: 'inflow' };
      bars.add('A', 'minute', 0, amount('1', 0, flow));
      const [given] = bars.newestFirst('A', 'minute');
      const prices = given && pricesShown(given);
      bars.add('A', 'minute', 0, { ...amount('1', 5, flow), price: '9' });
      expect(given && pricesShown(given)).toEqual(prices);
      expect(given && shown(given)).toEqual({ start: 0, lastTradeAt: 0, turnover: '1', 'small inflow': '1' });
    });

    it('M9 keeps ten days, in minutes around the clock and in days', async () => {
      const bars = await open();
      for (let time = 0; time < 10 * DAY; time += MINUTE) bars.add('A', 'minute', time, amount('1', time));
      for (let day = 0; day < 10; day += 1) bars.add('A', 'day', day * DAY, amount('1', day * DAY));
      expect(list(bars)).toHaveLength(14_400);
      expect([...bars.newestFirst('A', 'day')]).toHaveLength(10);
      expect([bars.isComplete('A', 'minute'), bars.isComplete('A', 'day')]).toEqual([true, true]);
    });
  });
}
