import { describe, expect, it } from 'vitest';
import type { Bus } from '../../../src/bus/bus.ts';
import { MemoryBus } from '../../../src/bus/memory/memory-bus.ts';
import { MemoryTradeBars } from '../../../src/market/bars/memory-trade-bars.ts';
import type { TradeReport } from '../../../src/market/events/market-event.ts';
import type { CandleState, Timeframe } from '../../../src/market/events/market-state.ts';
import { tradeTopic } from '../../../src/market/events/topics.ts';
import { Market } from '../../../src/market/market.ts';
import { amount } from './trade-bars.contract.ts';

const at = (text: string): number => Date.parse(text);

async function setUp(bus: Bus = new MemoryBus(), bars = new MemoryTradeBars()) {
  const market = new Market({ bus, bars, onError: () => {} });
  const trade = (symbol: string, price: string, time: string, more: Partial<TradeReport> = {}) =>
    market.acceptTrade({ symbol, price, size: '1', exchangeTime: at(time), ...more });
  const candles = async (symbol: string, timeframe: Timeframe, most = 100) =>
    (await market.candles(symbol, timeframe, most)).candles;
  return { bus, market, trade, candles };
}

const prices = ({ open, high, low, close, volume }: CandleState): string =>
  [open, high, low, close, volume].join(' ');
const span = ({ periodStart, periodEnd }: CandleState): string =>
  [periodStart, periodEnd].map((time) => new Date(time).toISOString().slice(5, 16)).join(' ');

describe('candles', () => {
  it('M13 are of their periods: minutes and hours by the session or the clock, days by the market, also when clocks change', async () => {
    const { trade, candles } = await setUp();
    trade('AAPL', '10', '2024-03-08T20:59:59.999Z', { size: '3', turnover: '31' });
    trade('AAPL', '12', '2024-03-10T19:59:30Z');
    trade('AAPL', '11', '2024-03-10T20:01:00Z');
    trade('AAPL', '9', '2024-03-10T20:04:59Z');
    expect((await candles('AAPL', 'MINUTE_1')).map(prices)).toEqual([
      '9 9 9 9 1',
      '11 11 11 11 1',
      '12 12 12 12 1',
      '10 10 10 10 3',
    ]);
    const [five] = await candles('AAPL', 'MINUTE_5', 1);
    expect(five).toEqual({
      symbol: 'AAPL',
      timeframe: 'MINUTE_5',
      periodStart: at('2024-03-10T20:00:00Z'),
      periodEnd: at('2024-03-10T20:05:00Z'),
      open: '11',
      high: '11',
      low: '9',
      close: '9',
      volume: '2',
      turnover: '20',
      firstTradeAt: at('2024-03-10T20:01:00Z'),
      lastTradeAt: at('2024-03-10T20:04:59Z'),
    });
    expect((await candles('AAPL', 'HOUR_1')).map(span)).toEqual([
      '03-10T20:00 03-10T21:00',
      '03-10T19:00 03-10T20:00',
      '03-08T20:30 03-08T21:00',
    ]);
    const days = await candles('AAPL', 'DAY_1');
    expect(days.map(prices)).toEqual(['12 12 9 9 3', '10 10 10 10 3']);
    // the tenth of March has 23 hours
    expect(days.map(span)).toEqual(['03-10T05:00 03-11T04:00', '03-08T05:00 03-09T05:00']);
    const windows = await candles('AAPL', 'DAY_3');
    expect(windows.map(prices)).toEqual(['10 12 9 9 6', '10 10 10 10 3']);
    expect(windows.map(span)).toEqual(['03-08T05:00 03-11T04:00', '03-08T05:00 03-09T05:00']);
    expect(await candles('MSFT', 'MINUTE_1')).toEqual([]);
  });

  it('M13 a late trade goes where it belongs, and may be the open or the close of its period', async () => {
    const { trade, candles } = await setUp();
    trade('BTC/USDT', '5', '2024-05-06T10:01:30Z');
    trade('BTC/USDT', '8', '2024-05-06T10:03:00Z');
    trade('BTC/USDT', '1', '2024-05-06T10:01:10Z');
    trade('BTC/USDT', '6', '2024-05-06T10:01:40Z');
    trade('BTC/USDT', '7', '2024-05-06T10:01:20Z');
    expect((await candles('BTC/USDT', 'MINUTE_1')).map(prices)).toEqual(['8 8 8 8 1', '1 7 1 6 4']);
    expect((await candles('BTC/USDT', 'DAY_1')).map(prices)).toEqual(['1 8 1 8 5']);
  });

  it('M13 there is none of a period that was priced in part', async () => {
    const bars = new MemoryTradeBars();
    const { trade, candles } = await setUp(new MemoryBus(), bars);
    bars.add('BTC/USDT', 'minute', at('2024-05-06T10:01Z'), amount('1', at('2024-05-06T10:01Z')));
    const [old] = bars.newestFirst('BTC/USDT', 'minute');
    if (old) bars.restore('OLD/USDT', 'minute', { ...old, prices: undefined });
    trade('OLD/USDT', '5', '2024-05-06T10:02:00Z');
    trade('OLD/USDT', '5', '2024-05-06T10:05:00Z');
    expect(await candles('OLD/USDT', 'MINUTE_1')).toHaveLength(2);
    expect((await candles('OLD/USDT', 'MINUTE_5')).map(span)).toEqual(['05-06T10:05 05-06T10:10']);
    expect(await candles('OLD/USDT', 'MINUTE_1', 1)).toHaveLength(1);
  });
});

