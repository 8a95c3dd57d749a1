import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../src/bus/bus.ts';
import { MemoryBus } from '../../src/bus/memory/memory-bus.ts';
import type { StoredEvents } from '../../src/fanout/topics/stored-topic.ts';
import { StoredTopics } from '../../src/fanout/topics/stored-topics.ts';
import { seededRandom } from '../support/seeded.ts';

const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

function setUp({ checkEveryMs = 60_000 } = {}) {
  const bus = new MemoryBus();
  const stored: number[] = [];
  const errors: unknown[] = [];
  const state = { away: false, reads: 0, epoch: '', epochStart: 0 };
  const store: StoredEvents = {
    async read(topic, after, limit) {
      state.reads += 1;
      if (state.away) throw new Error('the store is away');
      const events = stored
        .slice(after, after + limit)
        .map((n) => ({ topic, epoch: '', sequence: n, payload: { n } }));
      return { events, upTo: events.at(-1)?.sequence ?? after };
    },
    async heads(topics) {
      if (state.away) throw new Error('the store is away');
      const { epoch, epochStart } = state;
      return new Map(topics.map((topic) => [topic, { sequence: stored.length, epoch, epochStart }]));
    },
    count: async (_topic, after) => stored.length - after,
    parse: (payload) => ({ sequence: (payload as { n: number }).n, payload }),
  };
  const topics = new StoredTopics({ bus, store, checkEveryMs, onError: (error) => errors.push(error) });
  const heard: number[] = [];
  const onEvent = (event: BusEvent): void => {
    expect((event.payload as { n: number }).n).toBe(event.sequence);
    heard.push(event.sequence);
  };
  const put = (count: number): void => {
    for (let i = 0; i < count; i += 1) stored.push(stored.length + 1);
  };
  const announce = (n: number): Promise<void> => bus.announce('t', { n });
  return { bus, topics, state, errors, stored, heard, put, announce, open: () => topics.open('t', onEvent) };
}

describe('a stored topic', () => {
  it('F14 starts where the store stands, and goes on with what is announced, without reading', async () => {
    const { topics, state, heard, put, announce, open } = setUp();
    using _owned = topics;
    put(3);
    expect((await open()).latest?.sequence).toBe(3);
    put(2);
    await announce(4);
    await announce(5);
    expect(heard).toEqual([4, 5]);
    expect(state.reads).toBe(0);
  });

  it('F14 puts in order what overtook, and hands on nothing twice', async () => {
    const { topics, state, heard, put, announce, open } = setUp();
    using _owned = topics;
    await open();
    put(4);
    for (const n of [2, 1, 1, 2, 4, 3, 4]) await announce(n);
    expect(heard).toEqual([1, 2, 3, 4]);
    expect(state.reads).toBe(0);
  });

  it('F14 reads what the bus lost when a later event shows it', async () => {
    const { topics, heard, put, announce, open } = setUp();
    using _owned = topics;
    await open();
    put(500);
    await announce(500);
    await expect.poll(() => heard).toEqual(upTo(500));
  });

  it('F14 finds in time what the bus lost although nothing follows', async () => {
    const { topics, heard, put, open } = setUp({ checkEveryMs: 20 });
    using _owned = topics;
    await open();
    put(3);
    await expect.poll(() => heard).toEqual([1, 2, 3]);
  });

  it('F14 goes on by itself when the store is back', async () => {
    const { topics, state, errors, heard, put, announce, open } = setUp();
    using _owned = topics;
    await open();
    put(3);
    state.away = true;
    await announce(3);
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    expect(heard).toEqual([]);
    state.away = false;
    await expect.poll(() => heard, { timeout: 5000 }).toEqual([1, 2, 3]);
  });

  it('F14 lets nothing go on after it is closed, and holds nothing when it could not be opened', async () => {
    const { topics, state, heard, put, announce, open } = setUp();
    using _owned = topics;
    state.away = true;
    await expect(open()).rejects.toThrow('away');
    state.away = false;
    const opened = await open();
    put(2);
    await announce(1);
    opened.close();
    await announce(2);
    expect(heard).toEqual([1]);
  });

  it('F14 is complete and in order under random losses, doubles and swaps', async () => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    const { topics, stored, heard, put, announce, open } = setUp({ checkEveryMs: 50 });
    using _owned = topics;
    await open();
    const late: number[] = [];
    for (let step = 0; step < 2000; step += 1) {
      put(1);
      const dice = random();
      if (dice < 0.1) late.push(stored.length);
      else if (dice > 0.2) await announce(stored.length);
      if (dice > 0.9) await announce(1 + Math.floor(random() * stored.length));
      if (late.length > 3) await announce(late.shift() ?? 1);
    }
    await expect.poll(() => heard, { message: `seed ${seed}` }).toEqual(upTo(2000));
  });

  it('U12 goes on in another numbering after what both have, whose last event comes again', async () => {
    const { topics, state, stored, heard, put, announce, open } = setUp();
    using _owned = topics;
    await open();
    put(15);
    await announce(15);
    await expect.poll(() => heard).toEqual(upTo(15));
    // an older state, and what was stored since
    stored.splice(5);
    put(3);
    Object.assign(state, { epoch: 'e2', epochStart: 5 });
    await announce(8);
    await topics.check();
    await expect.poll(() => heard.slice(15)).toEqual([5, 6, 7, 8]);
    put(1);
    await announce(9);
    await expect.poll(() => heard.at(-1)).toBe(9);
  });
});
