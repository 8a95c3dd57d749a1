import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../src/bus/bus.ts';
import type { ReplayPage } from '../../src/fanout/topics/replay-page.ts';
import { seededRandom } from '../support/seeded.ts';
import { type JoinOptions, Peer, startHub, turn } from './harness.ts';

const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** A reader whose socket takes so many frames, then none until it has drained. */
class SlowPeer extends Peer {
  capacity = Number.POSITIVE_INFINITY;

  override send(batch: Parameters<Peer['send']>[0], from: number): number {
    const taken = Math.max(1, Math.min(this.capacity, batch.links.length - from));
    const until = from + taken;
    super.send({ links: batch.links.slice(0, until), payloads: batch.payloads.slice(0, until) }, from);
    this.capacity -= taken;
    if (this.capacity <= 0) this.ready = false;
    return taken;
  }

  drain(capacity: number): void {
    this.capacity = capacity;
    this.resume();
  }
}

/** A hub whose topic `t` is stored as well as published, with a store that can be held up or away. */
function setUp(options: Parameters<typeof startHub>[0] = {}) {
  const stored: BusEvent[] = [];
  const errors: unknown[] = [];
  const hub = startHub({ onError: (error) => errors.push(error), ...options });
  const state = {
    reads: 0,
    away: false,
    gate: Promise.resolve(),
    gap: undefined as ReplayPage['gap'],
    told: new Set<number>(),
  };
  const read = async (_topic: string, after: number, limit: number): Promise<ReplayPage> => {
    state.reads += 1;
    if (state.away) throw new Error('the store is away');
    const events = stored.slice(after, after + limit).filter((event) => !state.told.has(event.sequence));
    await state.gate;
    return { events, upTo: events.at(-1)?.sequence ?? after, gap: state.gap };
  };
  const replay = { read, count: async (_topic: string, after: number) => stored.length - after };
  const store = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      const n = stored.length + 1;
      stored.push({ topic: 't', epoch: '', sequence: n, payload: { n } });
    }
  };
  const publish = async (count = 1): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      store(1);
      await hub.bus.publish('t', { n: stored.length });
    }
  };
  const join = (own: JoinOptions = {}) => hub.join({ policy: 'REPLAY', replay, ...own });
  return { ...hub, stored, state, errors, store, publish, join };
}

