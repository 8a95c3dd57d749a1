import { describe, expect, it } from 'vitest';
import { MemoryBus } from '../../../src/bus/memory/memory-bus.ts';
import { MemoryTradeBars } from '../../../src/market/bars/memory-trade-bars.ts';
import type { CandleState } from '../../../src/market/events/market-state.ts';
import { Market } from '../../../src/market/market.ts';
import { seededRandom } from '../../support/seeded.ts';
import { missing, type Row, readRows, reportOf, SYMBOL, shanghaiClock } from '../ashare-recording.ts';

const milliOf = (text: string): bigint => BigInt(Math.round(Number(text) * 1000));

/** The rows of one period, oldest first, in thousandths of a yuan and with whole numbers only. */
function plainCandle(rows: readonly Row[]) {
  const prices = rows.map(({ milli }) => Number(milli));
  return {
    open: rows.at(0)?.milli,
    high: BigInt(Math.max(...prices)),
    low: BigInt(Math.min(...prices)),
    close: rows.at(-1)?.milli,
    volume: rows.reduce((sum, { shares }) => sum + shares, 0n),
    turnover: rows.reduce((sum, { milli, shares }) => sum + milli * shares, 0n),
  };
}

const readCandle = (candle: CandleState, digits: number) => ({
  period: shanghaiClock(candle.periodStart, digits),
  open: milliOf(candle.open),
  high: milliOf(candle.high),
  low: milliOf(candle.low),
  close: milliOf(candle.close),
  volume: BigInt(candle.volume),
  turnover: milliOf(candle.turnover),
});

describe.skipIf(missing)('candles of recorded A-share transactions', () => {
  it.each([
    ['as they come', 0],
    ['shuffled', 1],
  ])('M13 equal an independent computation in every timeframe, trades %s', async (_order, shuffle) => {
    await using bus = new MemoryBus();
    await using market = new Market({ bus, bars: new MemoryTradeBars(), onError: () => {} });
    const random = seededRandom(11);
    // each up to some 500 places late
    const rows = readRows()
      .map((row, i) => ({ row, place: i + shuffle * random() * 500 }))
      .sort((a, b) => a.place - b.place)
      .map(({ row }) => row);
    expect(rows.length).toBeGreaterThan(8000);
    for (const row of rows) market.acceptTrade(reportOf(row));
    // a stable sort: what has the same time stays as it came
    const sorted = rows.toSorted((a, b) => Number(BigInt(a.clock) - BigInt(b.clock)));
    for (const [timeframe, digits, minutes] of [
      ['MINUTE_1', 12, 1],
      ['MINUTE_5', 12, 5],
      ['MINUTE_15', 12, 15],
      ['HOUR_1', 10, 1],
      ['DAY_1', 8, 1],
    ] as const) {
      const expected = new Map<string, Row[]>();
      for (const row of sorted) {
        const last = Number(row.clock.slice(digits - 2, digits));
        const period =
          row.clock.slice(0, digits - 2) + String(last - (minutes > 1 ? last % minutes : 0)).padStart(2, '0');
        const known = expected.get(period);
        if (known) known.push(row);
        else expected.set(period, [row]);
      }
      const { candles } = await market.candles(SYMBOL, timeframe, 10_000);
      const computed = [...expected].map(([period, inside]) => ({ period, ...plainCandle(inside) }));
      expect(candles.map((candle) => readCandle(candle, digits))).toEqual(computed.toReversed());
    }
  });
});
