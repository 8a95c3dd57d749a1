import { afterEach, describe, expect, it, vi } from 'vitest';
import type { BusEvent } from '../../src/bus/bus.ts';
import { openOnBus, Peer, startHub } from './harness.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('groups', () => {
  it('F1 executes and encodes once per event however many subscribe, and all get the same bytes', async () => {
    using t = startHub();
    const joined = await Promise.all(Array.from({ length: 50 }, (_, i) => t.join({ id: `op${i}` })));
    await t.bus.publish('t', { n: 1 });
    await expect.poll(() => joined.every(({ peer }) => peer.values.length === 1)).toBe(true);
    expect(t.executed).toHaveLength(1);
    expect(new Set(joined.map(({ peer }) => peer.payloads[0])).size).toBe(1);
    expect(joined[7]?.peer.messages[0]).toEqual({ id: 'op7', type: 'next', payload: { data: { n: 1 } } });
  });

  it('F1 executes once for each distinct key', async () => {
    using t = startHub();
    await Promise.all([t.join({ key: 'a' }), t.join({ key: 'b' }), t.join({ key: 'b' })]);
    await t.bus.publish('t', { n: 1 });
    expect(t.executed).toHaveLength(2);
  });

  it('F2 keeps different watchlists of one selection in one group, each with its own topics', async () => {
    using t = startHub();
    const one = await t.join({ topics: ['a', 'b'] });
    const two = await t.join({ topics: ['b', 'c'] });
    await t.bus.publish('a', { n: 1 });
    await t.bus.publish('b', { n: 2 });
    await t.bus.publish('c', { n: 3 });
    await expect
      .poll(() => [one.peer.values, two.peer.values])
      .toEqual([
        [1, 2],
        [2, 3],
      ]);
    expect(t.hub.size).toEqual({ members: 2, groups: 1, topics: 3 });
    expect(t.executed).toHaveLength(3);
  });

  it('F10 holds nothing after 1,000 joins and leaves, in any order', async () => {
    using t = startHub();
    const joined = await Promise.all(
      Array.from({ length: 1000 }, (_, i) =>
        t.join({ key: `k${i % 7}`, topics: [`t${i % 11}`, `t${i % 13}x`] }),
      ),
    );
    expect(t.hub.size.members).toBe(1000);
    joined.sort((a, b) => ((a.member.prefix.length * 31 + 17) % 5) - ((b.member.prefix.length * 31) % 5));
    for (const { leave } of joined) {
      leave();
      leave();
    }
    expect(t.hub.size).toEqual({ members: 0, groups: 0, topics: 0 });
    await t.bus.publish('t0', { n: 1 });
    expect(t.executed).toHaveLength(0);
  });

  it('F10 holds nothing after a topic could not be opened', async () => {
    using t = startHub({
      openTopic: async (topic) => {
        if (topic === 'bad') throw new Error('no');
        return { latest: undefined, close: () => {} };
      },
    });
    await expect(t.join({ topics: ['bad', 'good', 'bad2'] })).rejects.toThrow('no');
    expect(t.hub.size).toEqual({ members: 0, groups: 0, topics: 0 });
  });

  it('F10 sends nothing to a member after it left, even what already waited', async () => {
    using t = startHub();
    const peer = new Peer();
    const one = await t.join({ peer, id: 'one' });
    await t.join({ peer, id: 'two', key: 'other' });
    await t.bus.publish('t', { n: 1 });
    one.leave();
    await expect.poll(() => peer.messages.map(({ id }) => id)).toEqual(['two']);
  });
});

