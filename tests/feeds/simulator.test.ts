import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryBus } from '../../src/bus/memory/memory-bus.ts';
import { createSimulator, type SimulatorOptions } from '../../src/feeds/simulator/simulator.ts';
import { MemoryTradeBars } from '../../src/market/bars/memory-trade-bars.ts';
import type { MarketSink } from '../../src/market/events/market-event.ts';
import { Market } from '../../src/market/market.ts';
import { RecordingSink } from './recording-sink.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function simulate<S extends MarketSink>(
  sink: S,
  seconds: number,
  options?: SimulatorOptions,
): Promise<S> {
  const stop = new AbortController();
  const running = createSimulator(options).run({ sink, signal: stop.signal, onAlive: () => {} });
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  stop.abort();
  await running;
  return sink;
}

const shape = ({ trades, books }: RecordingSink) =>
  JSON.stringify([trades, books].flat(), (key, value) => (key === 'exchangeTime' ? undefined : value));

describe('the simulator', () => {
  it('D2 makes the same market of the same seed, and another of another', async () => {
    const [a, b, c] = [
      await simulate(new RecordingSink(), 5, { seed: 7 }),
      await simulate(new RecordingSink(), 5, { seed: 7 }),
      await simulate(new RecordingSink(), 5, { seed: 8 }),
    ];
    expect(a.trades.length).toBeGreaterThan(50);
    expect(shape(a)).toBe(shape(b));
    expect(shape(a)).not.toBe(shape(c));
  });

  it('D2 keeps its rate, from one event a second to 1,000 a symbol', async () => {
    const slow = await simulate(new RecordingSink(), 30, { eventsPerSecond: 1, symbols: ['AAPL', 'MSFT'] });
    // every event changes the book, trades too
    expect(slow.outcomes.length).toBeGreaterThanOrEqual(58);
    expect(slow.outcomes.length).toBeLessThanOrEqual(60);
    const fast = await simulate(new RecordingSink(), 3, { eventsPerSecond: 1000, symbols: ['AAPL'] });
    expect(fast.outcomes.length).toBeGreaterThan(2950);
  });

  it('D2 reports books that the keeper accepts, never crossed, on ticks, ten levels deep', async () => {
    const sink = await simulate(new RecordingSink(), 60, { eventsPerSecond: 50 });
    expect(sink.count('applied')).toBe(sink.outcomes.length);
    expect(sink.books).toHaveLength(20);
    for (const { bids, asks } of sink.books) {
      expect(bids.length).toBeGreaterThanOrEqual(10);
      expect(Math.max(...bids.map(({ price }) => Number(price)))).toBeLessThan(
        Math.min(...asks.map(({ price }) => Number(price))),
      );
    }
    for (const { price } of sink.trades) expect(price).toMatch(/^\d+\.\d\d$/);
  });

  it('D2 trades in every bucket of fund flow, in and out', async () => {
    await using bus = new MemoryBus();
    await using market = new Market({ bus, bars: new MemoryTradeBars(), onError: () => {} });
    await simulate(market, 120, { eventsPerSecond: 20, symbols: ['000001'] });
    const flow = market.fundFlow('000001', 'DAY_1');
    for (const part of ['superLarge', 'large', 'medium', 'small'] as const) {
      expect(Number(flow[part].inflow), part).toBeGreaterThan(0);
      expect(Number(flow[part].outflow), part).toBeGreaterThan(0);
    }
  });

  it('D2 leaves no timer behind', async () => {
    await simulate(new RecordingSink(), 1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