describe('REPLAY', () => {
  it('F13 gives what was stored after a position, page by page, then what is live', async () => {
    using hub = setUp();
    await hub.publish(180);
    const { peer } = await hub.join({ after: 20 });
    await hub.publish(3);
    await expect.poll(() => peer.values).toEqual(upTo(183, 21));
    await hub.publish(2);
    await expect.poll(() => peer.values).toEqual(upTo(185, 21));
  });

  it('F13 gives a joiner without a position only what is new', async () => {
    using hub = setUp();
    await hub.publish(5);
    const { peer } = await hub.join();
    await hub.publish(2);
    await expect.poll(() => peer.values).toEqual([6, 7]);
    expect(hub.state.reads).toBe(0);
  });

  it('F13 loses and doubles nothing that is published while a page is read', async () => {
    using hub = setUp();
    await hub.publish(60);
    let open = (): void => {};
    hub.state.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { peer } = await hub.join({ after: 0 });
    await expect.poll(() => hub.state.reads).toBe(1);
    await hub.publish(40);
    open();
    await expect.poll(() => peer.values).toEqual(upTo(100));
  });

  it('F13 does not double what it read before it was published', async () => {
    using hub = setUp();
    await hub.publish(1);
    hub.store(2);
    const { peer } = await hub.join({ after: 0 });
    await expect.poll(() => peer.values).toEqual([1, 2, 3]);
    await hub.bus.publish('t', { n: 2 });
    await hub.bus.publish('t', { n: 3 });
    hub.store(1);
    await hub.bus.publish('t', { n: 4 });
    await expect.poll(() => peer.values).toEqual([1, 2, 3, 4]);
  });

  it('F13 goes on from the newest event although the store leaves out what later events repeat', async () => {
    using hub = setUp();
    await hub.publish(3);
    hub.state.told = new Set([2, 3]);
    const { peer } = await hub.join({ after: 0 });
    await expect.poll(() => peer.values).toEqual([1]);
    await turn();
    await turn();
    await hub.publish(1);
    await expect.poll(() => peer.values).toEqual([1, 4]);
    expect(hub.state.reads).toBe(1);
  });

  it('F13 keeps at most a page for a reader that stopped, and then gives it everything', async () => {
    using hub = setUp();
    const { peer } = await hub.join();
    peer.pause();
    for (let i = 0; i < 30; i += 1) {
      await hub.publish(100);
      await turn();
      expect(peer.outbox?.length).toBeLessThanOrEqual(100);
    }
    peer.resume();
    await expect.poll(() => peer.values.length).toBe(3000);
    expect(peer.values).toEqual(upTo(3000));
    expect(peer.messages.some(({ payload }) => payload.extensions?.gap)).toBe(false);
  });

  it('F13 never holds more than the bound in a burst that one turn brings', async () => {
    using hub = setUp({ maxQueueFrames: 10 });
    const { peer } = await hub.join({ peer: new SlowPeer() });
    (peer as SlowPeer).capacity = 3;
    await hub.publish(200);
    await turn();
    expect(peer.outbox?.length).toBeLessThanOrEqual(10);
    (peer as SlowPeer).drain(Number.POSITIVE_INFINITY);
    await expect.poll(() => peer.values).toEqual(upTo(200));
  });

  it('F13 makes up for a short absence from bytes that are at hand', async () => {
    using hub = setUp();
    const { peer } = await hub.join();
    await hub.publish(1);
    await expect.poll(() => peer.values).toEqual([1]);
    peer.pause();
    await hub.publish(20);
    await turn();
    peer.resume();
    await expect.poll(() => peer.values).toEqual(upTo(21));
    const back = await hub.join({ after: 5 });
    await expect.poll(() => back.peer.values).toEqual(upTo(21, 6));
    expect(hub.state.reads).toBe(0);
    expect(hub.executed.length).toBe(21);
  });

  it('F13 reads and executes once for all who stand at the same place', async () => {
    using hub = setUp();
    await hub.publish(120);
    const members = await Promise.all(Array.from({ length: 50 }, () => hub.join({ after: 0 })));
    for (const { peer } of members) await expect.poll(() => peer.values).toEqual(upTo(120));
    expect(hub.state.reads).toBe(3);
    expect(hub.executed.length).toBe(120);
  });

  it('F13 asks again while the store is away, and then nothing is missing', async () => {
    using hub = setUp();
    await hub.publish(10);
    hub.state.away = true;
    const behind = await hub.join({ after: 0 });
    const live = await hub.join();
    await hub.publish(1);
    await expect.poll(() => live.peer.values).toEqual([11]);
    await expect.poll(() => hub.state.reads).toBeGreaterThan(2);
    expect(behind.peer.values).toEqual([]);
    expect(hub.errors.length).toBeGreaterThan(0);
    hub.state.away = false;
    await expect.poll(() => behind.peer.values).toEqual(upTo(11));
  });

  it('F13 F10 sends nothing to a member that left while its page was read, and holds nothing', async () => {
    using hub = setUp();
    await hub.publish(10);
    let open = (): void => {};
    hub.state.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { peer, leave } = await hub.join({ after: 0 });
    await expect.poll(() => hub.state.reads).toBe(1);
    leave();
    open();
    await turn();
    await turn();
    expect(peer.values).toEqual([]);
    expect(hub.hub.size).toEqual({ members: 0, groups: 0, topics: 0 });
  });

  it('F13 tells with the first event what the store no longer had', async () => {
    using hub = setUp();
    await hub.publish(3);
    hub.state.gap = { from: 1, to: 2, reason: 'INBOX_FULL' };
    const { peer } = await hub.join({ after: 0 });
    await expect.poll(() => peer.values.length).toBe(3);
    expect(peer.messages.map(({ payload }) => payload.extensions)).toEqual([
      {
        gap: { id: expect.any(String), from: 1, to: 2, reason: 'INBOX_FULL', topic: 't' },
        resume: { id: expect.any(String), recovered: false, replayed: 3, reason: 'INBOX_FULL' },
      },
      undefined,
      undefined,
    ]);
  });

  it('F13 survives random reading, joining and publishing', async () => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    using hub = setUp({ maxQueueFrames: 40 });
    const readers: { peer: SlowPeer; after: number }[] = [];
    for (let step = 0; step < 300; step += 1) {
      const dice = random();
      if (dice < 0.1 && readers.length < 20) {
        const after = Math.floor(random() * (hub.stored.length + 1));
        const { peer } = await hub.join({ after, peer: new SlowPeer() });
        readers.push({ peer: peer as SlowPeer, after });
      } else if (dice < 0.5) {
        await hub.publish(1 + Math.floor(random() * 30));
      } else {
        const reader = readers[Math.floor(random() * readers.length)];
        reader?.peer.drain(Math.floor(random() * 60));
      }
      await turn();
    }
    for (const { peer } of readers) peer.drain(Number.POSITIVE_INFINITY);
    for (const { peer, after } of readers) {
      await expect
        .poll(() => peer.values, { message: `seed ${seed}` })
        .toEqual(upTo(hub.stored.length, after + 1));
    }
  });
});
