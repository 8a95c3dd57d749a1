import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BusEvent } from '../../src/bus/bus.ts';
import type { RedisBus } from '../../src/bus/redis/redis-bus.ts';
import { topicKeys } from '../../src/bus/redis/topic-keys.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { openRedisBus } from '../support/redis-bus.ts';
import { fencingContract } from './fencing.contract.ts';

describe('on a real Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  const open = (prefix: string, historyLength = 1024): Promise<RedisBus> =>
    openRedisBus(redis.url, { prefix, historyLength });
  const values = (events: readonly BusEvent[]): unknown[] =>
    events.map(({ payload }) => (payload as { n: number }).n);

  fencingContract('Redis', () => redis.url);

  it('B6 carries events and announcements between instances, numbered once for all', async () => {
    const prefix = randomUUID();
    await using a = await open(prefix);
    await using b = await open(prefix);
    await using foreign = await open(randomUUID());
    const heard: { a: BusEvent[]; b: BusEvent[]; foreign: BusEvent[] } = { a: [], b: [], foreign: [] };
    await a.subscribe('t', (event) => heard.a.push(event));
    await b.subscribe('t', (event) => heard.b.push(event));
    await foreign.subscribe('t', (event) => heard.foreign.push(event));
    const announced: unknown[] = [];
    await b.listen('t', (payload) => announced.push(payload));
    await Promise.all(Array.from({ length: 100 }, (_, n) => (n % 2 ? a : b).publish('t', { n })));
    await a.announce('t', { hello: '漢字' });
    await expect.poll(() => [heard.a.length, heard.b.length]).toEqual([100, 100]);
    expect(heard.a).toEqual(heard.b);
    expect(heard.a.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    await expect.poll(() => announced).toEqual([{ hello: '漢字' }]);
    expect(heard.foreign).toEqual([]);
    expect(await b.latest('t')).toEqual(heard.a.at(-1));
  });

  it('X13 an event of a newer format is a gap, reported once, and not misread', async () => {
    const prefix = randomUUID();
    const errors: unknown[] = [];
    await using bus = await openRedisBus(redis.url, { prefix, onError: (error) => errors.push(error) });
    const heard: BusEvent[] = [];
    await bus.subscribe('t', (event) => heard.push(event));
    const { epoch } = await bus.publish('t', { n: 1 });
    const { position, history, channel } = topicKeys(prefix, 't');
    const commands = new Redis(redis.url);
    try {
      for (const sequence of [2, 3]) {
        const event = JSON.stringify({ v: 2, epoch, sequence, payload: ['n', sequence] });
        await commands
          .multi()
          .hset(position, 'sequence', sequence)
          .rpush(history, event)
          .publish(channel, event)
          .exec();
      }
    } finally {
      commands.disconnect();
    }
    await bus.publish('t', { n: 4 });
    await expect.poll(() => values(heard)).toEqual([1, 4]);
    expect(heard[1]).toMatchObject({ sequence: 4, lostFrom: 2 });
    expect(await bus.history('t')).toMatchObject({ complete: false });
    expect(errors.map(String)).toEqual([
      expect.stringContaining('An event of t has format 2; this build reads up to 1.'),
    ]);
  });

  it('B6 subscribes once to a topic, however many listen', async () => {
    const prefix = randomUUID();
    await using bus = await open(prefix);
    await using other = await open(prefix);
    const heard: number[] = [];
    const stops = await Promise.all(
      Array.from({ length: 50 }, (_, n) => bus.subscribe('t', () => heard.push(n))),
    );
    await other.publish('t', { n: 1 });
    await expect.poll(() => heard.length).toBe(50);
    for (const stop of stops) stop();
    const again: BusEvent[] = [];
    await bus.subscribe('t', (event) => again.push(event));
    await other.publish('t', { n: 2 });
    await expect.poll(() => values(again)).toEqual([2]);
    expect(heard.length).toBe(50);
  });

  it('B12 ends a subscription by nothing that Valkey refuses', async () => {
    await using bus = await open(randomUUID());
    const { Redis } = await import('ioredis');
    const admin = new Redis(redis.url);
    await admin.config('RESETSTAT');
    const stop = await bus.listen('t', () => {});
    stop();
    const calls = async () => String(await admin.info('commandstats'));
    await expect.poll(calls).toContain('cmdstat_unsubscribe');
    expect(await calls()).not.toContain('cmdstat_punsubscribe');
    admin.disconnect();
  });

  it('B7 is SERVICE_UNAVAILABLE while Redis is away, and hears again by itself in a new epoch', {
    timeout: 20_000,
  }, async () => {
    const own = await startRedis();
    try {
      await using a = await openRedisBus(own.url);
      await using b = await openRedisBus(own.url);
      const heard: BusEvent[] = [];
      const announced: unknown[] = [];
      await b.subscribe('t', (event) => heard.push(event));
      await b.listen('t', (payload) => announced.push(payload));
      const first = await a.publish('t', { n: 1 });
      await expect.poll(() => values(heard)).toEqual([1]);
      await own.kill();
      await expect(a.publish('t', { n: 2 })).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      await expect(a.latest('t')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      await expect(a.announce('t', {})).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      await own.restart();
      await expect
        .poll(() => a.publish('t', { n: 3 }).then(({ epoch }) => epoch !== first.epoch, String), {
          timeout: 10_000,
        })
        .toBe(true);
      await expect
        .poll(
          async () => {
            await a.publish('t', { n: 4 }).catch(() => {});
            await a.announce('t', { n: 5 }).catch(() => {});
            return values(heard).includes(4) && announced.length > 0;
          },
          { timeout: 10_000 },
        )
        .toBe(true);
      const epochs = heard.map(({ epoch }) => epoch);
      expect(new Set(epochs).size).toBe(2);
    } finally {
      await own.stop();
    }
  });

  it('B13 takes in once what one process published meanwhile, however often it is handed in', async () => {
    const prefix = randomUUID();
    await using bus = await open(prefix);
    await using other = await open(prefix);
    const heard: BusEvent[] = [];
    await other.subscribe('t', (event) => heard.push(event));
    const published: BusEvent[] = [];
    for (let n = 1; n <= 4; n += 1) published.push(await bus.publish('t', { n }));
    const own = (from: number, to: number): BusEvent[] =>
      Array.from({ length: to - from + 1 }, (_, i) => ({
        topic: 't',
        epoch: 'own',
        sequence: from + i - 2,
        payload: { n: from + i },
      }));
    // answers to 3 and 4 did not come: they are handed in too, with 5 and 6
    const left = published[1];
    const handIn = (from: number, to: number) =>
      bus.handIn('t', { events: own(from, to), left, underWay: 2 });
    expect(await handIn(3, 6)).toBe(4);
    expect(await handIn(3, 6)).toBe(4);
    expect(await bus.publish('t', { n: 7 })).toMatchObject({ epoch: 'own', sequence: 5 });
    // as is 8, if nobody has heard of the answer
    expect(await handIn(3, 8)).toBe(6);
    await bus.publish('t', { n: 9 });
    await expect.poll(() => values(heard)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(heard.some(({ lostFrom }) => lostFrom)).toBe(false);
    const since = async (place: { epoch: string; sequence: number } | undefined) =>
      values((await other.history('t', place)).events);
    for (const n of [1, 2, 3, 4]) expect((await since(published[n - 1]))[0]).toBe(n + 1);
    expect(await since({ epoch: 'own', sequence: 3 })).toEqual([6, 7, 8, 9]);
    expect(await since(undefined)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // what nobody left there is somebody else's
    expect(await bus.handIn('t', { events: own(3, 4), left, underWay: 2 })).toBe(2);
    const foreign = own(3, 4).map((event) => ({ ...event, epoch: 'foreign' }));
    expect(await bus.handIn('t', { events: foreign, left, underWay: 2 })).toBe(0);
    await bus.publish('t', { n: 10 });
    await expect.poll(() => values(heard).at(-1)).toBe(10);
    expect(heard.at(-1)?.lostFrom).toBe(8);
    // however little it is: the number alone does not say whose it is
    const [u, v] = [await bus.publish('u', { n: 1 }), await bus.publish('v', { n: 1 })];
    await bus.publish('u', { n: 9 });
    expect(await bus.handIn('u', { events: own(3, 4), left: u, underWay: 1 })).toBe(0);
    // a hole is one for those who come back too
    expect(await bus.handIn('v', { events: own(5, 6), left: v, underWay: 0 })).toBe(2);
    for (const place of [v, { epoch: 'own', sequence: 1 }]) {
      expect(await other.history('v', place)).toEqual({ complete: false, events: [] });
    }
    // where nothing was before
    await bus.publish('w', { n: 3 });
    expect(await bus.handIn('w', { events: own(3, 5), left: { epoch: '', sequence: 0 }, underWay: 1 })).toBe(
      3,
    );
    expect(values((await other.history('w')).events)).toEqual([3, 4, 5]);
    // and a history that was evicted continues nothing
    const { Redis } = await import('ioredis');
    const admin = new Redis(redis.url);
    await admin.del(`${prefix}:{t}:history`);
    admin.disconnect();
    for (let n = 11; n <= 13; n += 1) await bus.publish('t', { n });
    expect(await other.history('t', left)).toEqual({ complete: false, events: [] });
  });

  it('B8 fetches what a broken connection missed, in order', async () => {
    const prefix = randomUUID();
    await using a = await open(prefix);
    await using b = await open(prefix);
    const heard: BusEvent[] = [];
    await b.subscribe('t', (event) => heard.push(event));
    await a.publish('t', { n: 1 });
    await expect.poll(() => values(heard)).toEqual([1]);
    // Redis cuts every connection that is subscribed, and does not let it in for a moment
    const { Redis } = await import('ioredis');
    const admin = new Redis(redis.url);
    await admin.client('KILL', 'TYPE', 'PUBSUB');
    for (let n = 2; n <= 50; n += 1) await a.publish('t', { n });
    admin.disconnect();
    await expect
      .poll(() => values(heard), { timeout: 5000 })
      .toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });
});