describe('joining', () => {
  it('F3 gives the current state first, then every newer event, without gap or duplicate', async () => {
    using t = startHub();
    await t.bus.publish('t', { n: 1 });
    const { peer } = await t.join();
    await expect.poll(() => peer.values).toEqual([1]);
    await t.bus.publish('t', { n: 2 });
    await expect.poll(() => peer.values).toEqual([1, 2]);
  });

  it('F3 loses nothing that is published while the topic is being opened', async () => {
    const release: (() => void)[] = [];
    const t = startHub({
      openTopic: async (topic, onEvent) => {
        const opened = await openOnBus(t.bus)(topic, onEvent);
        await new Promise<void>((resolve) => release.push(resolve));
        return opened;
      },
    });
    using _hub = t;
    await t.bus.publish('t', { n: 1 });
    const joining = t.join();
    await expect.poll(() => release.length).toBe(1);
    await t.bus.publish('t', { n: 2 });
    release[0]?.();
    const { peer } = await joining;
    await t.bus.publish('t', { n: 3 });
    await expect.poll(() => peer.values.at(-1)).toBe(3);
    expect(peer.values).not.toContain(1);
  });

  it('F3 drops events that are not newer, and accepts a new epoch', async () => {
    let say: (event: BusEvent) => void = () => {};
    const event = (epoch: string, sequence: number, n: number): BusEvent => ({
      topic: 't',
      epoch,
      sequence,
      payload: { n },
    });
    using t = startHub({
      openTopic: async (_topic, onEvent) => {
        say = onEvent;
        return { latest: event('e', 5, 50), close: () => {} };
      },
    });
    const { peer } = await t.join({ policy: 'EVERY' });
    for (const [sequence, n] of [
      [4, 40],
      [5, 50],
      [6, 60],
      [6, 60],
    ] as const) {
      say(event('e', sequence, n));
    }
    say(event('f', 1, 70));
    await expect.poll(() => peer.values).toEqual([60, 70]);
  });

  it('F11 gives a late joiner the bytes of the group without executing anything', async () => {
    using t = startHub();
    const first = await t.join();
    await t.bus.publish('t', { n: 1 });
    await expect.poll(() => first.peer.values).toEqual([1]);
    expect(t.executed).toHaveLength(1);
    const late = await t.join();
    await expect.poll(() => late.peer.values).toEqual([1]);
    expect(t.executed).toHaveLength(1);
    expect(late.peer.payloads[0]).toBe(first.peer.payloads[0]);
  });
});

