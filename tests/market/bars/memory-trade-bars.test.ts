import { describe, expect, it } from 'vitest';
import { MemoryTradeBars } from '../../../src/market/bars/memory-trade-bars.ts';
import { amount, tradeBarsContract } from './trade-bars.contract.ts';

tradeBarsContract('the memory', async () => new MemoryTradeBars());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('bars in memory', () => {
  const starts = (bars: MemoryTradeBars, length: 'minute' | 'day'): number[] =>
    [...bars.newestFirst('A', length)].map(({ start }) => start);

  it('are bounded, and an hour goes as a whole', () => {
    const bars = new MemoryTradeBars({ mostMinutes: 120 });
    for (let minute = 0; minute < 150; minute += 1) {
      bars.add('A', 'minute', minute * MINUTE, amount('1'));
      const kept = starts(bars, 'minute');
      expect(kept.length).toBeLessThanOrEqual(120);
      expect((kept.at(-1) ?? 0) % HOUR).toBe(0);
    }
    expect(starts(bars, 'minute')).toHaveLength(90);
    expect(bars.isComplete('A', 'minute')).toBe(false);
    bars.add('A', 'minute', 5 * MINUTE, amount('1'));
    expect(starts(bars, 'minute')).toHaveLength(90);
  });

  it('take no late trade of what they dropped, but one of what they keep', () => {
    const bars = new MemoryTradeBars({ mostDays: 2 });
    for (const day of [0, 2, 4]) bars.add('A', 'day', day * DAY, amount('1'));
    bars.add('A', 'day', 0, amount('1'));
    expect(starts(bars, 'day')).toEqual([4 * DAY, 2 * DAY]);
    bars.add('A', 'day', 2 * DAY, amount('5'));
    expect([...bars.newestFirst('A', 'day')].map(({ turnover }) => turnover.toFixed())).toEqual(['1', '6']);
    bars.add('A', 'day', 3 * DAY, amount('1'));
    expect(starts(bars, 'day')).toEqual([4 * DAY, 3 * DAY]);
  });
});
