import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addressOf, networkOf } from '../../src/limits/address.ts';
import { Allowance } from '../../src/limits/allowance.ts';
import { Tally } from '../../src/limits/tally.ts';
import { WindowLimit } from '../../src/limits/window-limit.ts';

const onError = (error: unknown): never => {
  throw error;
};
const times = <T>(count: number, run: () => T): T[] => Array.from({ length: count }, run);

describe('rates', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('Q1 a connection may do so much at once, and gets it back evenly over 10 s', () => {
    const allowance = new Allowance(10);
    expect(times(10, () => allowance.take(10))).toEqual(times(10, () => 0));
    expect(allowance.take(10)).toBe(1000);
    vi.advanceTimersByTime(400);
    expect(allowance.take(10)).toBe(600);
    vi.advanceTimersByTime(600);
    expect(allowance.take(10)).toBe(0);
    expect(allowance.take(10)).toBe(1000);
    vi.advanceTimersByTime(60_000);
    expect(times(11, () => allowance.take(10)).filter((wait) => wait > 0)).toEqual([1000]);
  });

  it('Q1 a key may do so much in 10 s, and is told when it may again', () => {
    const limit = new WindowLimit({ most: 3, shared: undefined, onError });
    expect(times(3, () => limit.take('ada'))).toEqual([0, 0, 0]);
    vi.advanceTimersByTime(4000);
    expect(limit.take('ada')).toBe(6000);
    expect(limit.take('bob')).toBe(0);
    vi.advanceTimersByTime(6000);
    expect(limit.take('ada')).toBe(0);
  });

  it('Q4 the shared count hears of a part of the limit at a time, and of nothing that is refused', async () => {
    const told: number[] = [];
    const add = async (_key: string, count: number): Promise<number> => {
      told.push(count);
      return 0;
    };
    const limit = new WindowLimit({ most: 1000, shared: { add }, onError });
    for (let n = 0; n < 100_000; n += 1) limit.take('ada');
    expect(told).toEqual(times(20, () => 50));
  });

  it('Q4 when the others used up what there was, nothing more is let in until their window ends', async () => {
    const limit = new WindowLimit({ most: 100, shared: { add: async () => 2500 }, onError });
    expect(times(5, () => limit.take('ada'))).toEqual([0, 0, 0, 0, 0]);
    await vi.advanceTimersByTimeAsync(0);
    expect(limit.take('ada')).toBe(2500);
    vi.advanceTimersByTime(2500);
    expect(limit.take('ada')).toBe(0);
  });

  it('Q4 while the shared count does not answer, each instance keeps to the limit by itself', () => {
    const limit = new WindowLimit({ most: 40, shared: { add: () => new Promise(() => {}) }, onError });
    expect(times(50, () => limit.take('ada')).filter((wait) => wait === 0)).toHaveLength(40);
  });

  it('Q12 keys are forgotten with their window, and there are never more than a bound', () => {
    const limit = new WindowLimit({ most: 1, shared: undefined, keeps: 1000, onError });
    for (let n = 0; n < 5000; n += 1) limit.take(`key ${n}`);
    expect(limit.size).toBe(1000);
    expect(limit.take('key 4999')).toBeGreaterThan(0);
    vi.advanceTimersByTime(10_000);
    limit.take('another');
    expect(limit.size).toBe(1);
  });
});

describe('bounds', () => {
  it('Q3 Q12 so many at a time; who leaves makes space once, and leaves nothing behind', () => {
    const tally = new Tally(2);
    const first = tally.enter('ada');
    tally.enter('ada');
    expect(tally.enter('ada')).toBeUndefined();
    const other = tally.enter('bob');
    first?.();
    first?.();
    const again = tally.enter('ada');
    expect(again).toBeDefined();
    expect(tally.enter('ada')).toBeUndefined();
    other?.();
    expect(tally.size).toBe(1);
  });

  it('Q3 0 is no bound', () => {
    const tally = new Tally(0);
    expect(times(1000, () => tally.enter('ada')).every(Boolean)).toBe(true);
  });
});

describe('addresses', () => {
  const from = (forwardedFor: string | undefined, proxies: number): string =>
    addressOf({ remoteAddress: '::ffff:10.0.0.1', forwardedFor }, proxies);

  it.each([
    [undefined, 0, '10.0.0.1'],
    ['1.2.3.4', 0, '10.0.0.1'],
    ['1.2.3.4', 1, '1.2.3.4'],
    ['6.6.6.6, 1.2.3.4', 1, '1.2.3.4'],
    ['6.6.6.6, 1.2.3.4, 10.0.0.9', 2, '1.2.3.4'],
    ['1.2.3.4', 3, '1.2.3.4'],
    ['1.2.3.4:5678', 1, '1.2.3.4'],
    ['[2001:db8::1]:443', 1, '2001:db8::1'],
    ['2001:db8::1', 1, '2001:db8::1'],
    ['unknown', 1, '10.0.0.1'],
    ['', 1, '10.0.0.1'],
    [undefined, 1, '10.0.0.1'],
  ])('Q5 X-Forwarded-For %j behind %d proxies is %s', (header, proxies, address) => {
    expect(from(header, proxies)).toBe(address);
  });

  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['2001:db8:0:1:aaaa:bbbb:cccc:dddd', '2001:db8:0:1::/64'],
    ['2001:DB8:0000:0001::9', '2001:db8:0:1::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('Q5 %s is counted as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
