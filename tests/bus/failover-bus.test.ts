import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BusEvent } from '../../src/bus/bus.ts';
import type { FailoverBus } from '../../src/bus/failover-bus.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { openFailoverBus, openRedisBus } from '../support/redis-bus.ts';
import { busContract } from './bus.contract.ts';

const values = (events: readonly BusEvent[]): unknown[] =>
  events.map(({ payload }) => (payload as { n: number }).n);
const whole = (bus: FailoverBus, isWhole: boolean) =>
  expect.poll(() => bus.isWhole, { timeout: 10_000, interval: 5 }).toBe(isWhole);

describe('over a Redis that stays', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  busContract('Redis with failover', {
    open: (historyLength) => openFailoverBus(redis.url, { prefix: randomUUID(), historyLength }),
  });
});

describe('over a Redis that goes away', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it('B9 goes on within the process while Redis is away, and between processes when it is back', {
    timeout: 30_000,
  }, async () => {
    await using a = await openFailoverBus(redis.url);
    await using b = await openFailoverBus(redis.url);
    const heard: { a: BusEvent[]; b: BusEvent[] } = { a: [], b: [] };
    await a.subscribe('t', (event) => heard.a.push(event));
    await b.subscribe('t', (event) => heard.b.push(event));
    const announced: unknown[] = [];
    await a.listen('t', (payload) => announced.push(payload));
    await a.publish('t', { n: 1 });
    await expect.poll(() => values(heard.b)).toEqual([1]);

    await redis.kill();
    const changes: boolean[] = [];
    a.onChange((isWhole) => {
      changes.push(isWhole);
      // heard in the moment of the change: this is told to everybody again
      if (isWhole) void a.publish('t', { n: 100 });
    });
    // under way when it is noticed, and after
    await Promise.all([2, 3, 4].map((n) => a.publish('t', { n })));
    expect(a.isWhole).toBe(false);
    expect(values(heard.a)).toEqual([1, 2, 3, 4]);
    expect(new Set(heard.a.map(({ epoch }) => epoch)).size).toBe(2);
    expect(await a.latest('t')).toEqual(heard.a.at(-1));
    expect((await a.history('t')).events).toEqual(heard.a.slice(1));
    await expect(a.announce('t', { m: 1 })).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(announced).toEqual([{ m: 1 }]);
    // subscribed meanwhile: heard once it is back
    await whole(b, false);
    const late: BusEvent[] = [];
    await b.subscribe('late', (event) => late.push(event));

    await redis.restart();
    await whole(a, true);
    await whole(b, true);
    expect(changes).toEqual([false, true]);
    await expect.poll(() => values(heard.b)).toEqual([1, 100]);
    await a.publish('late', { n: 5 });
    await a.announce('t', { m: 2 });
    await expect.poll(() => values(late)).toContain(5);
    await expect.poll(() => announced).toEqual([{ m: 1 }, { m: 2 }]);
  });

  it('B9 takes a Redis that does not answer for one that is away', { timeout: 30_000 }, async () => {
    await using bus = await openFailoverBus(redis.url, { prefix: randomUUID() });
    const heard: BusEvent[] = [];
    await bus.subscribe('t', (event) => heard.push(event));
    redis.pause();
    try {
      await bus.publish('t', { n: 1 });
      expect(bus.isWhole).toBe(false);
      expect(values(heard)).toEqual([1]);
    } finally {
      redis.resume();
    }
    await whole(bus, true);
    await bus.publish('t', { n: 2 });
    await expect.poll(() => values(heard).at(-1)).toBe(2);
  });

  it('B9 fetches what was published by others while it alone was cut off', { timeout: 30_000 }, async () => {
    const prefix = randomUUID();
    await using a = await openRedisBus(redis.url, { prefix });
    await using b = await openFailoverBus(redis.url, { prefix });
    const heard: BusEvent[] = [];
    await b.subscribe('t', (event) => heard.push(event));
    await a.publish('t', { n: 1 });
    await expect.poll(() => values(heard)).toEqual([1]);
    const { Redis } = await import('ioredis');
    const admin = new Redis(redis.url);
    await admin.client('KILL', 'TYPE', 'PUBSUB');
    for (let n = 2; n <= 50; n += 1) await a.publish('t', { n });
    admin.disconnect();
    await expect.poll(() => values(heard)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it('B9 starts without Redis, and uses it once it is there', { timeout: 30_000 }, async () => {
    await redis.kill();
    await using bus = await openFailoverBus(redis.url);
    await whole(bus, false);
    const heard: BusEvent[] = [];
    await bus.subscribe('t', (event) => heard.push(event));
    await bus.publish('t', { n: 1 });
    await redis.restart();
    await whole(bus, true);
    await using other = await openRedisBus(redis.url);
    await other.publish('t', { n: 2 });
    await expect.poll(() => values(heard)).toEqual([1, 2]);
  });
});
