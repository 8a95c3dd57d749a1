import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TradeForwarder } from '../../../src/market/cluster/trade-forwarder.ts';
import type { TradeState } from '../../../src/market/events/market-state.ts';

const TOPIC = 'trade:AAPL';
const trades = [{ id: 'a' }, { id: 'b' }] as unknown as readonly TradeState[];

describe('trades of an outage that a new leader must take', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function setUp(answers: readonly boolean[]) {
    const asked: unknown[] = [];
    const failed: unknown[] = [];
    const errors: unknown[] = [];
    const forwarder = new TradeForwarder({
      ask: async (given) => {
        const isTaken = answers[asked.length] ?? false;
        asked.push(given);
        if (!isTaken) throw new Error('nobody leads');
      },
      onFailed: (topic, count) => failed.push([topic, count]),
      onError: (error) => errors.push(error),
    });
    return { asked, failed, errors, forwarder };
  }

  it('X12 are offered again until they are taken, and only trades are', async () => {
    const { asked, failed, errors, forwarder } = setUp([false, false, true]);
    forwarder.forward('quote:AAPL', trades);
    forwarder.forward(TOPIC, trades);
    await vi.runAllTimersAsync();
    expect(asked).toEqual([trades, trades, trades]);
    expect(errors).toHaveLength(2);
    expect(failed).toEqual([]);
  });

  it('X12 are reported as lost when no instance has taken them for ten minutes, and not before', async () => {
    const { asked, failed, forwarder } = setUp([]);
    forwarder.forward(TOPIC, trades);
    await vi.advanceTimersByTimeAsync(9 * 60_000);
    expect(failed).toEqual([]);
    await vi.runAllTimersAsync();
    expect(asked.length).toBeGreaterThan(10);
    expect(failed).toEqual([[TOPIC, 2]]);
  });

  it('X12 are bounded: those beyond are reported as lost at once', async () => {
    const { failed, forwarder } = setUp([]);
    const many = Array.from({ length: 60_000 }, () => trades[0]);
    forwarder.forward(TOPIC, many);
    forwarder.forward('trade:MSFT', many);
    expect(failed).toEqual([['trade:MSFT', 60_000]]);
    forwarder[Symbol.dispose]();
  });

  it('X12 are reported as lost when the process stops before they were taken', async () => {
    const { failed, forwarder } = setUp([]);
    forwarder.forward(TOPIC, trades);
    await vi.advanceTimersByTimeAsync(10);
    forwarder[Symbol.dispose]();
    expect(failed).toEqual([[TOPIC, 2]]);
    await vi.runAllTimersAsync();
    expect(failed).toHaveLength(1);
  });
});
