import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FUND_FLOW_PARTS,
  type FundFlowAmount,
  type FundFlowBar,
  type FundFlowBars,
} from '../../src/market/fund-flow-bars.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

export type Flow = FundFlowAmount['flow'];
export const amount = (text: string, time = 0, flow?: Flow): FundFlowAmount => ({
  time,
  amount: new Big(text),
  flow,
});

/** A bar as text, without the sums that are zero. */
export function shown(bar: FundFlowBar): Record<string, string | number> {
  const sums = FUND_FLOW_PARTS.flatMap((part) =>
    (['inflow', 'outflow'] as const).flatMap((direction) => {
      const sum = bar[part][direction];
      return sum.eq(0) ? [] : [[`${part} ${direction}`, sum.toFixed()]];
    }),
  );
  const { start, lastTradeAt, turnover } = bar;
  return { start, lastTradeAt, turnover: turnover.toFixed(), ...Object.fromEntries(sums) };
}

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
export function fundFlowBarsContract(name: string, open: () => Promise<FundFlowBars>): void {
  describe(`${name} keeps the contract of fund-flow bars`, () => {
    const list = (bars: FundFlowBars, symbol = 'A') => [...bars.newestFirst(symbol, 'minute')].map(shown);

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

    it('M7 keeps symbols and lengths apart', async () => {
      const bars = await open();
      bars.add('A', 'minute', 0, amount('1'));
      bars.add('B', 'day', 0, amount('2'));
      expect(list(bars)).toHaveLength(1);
      expect(list(bars, 'B')).toEqual([]);
      expect([...bars.newestFirst('B', 'day')].map(({ turnover }) => turnover.toFixed())).toEqual(['2']);
      expect([...bars.newestFirst('C', 'day')]).toEqual([]);
      expect(bars.isWhole('C', 'day')).toBe(true);
    });

    it('M7 does not change a bar that it gave away', async () => {
      const bars = await open();
      const flow: Flow = { part: 'small', direction: 'inflow' };
      bars.add('A', 'minute', 0, amount('1', 0, flow));
      const [given] = bars.newestFirst('A', 'minute');
      bars.add('A', 'minute', 0, amount('1', 5, flow));
      expect(given && shown(given)).toEqual({ start: 0, lastTradeAt: 0, turnover: '1', 'small inflow': '1' });
    });

    it('M9 keeps ten days, in minutes around the clock and in days', async () => {
      const bars = await open();
      for (let time = 0; time < 10 * DAY; time += MINUTE) bars.add('A', 'minute', time, amount('1', time));
      for (let day = 0; day < 10; day += 1) bars.add('A', 'day', day * DAY, amount('1', day * DAY));
      expect(list(bars)).toHaveLength(14_400);
      expect([...bars.newestFirst('A', 'day')]).toHaveLength(10);
      expect([bars.isWhole('A', 'minute'), bars.isWhole('A', 'day')]).toEqual([true, true]);
    });
  });
}
