import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../src/bus/bus.ts';
import { confirmedPosition, confirmPosition, writtenPosition } from '../../src/fanout/members/confirmed.ts';
import { eventId, positionsOfEventId } from '../../src/fanout/resume/last-event-id.ts';
import { Marks, positionsOf } from '../../src/fanout/resume/marks.ts';
import { historyReader } from '../../src/graphql/live/history-reader.ts';
import { Peer, startHub, turn } from './harness.ts';

function setUp(options: { maxQueueFrames?: number } = {}) {
  const hub = startHub({
    ...options,
    readHistory: (topic, after) => historyReader(hub.bus)(topic, after),
  });
  const publish = async (from: number, to: number, topic = 't') => {
    for (let n = from; n <= to; n += 1) await hub.bus.publish(topic, { n });
  };
  const epoch = async () => (await hub.bus.latest('t'))?.epoch ?? '';
  return { ...hub, publish, epoch };
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('a member that comes back', () => {
  it('U1 gets every event since, once and in order, and is told so with the first', async () => {
    using hub = setUp();
    await hub.publish(1, 10);
    const { peer } = await hub.join({ policy: 'EVERY', after: 4, epoch: await hub.epoch() });
    await hub.publish(11, 12);
    await turn();
    expect(peer.values).toEqual(upTo(12, 5));
    expect(peer.messages.map(({ payload }) => payload.extensions)).toEqual([
      { resume: { id: expect.any(String), recovered: true, replayed: 6, reason: null } },
      ...Array.from({ length: 7 }, () => undefined),
    ]);
    expect(hub.hub.counters).toMatchObject({ resumed: 1, replayed: 6, expired: 0 });
  });

  it('U1 loses and repeats nothing that is published while its history is read', async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    using hub = startHub({
      readHistory: async (topic, after) => {
        const history = await historyReader(hub.bus)(topic, after);
        await gate;
        return history;
      },
    });
    for (let n = 1; n <= 3; n += 1) await hub.bus.publish('t', { n });
    const { epoch = '' } = (await hub.bus.latest('t')) ?? {};
    // so that the topic is open, and what comes is heard
    const other = await hub.join({ policy: 'EVERY', key: 'other' });
    const joining = hub.join({ policy: 'EVERY', after: 1, epoch });
    await turn();
    for (let n = 4; n <= 6; n += 1) await hub.bus.publish('t', { n });
    open();
    const { peer } = await joining;
    await hub.bus.publish('t', { n: 7 });
    await turn();
    expect(peer.values).toEqual(upTo(7, 2));
    expect(other.peer.values).toEqual(upTo(7, 4));
  });

  it('U1 shares what it missed with those who missed the same', async () => {
    using hub = setUp();
    await hub.publish(1, 20);
    const epoch = await hub.epoch();
    const peers = await Promise.all(
      Array.from({ length: 50 }, () => hub.join({ policy: 'EVERY', after: 10, epoch })),
    );
    await turn();
    for (const { peer } of peers) expect(peer.values).toEqual(upTo(20, 11));
    expect(hub.executed.length).toBe(10);
  });

  it('U1 had everything: the next live event tells it', async () => {
    using hub = setUp();
    await hub.publish(1, 3);
    const { peer } = await hub.join({ policy: 'EVERY', after: 3, epoch: await hub.epoch() });
    await turn();
    expect(peer.values).toEqual([]);
    await hub.publish(4, 5);
    await turn();
    expect(peer.values).toEqual([4, 5]);
    expect(peer.messages[0]?.payload.extensions).toEqual({
      resume: { id: expect.any(String), recovered: true, replayed: 0, reason: null },
    });
    expect(peer.messages[1]?.payload.extensions).toBeUndefined();
  });

  it('U1 was there before the first event of a topic, and gets all there is', async () => {
    using hub = setUp();
    await hub.publish(1, 3);
    const { peer } = await hub.join({ policy: 'EVERY', after: 0, epoch: '' });
    await turn();
    expect(peer.values).toEqual([1, 2, 3]);
  });

  it.each([
    ['HISTORY_GONE', 'the numbering began anew', { after: 2, epoch: 'another' }, {}],
    ['TOO_MANY', 'it missed more than may wait', { after: 1 }, { maxQueueFrames: 10 }],
  ])(
    'U2 is told %s when %s, at once, with the last event once more, and gets what is new',
    async (reason, _why, from, options) => {
      using hub = setUp(options);
      await hub.publish(1, 10);
      const { peer } = await hub.join({ policy: 'EVERY', epoch: await hub.epoch(), ...from });
      await turn();
      expect(peer.values).toEqual([10]);
      await hub.publish(11, 12);
      await turn();
      expect(peer.values).toEqual([10, 11, 12]);
      expect(peer.messages[0]?.payload.extensions).toEqual({
        resume: { id: expect.any(String), recovered: false, replayed: 0, reason },
      });
      expect(hub.hub.counters).toMatchObject({ resumed: 0, expired: 1 });
    },
  );

  it('U2 is told when some of it is no longer kept', async () => {
    using hub = setUp();
    await hub.publish(1, 1500);
    const { peer } = await hub.join({ policy: 'EVERY', after: 100, epoch: await hub.epoch() });
    await hub.publish(1501, 1501);
    await turn();
    expect(peer.values).toEqual([1500, 1501]);
    expect(peer.messages[0]?.payload.extensions?.resume).toMatchObject({ recovered: false });
  });

  it('U1 of states gets the newest, which is all there is to get', async () => {
    using hub = setUp();
    await hub.publish(1, 5);
    const { peer } = await hub.join({ policy: 'LATEST', after: 2, epoch: await hub.epoch() });
    await turn();
    expect(peer.values).toEqual([5]);
    expect(peer.messages[0]?.payload.extensions).toEqual({
      resume: { id: expect.any(String), recovered: true, replayed: 0, reason: null },
    });
  });
});

