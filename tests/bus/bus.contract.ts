import { describe, expect, it } from 'vitest';
import type { Bus, BusEvent } from '../../src/bus/bus.ts';

export interface BusUnderTest {
  /** A bus that keeps `historyLength` events a topic. */
  open(historyLength: number): Promise<Bus>;
}

const values = (events: readonly BusEvent[]): unknown[] =>
  events.map((event) => (event.payload as { n: number }).n);

/** What every bus promises; each implementation runs it. */
export function busContract(name: string, { open }: BusUnderTest): void {
  describe(`${name} keeps the bus contract`, () => {
    it('B1 numbers events contiguously from 1 within one epoch, per topic', async () => {
      await using bus = await open(10);
      const events = [
        await bus.publish('a', { n: 1 }),
        await bus.publish('b', { n: 1 }),
        await bus.publish('a', { n: 2 }),
      ];
      expect(events.map((event) => [event.topic, event.sequence])).toEqual([
        ['a', 1],
        ['b', 1],
        ['a', 2],
      ]);
      expect(events[2]?.epoch).toBe(events[0]?.epoch);
    });

    it('B1 delivers in order of sequence, even when publishers do not wait', async () => {
      await using bus = await open(1000);
      const heard: BusEvent[] = [];
      await bus.subscribe('a', (event) => heard.push(event));
      await Promise.all(Array.from({ length: 200 }, (_, n) => bus.publish('a', { n })));
      await expect.poll(() => heard.length).toBe(200);
      expect(heard.map((event) => event.sequence)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
      expect(new Set(values(heard)).size).toBe(200);
    });

    it('B16 topics that are renumbered begin another numbering, and positions of before lead to a gap', async () => {
      await using bus = await open(10);
      const heard: BusEvent[] = [];
      await bus.subscribe('a', (event) => heard.push(event));
      const before = await bus.publish('a', { n: 1 });
      const other = await bus.publish('b', { n: 1 });
      await bus.renumber(['a', 'never used']);
      expect(await bus.latest('a')).toBeUndefined();
      expect(await bus.latest('b')).toEqual(other);
      const after = await bus.publish('a', { n: 2 });
      expect(after.sequence).toBe(1);
      expect(after.epoch).not.toBe(before.epoch);
      expect(await bus.history('a', before)).toEqual({ complete: false, events: [] });
      await expect.poll(() => values(heard)).toEqual([1, 2]);
    });

    it('B2 hears what is published after subscribe resolved, and nothing after the end of it', async () => {
      await using bus = await open(10);
      const heard: BusEvent[] = [];
      const others: BusEvent[] = [];
      await bus.publish('a', { n: 0 });
      const unsubscribe = await bus.subscribe('a', (event) => heard.push(event));
      await bus.subscribe('a', (event) => others.push(event));
      await bus.publish('a', { n: 1 });
      await expect.poll(() => heard.length).toBe(1);
      unsubscribe();
      unsubscribe();
      await bus.publish('a', { n: 2 });
      await expect.poll(() => values(others)).toEqual([1, 2]);
      expect(values(heard)).toEqual([1]);
    });

    it('B2 lets one function subscribe twice, each with an end of its own', async () => {
      await using bus = await open(10);
      const heard: unknown[] = [];
      const onEvent = (event: BusEvent): number => heard.push(event.payload);
      const first = await bus.subscribe('a', onEvent);
      await bus.subscribe('a', onEvent);
      first();
      await bus.publish('a', { n: 1 });
      await expect.poll(() => heard).toEqual([{ n: 1 }]);
    });

    it('B3 knows the latest event of a topic, and nothing of a topic never used', async () => {
      await using bus = await open(10);
      expect(await bus.latest('a')).toBeUndefined();
      await bus.publish('a', { n: 1 });
      const last = await bus.publish('a', { n: 2 });
      expect(await bus.latest('a')).toEqual(last);
    });

    it('B4 keeps a bounded history and says when a position is no longer covered', async () => {
      await using bus = await open(5);
      const published: BusEvent[] = [];
      for (let n = 1; n <= 12; n += 1) published.push(await bus.publish('a', { n }));
      const epoch = published[0]?.epoch ?? '';
      expect(values((await bus.history('a')).events)).toEqual([8, 9, 10, 11, 12]);
      expect(values((await bus.history('a', { epoch, sequence: 10 })).events)).toEqual([11, 12]);
      expect(await bus.history('a', { epoch, sequence: 7 })).toMatchObject({ complete: true });
      expect(await bus.history('a', { epoch, sequence: 6 })).toEqual({ complete: false, events: [] });
      expect(await bus.history('a', { epoch, sequence: 12 })).toEqual({ complete: true, events: [] });
      expect(await bus.history('a', { epoch, sequence: 13 })).toEqual({ complete: false, events: [] });
      expect(await bus.history('a', { epoch: 'another', sequence: 10 })).toEqual({
        complete: false,
        events: [],
      });
      expect(await bus.history('never', undefined)).toEqual({ complete: true, events: [] });
    });

    it('B5 announces to whoever listens at the time, in order, keeps nothing, and is apart from events', async () => {
      await using bus = await open(10);
      const heard: unknown[] = [];
      const others: unknown[] = [];
      await bus.announce('a', { n: 0 });
      const stop = await bus.listen('a', (payload) => heard.push(payload));
      await bus.listen('a', (payload) => others.push(payload));
      await bus.subscribe('a', () => heard.push('event'));
      for (let n = 1; n <= 3; n += 1) await bus.announce('a', { n });
      await expect.poll(() => heard).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
      stop();
      stop();
      await bus.announce('a', { n: 4 });
      await expect.poll(() => others.length).toBe(4);
      expect(heard.length).toBe(3);
      expect(await bus.latest('a')).toBeUndefined();
    });

    it('B5 lets one function listen twice, and a topic have any name', async () => {
      await using bus = await open(10);
      const heard: unknown[] = [];
      const onPayload = (payload: unknown): number => heard.push(payload);
      const first = await bus.listen('error', onPayload);
      await bus.listen('error', onPayload);
      first();
      await bus.announce('error', { n: 1 });
      await expect.poll(() => heard).toEqual([{ n: 1 }]);
      await bus.announce('nobody', { n: 1 });
    });
  });
}