describe('the newest trade of the candles', () => {
  const T = '2024-05-06T10:01:30Z';

  it('M14 is the one that was added last, whatever is under way and comes meanwhile', async () => {
    const memory = new MemoryBus();
    const slow: Bus = Object.create(memory, {
      isConnected: { get: () => true },
      onChange: { value: () => () => {} },
      latest: { value: (topic: string) => memory.latest(topic) },
      publish: {
        value: async (topic: string, payload: object) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          return memory.publish(topic, payload);
        },
      },
    });
    await memory.publish(tradeTopic('AAPL'), { symbol: 'AAPL', price: '0' });
    const { market, trade } = await setUp(slow);
    const read = async () => {
      const { candles, lastTrade } = await market.candles('AAPL', 'MINUTE_1', 1);
      return [candles[0]?.volume, lastTrade?.sequence];
    };
    // published by another instance before
    expect(await read()).toEqual([undefined, 1]);
    const reads: Promise<unknown[]>[] = [];
    for (let i = 0; i < 30; i += 1) {
      reads.push(read());
      trade('AAPL', '1', T);
      if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, i % 4));
    }
    const all = await Promise.all([...reads, read()]);
    // each trade has size 1, and is one more sequence after the first
    for (const [volume, sequence] of all) expect(sequence).toBe(Number(volume) + 1);
    expect(all.at(-1)).toEqual(['30', 31]);
    expect(new Set(all.map(([volume]) => volume)).size).toBeGreaterThan(3);
  });

  it('M14 is none that the bus refused', async () => {
    const memory = new MemoryBus();
    let refuses = false;
    const bus: Bus = Object.create(memory, {
      isConnected: { get: () => true },
      onChange: { value: () => () => {} },
      latest: { value: (topic: string) => memory.latest(topic) },
      publish: {
        value: async (topic: string, payload: object) => {
          if (refuses) throw new Error('refused');
          return memory.publish(topic, payload);
        },
      },
    });
    const { market, trade } = await setUp(bus);
    const last = async () => (await market.candles('AAPL', 'DAY_1', 1)).lastTrade?.sequence;
    expect(await last()).toBeUndefined();
    trade('AAPL', '1', T);
    refuses = true;
    trade('AAPL', '2', T);
    expect(await last()).toBe(1);
    const meanwhile = last();
    trade('AAPL', '2', T);
    expect(await meanwhile).toBe(1);
    refuses = false;
    trade('AAPL', '3', T);
    expect(await last()).toBe(2);
  });
});