describe('a numbering that began anew', () => {
  it.each([
    [true, 'HISTORY_GONE'],
    [undefined, undefined],
  ] as const)(
    'U15 is told to open subscriptions where events may be missing: %s',
    async (isRestarted, reason) => {
      let tell: (event: BusEvent) => void = () => {};
      using hub = startHub({
        openTopic: async (_topic, onEvent) => {
          tell = onEvent;
          return { latest: undefined, close: () => {} };
        },
      });
      const { peer } = await hub.join({ policy: 'EVERY' });
      const noticed: unknown[] = [];
      if (peer.outbox) peer.outbox.onNotice = ({ reason }) => noticed.push(reason);
      const event = (epoch: string, n: number): BusEvent => ({
        topic: 't',
        epoch,
        sequence: n,
        payload: { n },
      });
      tell(event('a', 1));
      await turn();
      tell({ ...event('b', 1), ...(isRestarted && { isRestarted }) });
      expect(noticed).toEqual(reason ? [reason] : []);
      tell(event('b', 2));
      await turn();
      expect(peer.values).toEqual([1, 1, 2]);
      const told = peer.messages.map(({ payload }) => payload.extensions?.resume);
      expect(told).toMatchObject([undefined, reason && { recovered: false, reason }, undefined]);
    },
  );
});

describe('events that nobody can number any more', () => {
  it('U16 are reported to EVERY readers of their topic at once, and in-band with the next event', async () => {
    using hub = startHub();
    const { peer } = await hub.join({ policy: 'EVERY', topics: ['trade:A', 'trade:B'] });
    const others = [
      await hub.join({ key: 'latest', topics: ['trade:A'] }),
      await hub.join({ policy: 'EVERY', key: 'b', topics: ['trade:B'] }),
    ];
    const noticed: unknown[] = [];
    for (const one of [peer, ...others.map((other) => other.peer)]) {
      if (one.outbox) one.outbox.onNotice = ({ reason, recovered }) => noticed.push([reason, recovered]);
    }
    hub.hub.reportMissing('trade:A', 'LEADER_CHANGED');
    hub.hub.reportMissing('trade:nobody', 'LEADER_CHANGED');
    expect(noticed).toEqual([['LEADER_CHANGED', false]]);
    for (const n of [1, 2]) await hub.bus.publish('trade:A', { n });
    await turn();
    const told = peer.messages.map(({ payload }) => payload.extensions?.resume);
    expect(told).toMatchObject([{ recovered: false, reason: 'LEADER_CHANGED' }, undefined]);
  });
});

