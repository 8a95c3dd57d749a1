import Big from 'big.js';
import { describe, expect, it } from 'vitest';
import { MemoryBus } from '../../../src/bus/memory/memory-bus.ts';
import { MemoryTradeBars } from '../../../src/market/bars/memory-trade-bars.ts';
import { type FundFlowState, TIMEFRAMES } from '../../../src/market/events/market-state.ts';
import { Market } from '../../../src/market/market.ts';
import { missing, type Row, readRows, reportOf, rowsOf, SYMBOL, shanghaiClock } from '../ashare-recording.ts';

const BUCKETS = ['superLarge', 'large', 'medium', 'small'] as const;

/** In thousandths of a yuan, with whole numbers only. */
function plainSums(rows: readonly Row[]) {
  const sums: Record<string, { inflow: bigint; outflow: bigint }> = Object.fromEntries(
    ['main', ...BUCKETS].map((bucket) => [bucket, { inflow: 0n, outflow: 0n }]),
  );
  let turnover = 0n;
  for (const { side, milli, shares } of rows) {
    const money = milli * shares;
    turnover += money;
    if (side === 'NEUTRAL') continue;
    const reaches = (yuan: bigint, least: bigint) => money >= yuan * 1000n || shares >= least;
    const bucket = reaches(1_000_000n, 500_000n)
      ? 'superLarge'
      : reaches(200_000n, 100_000n)
        ? 'large'
        : reaches(40_000n, 20_000n)
          ? 'medium'
          : 'small';
    const direction = side === 'BUY' ? 'inflow' : 'outflow';
    for (const name of bucket.endsWith('arge') ? [bucket, 'main'] : [bucket]) {
      const sum = sums[name];
      if (sum) sum[direction] += money;
    }
  }
  return { sums, turnover };
}

const milliOf = (text: string): bigint => BigInt(new Big(text).times(1000).toFixed());
const sumsOf = (state: FundFlowState) => ({
  turnover: milliOf(state.turnover),
  sums: Object.fromEntries(
    (['main', ...BUCKETS] as const).map((bucket) => [
      bucket,
      { inflow: milliOf(state[bucket].inflow), outflow: milliOf(state[bucket].outflow) },
    ]),
  ),
});

describe.skipIf(missing)('fund flow of recorded A-share transactions', () => {
  it('M7 M9 equals an independent computation, by day, over days and by minute', async () => {
    await using bus = new MemoryBus();
    const errors: unknown[] = [];
    await using market = new Market({ bus, bars: new MemoryTradeBars(), onError: (e) => errors.push(e) });
    const rows = readRows();
    expect(rows.length).toBeGreaterThan(8000);
    for (const row of rows) market.acceptTrade(reportOf(row));

    const of = (prefix: string) => plainSums(rows.filter(({ clock }) => clock.startsWith(prefix)));
    const days = market.fundFlowHistory(SYMBOL, 'DAY_1');
    expect(days.map(sumsOf)).toEqual([of('20190211'), of('20190201')]);
    for (const timeframe of ['DAY_3', 'DAY_5', 'DAY_10'] as const) {
      expect(sumsOf(market.fundFlow(SYMBOL, timeframe))).toEqual(plainSums(rows));
    }

    for (const [timeframe, digits] of [
      ['MINUTE_1', 12],
      ['HOUR_1', 10],
    ] as const) {
      const periods = market.fundFlowHistory(SYMBOL, timeframe);
      const clocks = new Set(rows.map(({ clock }) => clock.slice(0, digits)));
      expect(periods.map(({ periodStart }) => shanghaiClock(periodStart, digits))).toEqual(
        [...clocks].sort().reverse(),
      );
      for (const period of periods)
        expect(sumsOf(period)).toEqual(of(shanghaiClock(period.periodStart, digits)));
    }
    expect(errors).toEqual([]);
  });

  it('M7 M8 has buckets that sum up, and main = superLarge + large, in every timeframe', async () => {
    await using bus = new MemoryBus();
    await using market = new Market({ bus, bars: new MemoryTradeBars(), onError: () => {} });
    for (const row of readRows()) market.acceptTrade(reportOf(row));
    for (const timeframe of TIMEFRAMES) {
      for (const state of market.fundFlowHistory(SYMBOL, timeframe)) {
        const net = (name: 'main' | (typeof BUCKETS)[number]) => milliOf(state[name].netInflow);
        expect(net('main')).toBe(net('superLarge') + net('large'));
        const flowed = BUCKETS.reduce(
          (sum, name) => sum + milliOf(state[name].inflow) + milliOf(state[name].outflow),
          0n,
        );
        expect(flowed).toBeLessThanOrEqual(milliOf(state.turnover));
      }
    }
  });
});

describe.skipIf(missing)('published fund flow of 600519', () => {
  it('M8 has main = superLarge + large, and main + medium + small = 0, to the rounding of what is published', () => {
    const rows = rowsOf('fund-flow-600519-published.csv');
    expect(rows).toHaveLength(2);
    for (const [, main, small, medium, large, superLarge] of rows.map((row) => row.map(Number))) {
      expect(main).toBe((superLarge ?? 0) + (large ?? 0));
      expect(Math.abs((main ?? 0) + (medium ?? 0) + (small ?? 0))).toBeLessThanOrEqual(64);
    }
  });
});
