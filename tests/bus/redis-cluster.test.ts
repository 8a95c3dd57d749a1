import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BusEvent } from '../../src/bus/bus.ts';
import type { FailoverBus } from '../../src/bus/failover/failover-bus.ts';
import { openFailoverBus, openRedisBus } from '../support/redis-bus.ts';
import { startCluster, type TestCluster } from '../support/redis-cluster.ts';
import { busContract } from './bus.contract.ts';
import { fencingContract } from './fencing.contract.ts';
import { leaseContract } from './lease.contract.ts';

const values = (events: readonly BusEvent[]): unknown[] =>
  events.map(({ payload }) => (payload as { n: number }).n);
const whole = (bus: FailoverBus, isConnected: boolean) =>
  expect.poll(() => bus.isConnected, { timeout: 15_000, interval: 5 }).toBe(isConnected);
const TOPICS = Array.from({ length: 30 }, (_, i) => `t${i}`);

describe('on a real Redis Cluster', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster.stop());

  busContract('Redis Cluster with failover', {
    open: (historyLength) => openFailoverBus(cluster.url, { prefix: randomUUID(), historyLength }),
  });

  fencingContract('Redis Cluster', () => cluster.url);

  leaseContract('Redis Cluster', {
    url: () => cluster.url,
    ownerOf: (key) => cluster.ownerOf(key),
  });

  it('B11 carries the events and announcements of topics at every node between instances', async () => {
    const prefix = randomUUID();
    await using a = await openRedisBus(cluster.url, { prefix });
    // the others are found through any one
    await using b = await openRedisBus(`${cluster.nodes[1]?.url},${cluster.nodes[1]?.url}`, { prefix });
    const heard = new Map<string, { a: BusEvent[]; b: BusEvent[]; announced: unknown[] }>();
    for (const topic of TOPICS) {
      const of = { a: [] as BusEvent[], b: [] as BusEvent[], announced: [] as unknown[] };
      heard.set(topic, of);
      await a.subscribe(topic, (event) => of.a.push(event));
      await b.subscribe(topic, (event) => of.b.push(event));
      await b.listen(topic, (payload) => of.announced.push(payload));
    }
    const owners = await Promise.all(TOPICS.map((topic) => cluster.ownerOf(`${prefix}:{${topic}}`)));
    expect(new Set(owners).size).toBe(cluster.nodes.length);
    await Promise.all(
      TOPICS.flatMap((topic) => [1, 2, 3, 4].map((n) => (n % 2 ? a : b).publish(topic, { n }))),
    );
    await Promise.all(TOPICS.map((topic) => a.announce(topic, { to: topic })));
    for (const [topic, of] of heard) {
      await expect.poll(() => [of.a.length, of.b.length]).toEqual([4, 4]);
      expect(of.a).toEqual(of.b);
      expect(of.a.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
      await expect.poll(() => of.announced).toEqual([{ to: topic }]);
    }
  });

  it('B11 goes where a slot goes, and misses nothing on the way', { timeout: 30_000 }, async () => {
    const prefix = randomUUID();
    await using a = await openRedisBus(cluster.url, { prefix });
    await using b = await openRedisBus(cluster.url, { prefix });
    const heard: BusEvent[] = [];
    const announced: unknown[] = [];
    await b.subscribe('t', (event) => heard.push(event));
    await b.listen('t', (payload) => announced.push(payload));
    await a.publish('t', { n: 1 });
    const before = await cluster.ownerOf(`${prefix}:{t}`);
    await cluster.move(`${prefix}:{t}`);
    expect(await cluster.ownerOf(`${prefix}:{t}`)).not.toBe(before);
    for (let n = 2; n <= 50; n += 1) await a.publish('t', { n });
    await expect.poll(() => values(heard)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(new Set(heard.map(({ epoch }) => epoch)).size).toBe(1);
    await a.announce('t', { n: 51 });
    await expect.poll(() => announced).toEqual([{ n: 51 }]);
  });

  it.each([
    ['is heard once and in order', undefined],
    ['is told as lost where no more is kept', 20],
  ])(
    'B11 what is published while a slot moves, key by key and several times, %s',
    {
      timeout: 60_000,
    },
    async (_what, historyLength) => {
      const prefix = randomUUID();
      const options = { prefix, ...(historyLength && { historyLength }) };
      await using a = await openRedisBus(cluster.url, options);
      await using b = await openRedisBus(cluster.url, options);
      const heard: { a: BusEvent[]; b: BusEvent[] } = { a: [], b: [] };
      await a.subscribe('t', (event) => heard.a.push(event));
      await b.subscribe('t', (event) => heard.b.push(event));
      let published = 0;
      let isMoving = true;
      const publishing = (async () => {
        while (isMoving) {
          published += 1;
          await (published % 2 ? a : b).publish('t', { n: published });
          await pause(2);
        }
      })();
      const owners = new Set<unknown>();
      for (let moves = 0; moves < cluster.nodes.length; moves += 1) {
        const before = published;
        await expect.poll(() => published).toBeGreaterThan(before + 20);
        await cluster.move(`${prefix}:{t}`, 200);
        owners.add(await cluster.ownerOf(`${prefix}:{t}`));
      }
      await expect.poll(() => heard.b.at(-1)?.sequence).toBeGreaterThan(published - 20);
      isMoving = false;
      await publishing;
      expect(owners.size).toBe(cluster.nodes.length);
      for (const events of [heard.a, heard.b]) {
        await expect.poll(() => values(events).at(-1)).toBe(published);
        const unexplained = events.filter(
          ({ sequence, lostFrom }, i) => (lostFrom ?? sequence) !== (events[i - 1]?.sequence ?? 0) + 1,
        );
        expect(unexplained).toEqual([]);
        expect(new Set(events.map(({ epoch }) => epoch)).size).toBe(1);
        expect(events.some(({ lostFrom }) => lostFrom !== undefined)).toBe(historyLength !== undefined);
      }
    },
  );

  it('B11 fetches what a broken connection missed, in order', async () => {
    const prefix = randomUUID();
    await using a = await openRedisBus(cluster.url, { prefix });
    await using b = await openRedisBus(cluster.url, { prefix });
    const heard: BusEvent[] = [];
    await b.subscribe('t', (event) => heard.push(event));
    await a.publish('t', { n: 1 });
    await expect.poll(() => values(heard)).toEqual([1]);
    const { Redis } = await import('ioredis');
    const admin = new Redis((await cluster.ownerOf(`${prefix}:{t}`)).url);
    await admin.client('KILL', 'TYPE', 'PUBSUB');
    // all of them before the connection is back: none after shows that some are missing
    await Promise.all(Array.from({ length: 49 }, (_, i) => a.publish('t', { n: i + 2 })));
    admin.disconnect();
    await expect.poll(() => values(heard)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    await a.publish('t', { n: 51 });
    await expect.poll(() => values(heard).at(-1)).toBe(51);
  });

  it('B11 a node that is away is Redis away, for all topics; it heals when that node is back', {
    timeout: 60_000,
  }, async () => {
    const prefix = randomUUID();
    await using a = await openFailoverBus(cluster.url, { prefix });
    await using b = await openFailoverBus(cluster.url, { prefix });
    const heard: BusEvent[] = [];
    const announced: unknown[] = [];
    for (const topic of TOPICS) {
      await b.subscribe(topic, (event) => heard.push(event));
      await b.listen(topic, (payload) => announced.push(payload));
    }
    for (const topic of TOPICS) await a.publish(topic, { n: 1 });
    await expect.poll(() => values(heard).length).toBe(TOPICS.length);
    const node = await cluster.ownerOf(`${prefix}:{t0}`);
    await node.kill();
    await whole(a, false);
    await whole(b, false);
    await using late = await openFailoverBus(cluster.url, { prefix });
    await whole(late, false);
    heard.length = 0;
    for (const topic of TOPICS) await b.publish(topic, { n: 2 });
    expect(values(heard)).toEqual(TOPICS.map(() => 2));
    await node.restart();
    for (const bus of [a, b, late]) await whole(bus, true);
    heard.length = 0;
    for (const topic of TOPICS) {
      await a.publish(topic, { n: 3 });
      await a.announce(topic, { to: topic });
    }
    await expect.poll(() => values(heard).filter((n) => n === 3).length).toBe(TOPICS.length);
    await expect.poll(() => announced.length).toBe(TOPICS.length);
    expect([a.isConnected, b.isConnected]).toEqual([true, true]);
  });

  it('B11 a node that answers and takes no writes is away', { timeout: 30_000 }, async () => {
    await using bus = await openFailoverBus(cluster.url, { prefix: randomUUID() });
    await whole(bus, true);
    const { Redis } = await import('ioredis');
    const admin = new Redis(String(cluster.nodes[0]?.url));
    await admin.config('SET', 'min-replicas-to-write', 1);
    await whole(bus, false);
    await admin.config('SET', 'min-replicas-to-write', 0);
    admin.disconnect();
    await whole(bus, true);
  });

  it('B11 starts without the cluster, or loses all of it, and uses it once it is there', {
    timeout: 60_000,
  }, async () => {
    const prefix = randomUUID();
    await using before = await openFailoverBus(cluster.url, { prefix });
    const heard: { a: BusEvent[]; before: BusEvent[] } = { a: [], before: [] };
    await before.subscribe('t', (event) => heard.before.push(event));
    await Promise.all(cluster.nodes.map((node) => node.kill()));
    await using a = await openFailoverBus(cluster.url, { prefix });
    await whole(a, false);
    await whole(before, false);
    await a.subscribe('t', (event) => heard.a.push(event));
    await a.publish('t', { n: 1 });
    await Promise.all(cluster.nodes.map((node) => node.restart()));
    await whole(a, true);
    await whole(before, true);
    await using b = await openRedisBus(cluster.url, { prefix });
    await b.publish('t', { n: 2 });
    await expect.poll(() => [values(heard.a), values(heard.before)]).toEqual([[1, 2], [2]]);
  });
});