describe('what a peer is known to have', () => {
  it('U7 is kept in the numbering it is of, also while a new one begins', async () => {
    using hub = setUp();
    await hub.publish(1, 5);
    const before = await hub.epoch();
    const { member } = await hub.join({ policy: 'EVERY' });
    const [link] = member.links;
    if (!link) throw new Error('It has no link.');
    expect(confirmedPosition(link)).toEqual({ epoch: before, sequence: 5 });
    await hub.publish(6, 8);
    await turn();
    const written = writtenPosition(link);
    expect(written).toEqual({ epoch: before, sequence: 8 });
    hub.bus.forget('t');
    await hub.publish(1, 2);
    expect(confirmedPosition(link)).toEqual({ epoch: before, sequence: 5 });
    confirmPosition(link, written);
    expect(confirmedPosition(link)).toEqual(written);
    await turn();
    expect(confirmedPosition(link)).toEqual(written);
    confirmPosition(link, writtenPosition(link));
    expect(confirmedPosition(link)).toEqual({ epoch: await hub.epoch(), sequence: 2 });
  });

  it('U12 stays in the former numbering of a store until the peer has heard of the new one', async () => {
    let tell: (event: BusEvent) => void = () => {};
    const event = (epoch: string, n: number): BusEvent => ({
      topic: 't',
      epoch,
      sequence: n,
      payload: { n },
    });
    using hub = startHub({
      openTopic: async (_topic, onEvent) => {
        tell = onEvent;
        return { latest: event('a', 5), close: () => {} };
      },
    });
    const replay = { read: async () => ({ events: [], upTo: 5 }), count: async () => 0 };
    const { member, peer } = await hub.join({ policy: 'REPLAY', replay });
    const marks = new Marks(member);
    tell(event('a', 6));
    await expect.poll(() => peer.values).toEqual([6]);
    marks.mark();
    marks.confirm();
    expect(positionsOf(member)).toEqual({ t: ['a', 6] });
    // restored as it was at 4
    tell(event('b', 4));
    await expect.poll(() => peer.values).toEqual([6, 4]);
    expect(peer.messages.at(-1)?.payload).toMatchObject({
      data: { n: 4 },
      extensions: { resume: { recovered: false, reason: 'EPOCH_CHANGED' } },
    });
    expect(positionsOf(member)).toEqual({ t: ['a', 6] });
    marks.mark();
    marks.confirm();
    expect(positionsOf(member)).toEqual({ t: ['b', 4] });
  });

  it('U7 stays where it was until its client was written that it missed something', async () => {
    using hub = setUp({ maxQueueFrames: 10 });
    await hub.publish(1, 10);
    const epoch = await hub.epoch();
    const peer = new Peer();
    peer.pause();
    const { member } = await hub.join({ policy: 'EVERY', after: 1, epoch, peer });
    const [link] = member.links;
    if (!link) throw new Error('It has no link.');
    const marks = new Marks(member);
    const answer = () => {
      marks.mark();
      marks.confirm();
      return confirmedPosition(link);
    };
    await turn();
    expect(answer()).toEqual({ epoch, sequence: 1 });
    peer.resume();
    await turn();
    expect(peer.messages[0]?.payload.extensions).toMatchObject({ resume: { reason: 'TOO_MANY' } });
    expect(answer()).toEqual({ epoch, sequence: 10 });
  });

  it('U6 of several topics, an id says no more than was written before it', async () => {
    using hub = setUp();
    const { peer } = await hub.join({ policy: 'EVERY', topics: ['a', 'b'], peer: new OneByOne() });
    for (let n = 1; n <= 3; n += 1) {
      await hub.publish(n, n, 'a');
      await hub.publish(n, n, 'b');
    }
    await turn();
    for (let i = 0; i < 6; i += 1) {
      peer.resume();
      await turn();
    }
    const sequences = (peer as OneByOne).ids.map((id) =>
      [...(positionsOfEventId(id)?.values() ?? [])].map(({ sequence }) => sequence),
    );
    expect(sequences).toEqual([
      [1, 0],
      [1, 1],
      [2, 1],
      [2, 2],
      [3, 2],
      [3, 3],
    ]);
  });
});

/** Takes a frame at a time, as an event stream does. */
class OneByOne extends Peer {
  readonly ids: (string | undefined)[] = [];

  override send(batch: Parameters<Peer['send']>[0], from: number): number {
    const [link, payload] = [batch.links[from], batch.payloads[from]];
    if (link && payload) {
      this.ids.push(eventId(link, payload));
      confirmPosition(link, payload);
    }
    this.ready = false;
    return 1;
  }
}
