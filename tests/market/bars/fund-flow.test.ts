import Big from 'big.js';
import { describe, expect, it } from 'vitest';
import { FundFlows } from '../../../src/market/bars/fund-flow.ts';
import { thresholdsOf } from '../../../src/market/bars/fund-flow-thresholds.ts';
import { MemoryTradeBars } from '../../../src/market/bars/memory-trade-bars.ts';
import { type RecordedTrade, TradeBarRecorder } from '../../../src/market/bars/trade-bar-recorder.ts';
import { Calendars } from '../../../src/market/calendar/calendars.ts';
import type { TradeSide } from '../../../src/market/events/market-event.ts';
import { type FundFlowState, TIMEFRAMES } from '../../../src/market/events/market-state.ts';
import { seededRandom } from '../../support/seeded.ts';

const at = (text: string): number => Date.parse(text);
const MINUTE = 60_000;
const DAY = 86_400_000;
/** of a year that no calendar knows: periods are those of the clock */
const NOON = at('2019-05-06T04:00:00Z');

function setUp(options: { mostDays?: number; mostMinutes?: number } = {}) {
  const shared = {
    calendars: new Calendars(),
    bars: new MemoryTradeBars(options),
    thresholds: thresholdsOf({}),
  };
  const flows = new FundFlows({ ...shared, source: 'trades' });
  const recorder = new TradeBarRecorder(shared);
  const record = (turnover: string, more: Partial<RecordedTrade> & { shares?: string } = {}) =>
    recorder.record({
      symbol: '600519',
      side: 'BUY',
      time: NOON,
      price: '1',
      size: new Big(more.shares ?? '1'),
      turnover: new Big(turnover),
      ...more,
    });
  return { flows, recorder, record };
}

const BUCKETS = ['superLarge', 'large', 'medium', 'small'] as const;
const bucketsWithFlow = (state: FundFlowState): string[] =>
  BUCKETS.filter((bucket) => state[bucket].inflow !== '0' || state[bucket].outflow !== '0');

describe('the bucket of a trade', () => {
  it.each([
    ['1000000', '1', 'superLarge'],
    ['999999.99', '1', 'large'],
    ['1', '500000', 'superLarge'],
    ['1', '499999', 'large'],
    ['200000', '1', 'large'],
    ['199999.99', '1', 'medium'],
    ['1', '100000', 'large'],
    ['1', '99999', 'medium'],
    ['40000', '1', 'medium'],
    ['39999.99', '1', 'small'],
    ['1', '20000', 'medium'],
    ['1', '19999', 'small'],
  ])('M7 of %s for %s shares is %s', (turnover, shares, bucket) => {
    const { flows, record } = setUp();
    record(turnover, { shares });
    expect(bucketsWithFlow(flows.current('600519', 'DAY_1', NOON))).toEqual([bucket]);
  });

  it('M7 is by amount alone for crypto', () => {
    const { flows, record } = setUp();
    record('1', { symbol: 'SHIB/USDT', shares: '1000000000' });
    const state = flows.current('SHIB/USDT', 'DAY_1', NOON);
    expect(bucketsWithFlow(state)).toEqual(['small']);
    expect(state.thresholds.superLarge).toEqual({ amount: '1000000', shares: null });
  });

  it('follows configured thresholds of a market, which the answer tells', () => {
    const level = (amount: string) => ({ amount, shares: null });
    const US = { superLarge: level('30'), large: level('20'), medium: level('10') };
    const shared = {
      calendars: new Calendars(),
      bars: new MemoryTradeBars(),
      thresholds: thresholdsOf({ US, CN: undefined }),
    };
    const flows = new FundFlows({ ...shared, source: 'test' });
    const recorder = new TradeBarRecorder(shared);
    for (const symbol of ['AAPL', '600519']) {
      recorder.record({
        symbol,
        side: 'SELL',
        time: NOON,
        price: '1',
        size: new Big(1e9),
        turnover: new Big(20),
      });
    }
    const state = flows.current('AAPL', 'DAY_1', NOON);
    expect(state).toMatchObject({ thresholds: US, source: 'test', large: { outflow: '20' } });
    expect(flows.current('600519', 'DAY_1', NOON)).toMatchObject({ superLarge: { netInflow: '-20' } });
  });
});