describe('delivery', () => {
  it('F4 holds one pending frame per topic for a paused LATEST reader, the newest', async () => {
    using t = startHub();
    const { peer } = await t.join({ topics: ['a', 'b'] });
    const other = await t.join({ topics: ['a', 'b'] });
    peer.pause();
    for (let n = 1; n <= 100; n += 1) {
      await t.bus.publish('a', { n });
      await t.bus.publish('b', { n: -n });
    }
    expect(peer.outbox?.length).toBe(2);
    await expect.poll(() => peer.outbox?.stalledSince).toBeGreaterThan(0);
    peer.resume();
    await expect.poll(() => peer.values).toEqual([100, -100]);
    // which of the two topics comes last depends on where a flush met them
    const newest = (sign: 1 | -1) => other.peer.values.findLast((n) => Number(n) * sign > 0);
    await expect.poll(() => [newest(1), newest(-1)]).toEqual([100, -100]);
    expect(peer.outbox?.stalledSince).toBe(0);
    expect(t.hub.counters.conflated).toBeGreaterThanOrEqual(198);
  });

  it('F5 gives an EVERY reader each event in order', async () => {
    using t = startHub();
    const { peer } = await t.join({ policy: 'EVERY', topics: ['a', 'b'] });
    for (let n = 0; n < 100; n += 1) await t.bus.publish(n % 3 ? 'a' : 'b', { n });
    await expect.poll(() => peer.values).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('F5 bounds the queue of a paused EVERY reader and tells the gap on the next frame of that topic', async () => {
    using t = startHub({ maxQueueFrames: 10 });
    const { peer } = await t.join({ policy: 'EVERY', topics: ['a', 'b'] });
    await t.bus.publish('b', { n: -1 });
    await expect.poll(() => peer.values).toEqual([-1]);
    peer.pause();
    for (let n = 1; n <= 1000; n += 1) {
      await t.bus.publish('a', { n });
      expect(peer.outbox?.length).toBeLessThanOrEqual(10);
    }
    peer.resume();
    await expect.poll(() => peer.values.at(-1)).toBe(1000);
    const [, first, ...rest] = peer.messages;
    const from = first?.payload.data.n ?? 0;
    expect(first?.payload.extensions).toEqual({
      gap: { id: expect.any(String), from: 1, to: from - 1, topic: 'a', reason: 'SLOW_READER' },
    });
    expect(rest.every(({ payload }) => payload.extensions === undefined)).toBe(true);
    expect(peer.values.slice(1)).toEqual(Array.from({ length: 1001 - from }, (_, i) => from + i));
    expect(t.hub.counters.dropped).toBe(from - 1);
  });

  it('F5 tells an EVERY reader what was lost before an event came here', async () => {
    let tell: (event: BusEvent) => void = () => {};
    using t = startHub({
      openTopic: async (_topic, onEvent) => {
        tell = onEvent;
        return { latest: undefined, close: () => {} };
      },
    });
    const every = await t.join({ policy: 'EVERY' });
    const latest = await t.join({ key: 'latest' });
    const event = (n: number, lostFrom?: number) =>
      tell({ topic: 't', epoch: 'e', sequence: n, payload: { n }, ...(lostFrom && { lostFrom }) });
    event(1);
    event(9, 2);
    await expect.poll(() => [every.peer.values, latest.peer.values]).toEqual([[1, 9], [9]]);
    event(10);
    await expect.poll(() => every.peer.values).toEqual([1, 9, 10]);
    const gap = { id: 't:2-8', from: 2, to: 8, topic: 't', reason: 'OUTAGE' };
    const told = ({ peer }: typeof every) => peer.messages.map(({ payload }) => payload.extensions);
    expect(told(every)).toEqual([undefined, { gap }, undefined]);
    expect(told(latest).some((extensions) => extensions)).toBe(false);
  });

  it('F6 a paused reader does not hold up the others', async () => {
    using t = startHub();
    const stuck = await t.join({ policy: 'EVERY' });
    stuck.peer.pause();
    const other = await t.join({ policy: 'EVERY' });
    for (let n = 1; n <= 500; n += 1) await t.bus.publish('t', { n });
    await expect.poll(() => other.peer.values.length).toBe(500);
  });

  it('F7 sends nothing when the selected bytes are those of the event before', async () => {
    using t = startHub();
    const { peer } = await t.join({ onlyChanges: true });
    for (const n of [1, 1, 1, 2, 2, 1]) {
      await t.bus.publish('t', { n });
      await expect.poll(() => peer.outbox?.length).toBe(0);
    }
    expect(peer.values).toEqual([1, 2, 1]);
  });

  it('F8 executes at most so often, the newest each time, and never forgets the last event', async () => {
    using t = startHub();
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'performance', 'setImmediate', 'clearImmediate'],
    });
    const { peer } = await t.join({ minIntervalMs: 100 });
    for (let n = 1; n <= 100; n += 1) {
      await t.bus.publish('t', { n });
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(t.executed.length).toBeGreaterThanOrEqual(10);
    expect(t.executed.length).toBeLessThanOrEqual(11);
    await vi.advanceTimersByTimeAsync(200);
    expect(peer.values.at(-1)).toBe(100);
    expect(t.executed.length).toBeLessThanOrEqual(12);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('F10 clears the timer of maxPerSecond when the last member leaves', async () => {
    using t = startHub();
    const { leave } = await t.join({ minIntervalMs: 60_000 });
    await t.bus.publish('t', { n: 1 });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await t.bus.publish('t', { n: 2 });
    expect(vi.getTimerCount()).toBe(1);
    leave();
    expect(vi.getTimerCount()).toBe(0);
    expect(t.executed).toHaveLength(1);
  });
});
