import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bus, BusEvent } from '../../src/bus/bus.ts';
import type { FailoverBus } from '../../src/bus/failover/failover-bus.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { openFailoverBus, openRedisBus } from '../support/redis-bus.ts';
import { busContract } from './bus.contract.ts';

const values = (events: readonly BusEvent[]): unknown[] =>
  events.map(({ payload }) => (payload as { n: number }).n);
/** What is heard on a topic from now on. */
async function hearing(bus: Pick<Bus, 'subscribe'>, topic: string): Promise<BusEvent[]> {
  const heard: BusEvent[] = [];
  await bus.subscribe(topic, (event) => heard.push(event));
  return heard;
}
const whole = (bus: FailoverBus, isConnected: boolean) =>
  expect.poll(() => bus.isConnected, { timeout: 10_000, interval: 5 }).toBe(isConnected);

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
    a.onChange((isConnected) => {
      changes.push(isConnected);
      // heard in the moment of the change: this is told to everybody again
      if (isConnected) void a.publish('t', { n: 100 });
    });
    // under way when it is noticed, and after
    await Promise.all([2, 3, 4].map((n) => a.publish('t', { n })));
    expect(a.isConnected).toBe(false);
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

  it('B9 B13 takes a Redis that does not answer for one that is away, and what it took meanwhile is told once', {
    timeout: 30_000,
  }, async () => {
    const prefix = randomUUID();
    const lost: unknown[] = [];
    await using bus = await openFailoverBus(redis.url, {
      prefix,
      onLost: (...what) => lost.push(what),
    });
    await using other = await openRedisBus(redis.url, { prefix });
    const heard: BusEvent[] = [];
    await bus.subscribe('t', (event) => heard.push(event));
    const each = { own: await hearing(bus, 'each'), there: await hearing(other, 'each') };
    const shared = { own: await hearing(bus, 'shared'), there: await hearing(other, 'shared') };
    const publish = (topic: string, n: number) => bus.publish(topic, { n }, { lossless: true });
    for (const topic of ['each', 'shared']) await publish(topic, 1);
    await expect.poll(() => [each.own.length, shared.own.length]).toEqual([1, 1]);
    redis.pause();
    try {
      // under way: Redis has them as soon as it goes on
      const elsewhere = other.publish('shared', { n: 9 }).catch(() => {});
      const underWay = [2, 3].map((n) => publish('each', n));
      await bus.publish('t', { n: 1 });
      expect(bus.isConnected).toBe(false);
      expect(values(heard)).toEqual([1]);
      await Promise.all([...underWay, publish('each', 4), publish('shared', 2), publish('shared', 3)]);
      await elsewhere;
    } finally {
      redis.resume();
    }
    await whole(bus, true);
    await bus.publish('t', { n: 2 });
    for (const topic of ['each', 'shared']) await publish(topic, 5);
    await expect.poll(() => values(heard).at(-1)).toBe(2);
    await expect.poll(() => values(each.there)).toEqual([1, 2, 3, 4, 5]);
    await expect.poll(() => values(each.own)).toEqual([1, 2, 3, 4, 5]);
    // where somebody else published too, it is lost and seen to be
    await expect.poll(() => values(shared.there)).toEqual([1, 9, 5]);
    await expect.poll(() => values(shared.own)).toEqual([1, 2, 3, 9, 5]);
    expect(shared.there.map(({ lostFrom }) => lostFrom)).toEqual([undefined, undefined, 3]);
    expect(each.there.some(({ lostFrom }) => lostFrom)).toBe(false);
    expect(lost).toEqual([['shared', 2]]);
  });

  it('B13 hands in what each listener must hear, once and in order, however often Redis goes away', {
    timeout: 30_000,
  }, async () => {
    const prefix = randomUUID();
    const lost: unknown[] = [];
    await using a = await openFailoverBus(redis.url, { prefix, onLost: (...what) => lost.push(what) });
    await using b = await openFailoverBus(redis.url, { prefix });
    const heard = { a: await hearing(a, 't'), b: await hearing(b, 't') };
    const many = { a: await hearing(a, 'many'), b: await hearing(b, 'many') };
    let n = 0;
    const told = () => Array.from({ length: n }, (_, i) => i + 1);
    const publish = () => {
      n += 1;
      return a.publish('t', { n }, { lossless: true });
    };
    await publish();
    await a.publish('many', { n: 0 }, { lossless: true });
    const before = await publish();
    await expect.poll(() => [values(heard.a), values(heard.b)]).toEqual([told(), told()]);
    let returns = 0;
    a.onChange((isConnected) => {
      if (!isConnected) return;
      returns += 1;
      // newer than what is being handed in; and the first time Redis is gone before it has that
      void publish();
      if (returns === 1) void redis.kill();
    });

    await redis.kill();
    // under way when it is noticed, and after
    await Promise.all([publish(), publish(), publish()]);
    const during = await publish();
    for (const [place, count] of [
      [before, 2],
      [during, 6],
    ] as const) {
      expect(values((await a.history('t', place)).events)).toEqual(told().slice(count));
    }
    for (let i = 1; i <= 1100; i += 1) await a.publish('many', { n: i }, { lossless: true });
    await redis.restart();
    await expect.poll(() => returns, { timeout: 10_000, interval: 5 }).toBe(1);
    await whole(a, false);
    await publish();
    await redis.restart();
    await whole(a, true);
    await publish();
    await expect.poll(() => [values(heard.a), values(heard.b)], { timeout: 5000 }).toEqual([told(), told()]);
    expect(heard.b.some(({ lostFrom }) => lostFrom)).toBe(false);
    // whoever knows a place from before, or from within, goes on from there, anywhere
    await whole(b, true);
    for (const bus of [a, b]) {
      for (const [place, count] of [
        [before, 2],
        [during, 6],
      ] as const) {
        expect(values((await bus.history('t', place)).events)).toEqual(told().slice(count));
      }
    }
    // more than is kept: the newest of it, and the hole is told
    expect(values(many.a)).toEqual(Array.from({ length: 1101 }, (_, i) => i));
    await expect.poll(() => many.b.length).toBe(1 + 1024);
    expect(many.b[1]).toMatchObject({ payload: { n: 77 }, sequence: 77, lostFrom: 1 });
    expect(values(many.b)).toEqual([0, ...Array.from({ length: 1024 }, (_, i) => 77 + i)]);
    expect(lost).toEqual([['many', 76]]);
    expect(await b.history('many', many.a[0])).toEqual({ complete: false, events: [] });

    // and the next outage is another one
    await redis.kill();
    await Promise.all([publish(), publish()]);
    await redis.restart();
    await whole(a, true);
    await expect.poll(() => [values(heard.a), values(heard.b)], { timeout: 5000 }).toEqual([told(), told()]);
    expect(heard.b.some(({ lostFrom }) => lostFrom)).toBe(false);
  });

  it('B17 says that events may be missing when a publisher dies with what it could not hand in', {
    timeout: 30_000,
  }, async () => {
    await using reader = await openFailoverBus(redis.url);
    const topic = randomUUID();
    const heard = await hearing(reader, topic);
    const first = await openFailoverBus(redis.url);
    for (const n of [1, 2]) await first.publish(topic, { n }, { lossless: true });
    await expect.poll(() => values(heard)).toEqual([1, 2]);
    await redis.kill();
    await whole(first, false);
    await first.publish(topic, { n: 3 }, { lossless: true });
    await first[Symbol.asyncDispose]();
    await redis.restart();
    await whole(reader, true);
    await using next = await openFailoverBus(redis.url);
    for (const n of [4, 5]) await next.publish(topic, { n }, { lossless: true });
    await expect.poll(() => values(heard)).toEqual([1, 2, 4, 5]);
    expect(heard.map(({ isRestarted }) => isRestarted)).toEqual([undefined, undefined, true, undefined]);
  });

  it('B17 says so, too, when the next publisher begins while Redis is away', {
    timeout: 30_000,
  }, async () => {
    await using reader = await openFailoverBus(redis.url);
    await using next = await openFailoverBus(redis.url);
    const topic = randomUUID();
    const heard = { reader: await hearing(reader, topic), next: await hearing(next, topic) };
    const first = await openFailoverBus(redis.url);
    for (const n of [1, 2]) await first.publish(topic, { n }, { lossless: true, token: 1 });
    await expect
      .poll(() => [values(heard.reader), values(heard.next)])
      .toEqual([
        [1, 2],
        [1, 2],
      ]);
    await redis.kill();
    await whole(first, false);
    await whole(next, false);
    await first.publish(topic, { n: 3 }, { lossless: true, token: 1 });
    await first[Symbol.asyncDispose]();
    for (const n of [4, 5]) await next.publish(topic, { n }, { lossless: true, token: 2 });
    await redis.restart();
    await whole(reader, true);
    await whole(next, true);
    await next.publish(topic, { n: 6 }, { lossless: true, token: 2 });
    for (const events of [heard.next, heard.reader]) {
      await expect.poll(() => values(events), { timeout: 5000 }).toEqual([1, 2, 4, 5, 6]);
      expect(events.map(({ isRestarted = false }) => isRestarted)).toEqual([
        false,
        false,
        true,
        false,
        false,
      ]);
    }
  });

  it('B17 says so, too, when the first event of the next publisher was under way as Redis went away', {
    timeout: 30_000,
  }, async () => {
    await using reader = await openFailoverBus(redis.url);
    await using next = await openFailoverBus(redis.url);
    const topic = randomUUID();
    const heard = { reader: await hearing(reader, topic), next: await hearing(next, topic) };
    await using first = await openFailoverBus(redis.url);
    await first.publish(topic, { n: 1 }, { lossless: true, token: 1 });
    await expect.poll(() => [values(heard.reader), values(heard.next)]).toEqual([[1], [1]]);
    const killed = redis.kill();
    const published = next.publish(topic, { n: 2 }, { lossless: true, token: 2 });
    await killed;
    await published;
    await redis.restart();
    for (const bus of [reader, next]) await whole(bus, true);
    await next.publish(topic, { n: 3 }, { lossless: true, token: 2 });
    for (const events of [heard.next, heard.reader]) {
      await expect.poll(() => values(events), { timeout: 5000 }).toEqual([1, 2, 3]);
      // it was taken by Redis in time, or it may be missing something
      const isSame = events[1]?.epoch === events[0]?.epoch;
      expect(events.map(({ isRestarted = false }) => isRestarted)).toEqual([false, !isSame, isSame]);
    }
  });

  it('B17 says so, too, when the publisher was refused before Redis went away', {
    timeout: 30_000,
  }, async () => {
    await using publisher = await openFailoverBus(redis.url);
    await whole(publisher, true);
    const topic = randomUUID();
    const heard = await hearing(publisher, topic);
    await publisher.publish(topic, { n: 1 }, { lossless: true, token: 1 });
    await publisher.raise([topic], 2);
    const refused = publisher.publish(topic, { n: 2 }, { lossless: true, token: 1 });
    await expect(refused).rejects.toMatchObject({ details: { reason: 'LEADER_CHANGED' } });
    await redis.kill();
    await whole(publisher, false);
    await publisher.publish(topic, { n: 3 }, { lossless: true, token: 1 });
    await expect.poll(() => values(heard)).toEqual([1, 3]);
    expect(heard.map(({ isRestarted }) => isRestarted)).toEqual([undefined, true]);
    await redis.restart();
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