describe('fund flow', () => {
  it('is all zero without trades, in the period of now', () => {
    const { flows } = setUp();
    for (const timeframe of TIMEFRAMES) {
      const state = flows.current('600519', timeframe, NOON + 59_000);
      expect(state.periodStart).toBe(timeframe.startsWith('DAY') ? at('2019-05-05T16:00:00Z') : NOON);
      expect(bucketsWithFlow(state)).toEqual([]);
      expect(state).toMatchObject({ turnover: '0', main: { netInflow: '0', netInflowRate: '0' } });
      expect(flows.history('600519', timeframe)).toEqual([]);
    }
  });

  it('M7 has neutral trades in the turnover, and so in the rate, but in no bucket', () => {
    const { flows, record } = setUp();
    record('300000');
    record('100000', { side: 'SELL' });
    record('600000', { side: 'NEUTRAL' });
    expect(flows.current('600519', 'MINUTE_1', NOON)).toMatchObject({
      turnover: '1000000',
      main: { inflow: '300000', outflow: '0', netInflow: '300000', netInflowRate: '30.00' },
      medium: { netInflow: '-100000', netInflowRate: '-10.00' },
    });
  });

  it('shows no window that lacks days it dropped', () => {
    const { flows, record } = setUp({ mostDays: 4 });
    const ends = () => flows.history('600519', 'DAY_3').map(({ turnover }) => turnover);
    for (let day = 0; day < 4; day += 1) record('1', { time: NOON + day * DAY });
    expect(ends()).toEqual(['3', '3', '2', '1']);
    record('1', { time: NOON + 4 * DAY });
    expect(ends()).toEqual(['3', '3']);
    expect(flows.history('600519', 'DAY_3', 1)).toEqual([flows.current('600519', 'DAY_3', 0)]);
  });

  /** Every period from the trades themselves, newest first, without bars. */
  function naive(trades: RecordedTrade[], timeframe: string, offset: number) {
    const [unit, count = 1] = [timeframe.split('_')[0], Number(timeframe.split('_')[1])];
    const startOf = (time: number, ms: number) => Math.floor((time + offset) / ms) * ms - offset;
    const length = unit === 'DAY' ? DAY : unit === 'HOUR' ? 60 * MINUTE : count * MINUTE;
    const starts = [...new Set(trades.map(({ time }) => startOf(time, length)))].sort((a, b) => b - a);
    return starts.map((start, i) => {
      const from = unit === 'DAY' ? (starts.slice(i, i + count).at(-1) ?? start) : start;
      const inside = trades.filter(({ time }) => time >= from && time < start + length);
      const net = inside.reduce(
        (sum, { side, turnover }) => sum + (side === 'BUY' ? 1 : side === 'SELL' ? -1 : 0) * Number(turnover),
        0,
      );
      const updatedAt = Math.max(...inside.map(({ time }) => time));
      return {
        from,
        net,
        turnover: inside.reduce((sum, { turnover }) => sum + Number(turnover), 0),
        updatedAt,
      };
    });
  }

  it.each([
    ['600519', 8 * 60 * MINUTE],
    ['BTC/USDT', 0],
    ['AAPL', -4 * 60 * MINUTE],
  ])('M9 of %s equals a naive rollup in every timeframe, trades in any order', (symbol, offset) => {
    const { flows, recorder } = setUp();
    const random = seededRandom(7);
    const sides: TradeSide[] = ['BUY', 'SELL', 'NEUTRAL'];
    const trades = Array.from({ length: 600 }, () => {
      const day = Math.floor(random() ** 2 * 14);
      return {
        symbol,
        side: sides[Math.floor(random() * 3)] ?? 'NEUTRAL',
        time: NOON + day * DAY + Math.floor((random() - 0.5) * 7 * 60 * MINUTE),
        price: '1',
        size: new Big(100),
        turnover: new Big(Math.floor(10 ** (3 + random() * 4))),
      };
    });
    for (const trade of trades) recorder.record(trade);
    for (const timeframe of TIMEFRAMES) {
      const periods = flows.history(symbol, timeframe).map((state) => ({
        from: state.periodStart,
        net: BUCKETS.reduce((sum, bucket) => sum + Number(state[bucket].netInflow), 0),
        turnover: Number(state.turnover),
        updatedAt: state.updatedAt,
      }));
      expect(periods, timeframe).toEqual(naive(trades, timeframe, offset));
      expect(flows.current(symbol, timeframe, 0)).toEqual(flows.history(symbol, timeframe)[0]);
      expect(flows.history(symbol, timeframe, 2)).toEqual(flows.history(symbol, timeframe).slice(0, 2));
    }
  });
});
