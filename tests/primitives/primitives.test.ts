import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backoffMs } from '../../src/primitives/backoff.ts';
import { BoundedMap } from '../../src/primitives/bounded-map.ts';
import { Recheck } from '../../src/primitives/recheck.ts';
import { WriteBehind } from '../../src/primitives/write-behind.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

it('H6 pauses between attempts double up to a maximum, each at random within a quarter of it', () => {
  const drawn = (failures: number) =>
    Array.from({ length: 200 }, () => backoffMs(failures, { firstMs: 100, maxMs: 1000 }));
  for (const [failures, ms] of [
    [1, 100],
    [2, 200],
    [4, 800],
    [5, 1000],
    [99, 1000],
  ] as const) {
    expect(Math.min(...drawn(failures))).toBeGreaterThanOrEqual(ms * 0.75);
    expect(Math.max(...drawn(failures))).toBeLessThanOrEqual(ms * 1.25);
    expect(new Set(drawn(failures)).size).toBeGreaterThan(100);
  }
});

it('H6 a bounded map drops its oldest entry, and an entry that is set again is the newest', () => {
  const map = new BoundedMap<string, number>(2);
  expect([map.set('a', 1), map.set('b', 2), map.set('a', 3), map.set('c', 4)]).toEqual([
    undefined,
    undefined,
    undefined,
    'b',
  ]);
  expect([...map]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
  expect([map.size, map.get('b'), map.delete('a'), map.delete('a')]).toEqual([2, undefined, true, false]);
});

describe('H6 writing behind', () => {
  it('gathers changes, runs one write at a time, and repeats a failed one', async () => {
    const waiting = new Set<string>();
    const written: string[][] = [];
    const errors: unknown[] = [];
    let running = 0;
    let fails = false;
    const writes = new WriteBehind({
      write: async () => {
        running += 1;
        expect(running).toBe(1);
        const some = [...waiting];
        await new Promise((resolve) => setTimeout(resolve, 50));
        running -= 1;
        if (fails) throw new Error('away');
        for (const one of some) waiting.delete(one);
        written.push(some);
      },
      delayMs: 100,
      retryMs: 1000,
      onError: (error) => errors.push(error),
    });
    const put = (...values: string[]): void => {
      for (const value of values) waiting.add(value);
      writes.request();
    };
    put('a');
    put('b');
    await vi.advanceTimersByTimeAsync(120);
    put('c');
    await vi.advanceTimersByTimeAsync(200);
    expect(written).toEqual([['a', 'b'], ['c']]);
    fails = true;
    put('d');
    await vi.advanceTimersByTimeAsync(1000);
    expect([errors.length, written.length]).toEqual([1, 2]);
    fails = false;
    await vi.advanceTimersByTimeAsync(300);
    expect(written.at(-1)).toEqual(['d']);
    put('e');
    const disposed = writes[Symbol.asyncDispose]();
    await vi.advanceTimersByTimeAsync(60);
    await disposed;
    expect(written.at(-1)).toEqual(['e']);
  });

  it('reports a failure of the last write and leaves no timer', async () => {
    const errors: unknown[] = [];
    const writes = new WriteBehind({
      write: async () => {
        throw new Error('away');
      },
      delayMs: 100,
      onError: (error) => errors.push(error),
    });
    writes.request();
    await expect(writes.flush()).rejects.toThrow('away');
    await writes[Symbol.asyncDispose]();
    expect(errors).toHaveLength(1);
  });
});

it('H6 a recheck runs once for many requests, again after a failure, and not after its end', async () => {
  let checks = 0;
  const errors: unknown[] = [];
  const recheck = new Recheck({
    check: async () => {
      checks += 1;
      if (checks === 1) throw new Error('away');
    },
    onError: (error) => errors.push(error),
  });
  for (let i = 0; i < 10; i += 1) recheck.request();
  await vi.advanceTimersByTimeAsync(5000);
  expect([checks, errors.length]).toEqual([2, 1]);
  recheck.request();
  recheck[Symbol.dispose]();
  recheck.request();
  await vi.advanceTimersByTimeAsync(5000);
  expect(checks).toBe(2);
});
