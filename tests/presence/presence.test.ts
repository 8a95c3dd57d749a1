import { afterEach, describe, expect, it } from 'vitest';
import type { Bus } from '../../src/bus/bus.ts';
import { MemoryBus } from '../../src/bus/memory/memory-bus.ts';
import { TickroomError } from '../../src/errors.ts';
import type { GroupRules } from '../../src/fanout/groups/group-rules.ts';
import { Hub } from '../../src/fanout/hub.ts';
import type { Projected } from '../../src/fanout/payload/projection.ts';
import { Presence } from '../../src/presence/presence.ts';
import { openPresenceTopic, presenceProjection } from '../../src/presence/presence-topic.ts';
import { seededRandom } from '../support/seeded.ts';

const BEAT = 20;

/** One instance's end of the bus: it can lose what it announces, hear nothing, and fail. */
class Line implements Pick<Bus, 'announce' | 'listen'> {
  isAway = false;
  loses: (topic: string) => boolean = () => false;
  listening = 0;
  readonly #bus: MemoryBus;

  constructor(bus: MemoryBus) {
    this.#bus = bus;
  }

  async announce(topic: string, payload: object): Promise<void> {
    if (this.isAway) throw new TickroomError('SERVICE_UNAVAILABLE', 'away');
    if (!this.loses(topic)) await this.#bus.announce(topic, structuredClone(payload));
  }

  async listen(topic: string, onPayload: (payload: unknown) => void): Promise<() => void> {
    if (this.isAway) throw new TickroomError('SERVICE_UNAVAILABLE', 'away');
    const stop = await this.#bus.listen(topic, (payload) => {
      if (!this.isAway) onPayload(payload);
    });
    this.listening += 1;
    return () => {
      this.listening -= 1;
      stop();
    };
  }
}

const owned: Presence[] = [];
afterEach(async () => {
  for (const presence of owned.splice(0)) await presence[Symbol.asyncDispose]();
});

function cluster(names: readonly string[]) {
  const bus = new MemoryBus();
  return names.map((instance) => {
    const line = new Line(bus);
    const errors: unknown[] = [];
    const presence = new Presence({
      bus: line,
      instance,
      heartbeatMs: BEAT,
      expiryMs: 3 * BEAT,
      answerMs: 100,
      onError: (error) => errors.push(error),
    });
    owned.push(presence);
    return { presence, line, errors };
  });
}
type Instance = ReturnType<typeof cluster>[number];
const two = (): [Instance, Instance] => cluster(['a', 'b']) as [Instance, Instance];
const shown = ({ members }: { members: ReadonlyMap<string, number> }): Record<string, number> =>
  Object.fromEntries([...members].sort());

describe('presence', () => {
  it('O1 tells who comes and goes, by users and connections, on all instances', async () => {
    const [a, b] = two();
    const heard: unknown[] = [];
    await a.presence.open('r', ({ kind, userId, users, connections, userConnections }) =>
      heard.push([kind, userId, users, connections, userConnections]),
    );
    const leaveA = a.presence.enter('r', 'ann', 'a1');
    await expect.poll(() => heard.length).toBe(1);
    const leaveB = b.presence.enter('r', 'ann', 'b1');
    await expect.poll(() => heard.length).toBe(2);
    b.presence.enter('r', 'bob', 'b2');
    await expect.poll(() => heard.length).toBe(3);
    leaveA();
    leaveA();
    await expect.poll(() => heard.length).toBe(4);
    leaveB();
    await expect
      .poll(() => heard)
      .toEqual([
        ['USER_JOINED', 'ann', 1, 1, 1],
        ['CONNECTION_JOINED', 'ann', 1, 2, 2],
        ['USER_JOINED', 'bob', 2, 3, 1],
        ['CONNECTION_LEFT', 'ann', 2, 2, 1],
        ['USER_LEFT', 'ann', 1, 1, 0],
      ]);
  });

  it('O1 counts a connection once, whatever it has open, until it has closed all of it', async () => {
    const [a, b] = two();
    const { state } = await b.presence.open('r', () => {});
    const leaves = [a.presence.enter('r', 'ann', 'c'), a.presence.enter('r', 'ann', 'c')];
    await expect.poll(() => shown(state)).toEqual({ ann: 1 });
    leaves[0]?.();
    a.presence.enter('r', 'bob', 'd');
    await expect.poll(() => shown(state)).toEqual({ ann: 1, bob: 1 });
    leaves[1]?.();
    await expect.poll(() => shown(state)).toEqual({ bob: 1 });
  });

  it('O8 tells nobody of one who comes back before its departure is told, here or at another instance', async () => {
    const [a, b] = two();
    const heard: string[] = [];
    await b.presence.open('r', ({ kind, userId }) => heard.push(`${kind} ${userId}`));
    const lost = a.presence.enter('r', 'ann', 'a1');
    await expect.poll(() => heard).toEqual(['USER_JOINED ann']);
    lost(60_000);
    // the same connection, another one of the same instance, and then one elsewhere
    const again = a.presence.enter('r', 'ann', 'a1');
    again(60_000);
    const other = a.presence.enter('r', 'ann', 'a2');
    a.presence.enter('r', 'bob', 'a3')();
    const there = a.presence.enter('r', 'cyd', 'a4');
    await expect.poll(() => heard).toEqual(['USER_JOINED ann', 'USER_JOINED cyd']);
    other(50);
    b.presence.enter('r', 'ann', 'b1');
    await expect.poll(() => heard.length).toBe(4);
    expect(heard.slice(2)).toEqual(['CONNECTION_JOINED ann', 'CONNECTION_LEFT ann']);
    there();
    await expect.poll(() => heard.at(-1)).toBe('USER_LEFT cyd');
    expect(a.presence.size.scopes).toBe(0);
  });

  it('O8 counts the users of an instance that stops until they have come to another one', async () => {
    const bus = new MemoryBus();
    const open = (instance: string) => {
      const presence = new Presence({ bus, instance, heartbeatMs: BEAT, holdMs: 100, onError: () => {} });
      owned.push(presence);
      return presence;
    };
    const [a, b] = [open('a'), open('b')];
    const heard: string[] = [];
    const { state } = await b.open('r', ({ kind, userId }) => heard.push(`${kind} ${userId}`));
    for (const user of ['ann', 'bob']) a.enter('r', user, user);
    await expect.poll(() => shown(state)).toEqual({ ann: 1, bob: 1 });
    await a[Symbol.asyncDispose]();
    b.enter('r', 'ann', 'b1');
    await expect.poll(() => shown(state)).toEqual({ ann: 1 });
    expect(heard.filter((one) => one.startsWith('USER_'))).toEqual([
      'USER_JOINED ann',
      'USER_JOINED bob',
      'USER_LEFT bob',
    ]);
  });

  it('O2 gives who opens a scope everybody who is there, on all instances', async () => {
    const [a, b] = two();
    a.presence.enter('r', 'ann', 'a1');
    b.presence.enter('r', 'bob', 'b1');
    b.presence.enter('other', 'cid', 'b2');
    const { state } = await a.presence.open('r', () => {});
    expect(shown(state)).toEqual({ ann: 1, bob: 1 });
    expect(await b.presence.online('r', ['ann', 'bob', 'cid'])).toEqual(new Set(['ann', 'bob']));
    expect(await b.presence.online('nobody', ['ann'])).toEqual(new Set());
  });

  it('O3 lets the connections of an instance go at once when it stops, and in time when it dies', async () => {
    const [a, b, c] = cluster(['a', 'b', 'c']) as [Instance, Instance, Instance];
    const { state } = await a.presence.open('r', () => {});
    b.presence.enter('r', 'bob', 'b1');
    c.presence.enter('r', 'cid', 'c1');
    await expect.poll(() => shown(state)).toEqual({ bob: 1, cid: 1 });
    await b.presence[Symbol.asyncDispose]();
    expect(shown(state)).toEqual({ cid: 1 });
    c.line.loses = () => true;
    await expect.poll(() => shown(state)).toEqual({});
    c.line.loses = () => false;
    await expect.poll(() => shown(state)).toEqual({ cid: 1 });
  });

  it('O4 mends what was lost on the way', async () => {
    const [a, b] = two();
    const { state } = await a.presence.open('r', () => {});
    b.line.loses = (topic) => topic !== 'presence';
    const leave = b.presence.enter('r', 'bob', 'b1');
    b.presence.enter('r', 'cid', 'b2');
    await expect.poll(() => b.line.listening).toBeGreaterThan(0);
    b.line.loses = () => false;
    leave();
    await expect.poll(() => shown(state)).toEqual({ cid: 1 });
  });

  it('O5 goes on here while the bus is away, tells it once, and agrees again when it is back', async () => {
    const [a, b] = two();
    const { state } = await a.presence.open('r', () => {});
    b.presence.enter('r', 'bob', 'b1');
    await expect.poll(() => shown(state)).toEqual({ bob: 1 });
    for (const { line } of [a, b]) line.isAway = true;
    const leave = a.presence.enter('r', 'ann', 'a1');
    b.presence.enter('r', 'cid', 'b2');
    await expect.poll(() => a.errors.length).toBe(1);
    expect(shown(state)).toEqual({ ann: 1, bob: 1 });
    leave();
    for (const { line } of [a, b]) line.isAway = false;
    await expect.poll(() => shown(state)).toEqual({ bob: 1, cid: 1 });
    expect([a.errors.length, b.errors.length]).toEqual([1, 1]);
  });

  it('O6 listens to nothing once everybody has left', async () => {
    const [a, b] = two();
    const before = a.line.listening;
    const opened = await a.presence.open('r', () => {});
    const again = await a.presence.open('r', () => {});
    const leaves = Array.from({ length: 100 }, (_, n) => a.presence.enter(`s${n}`, 'ann', 'a1'));
    await b.presence.online('r', ['ann']);
    for (const leave of leaves) leave();
    opened.close();
    opened.close();
    again.close();
    await expect.poll(() => a.presence.size).toEqual({ scopes: 0, open: 0 });
    await expect.poll(() => a.line.listening).toBe(Math.max(1, before));
    await expect.poll(() => b.presence.size).toEqual({ scopes: 0, open: 0 });
  });

  it('O4 agrees with a model after a random walk with losses', { timeout: 20_000 }, async () => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    const instances = cluster(['a', 'b', 'c']);
    for (const { line } of instances) line.loses = (topic) => topic !== 'presence' && random() < 0.2;
    const states = await Promise.all(instances.map(({ presence }) => presence.open('r', () => {})));
    const inside = new Map<string, { user: string; leave: () => void }>();
    for (let step = 0; step < 1500; step += 1) {
      const instance = Math.floor(random() * 3);
      const connection = `${instance}-${Math.floor(random() * 20)}`;
      const present = inside.get(connection);
      if (present) {
        present.leave();
        inside.delete(connection);
      } else {
        const user = `u${Math.floor(random() * 8)}`;
        const leave = instances[instance]?.presence.enter('r', user, connection) ?? (() => {});
        inside.set(connection, { user, leave });
      }
      if (random() < 0.2) await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { line } of instances) line.loses = () => false;
    const model: Record<string, number> = {};
    for (const { user } of inside.values()) model[user] = (model[user] ?? 0) + 1;
    const sorted = Object.fromEntries(Object.entries(model).sort());
    for (const { state } of states) {
      await expect.poll(() => shown(state), { timeout: 5000, message: `seed ${seed}` }).toEqual(sorted);
      expect(state.connections).toBe(inside.size);
    }
  });

  it('O7 is one snapshot for who comes, then each change; a rush is told together', async () => {
    const [a] = cluster(['a']) as [Instance];
    const projection = presenceProjection();
    const told: (Projected | undefined)[] = [];
    const opened = await openPresenceTopic(a.presence, 'presence:r', (event) =>
      told.push(projection.next(event)),
    );
    if (!opened.latest) throw new Error('it is known who is there');
    expect(projection.next(opened.latest)).toBeUndefined();
    const empty = projection.snapshot();
    expect(empty?.payload).toEqual({
      kind: 'SNAPSHOT',
      users: 0,
      connections: 0,
      members: [],
      complete: true,
    });
    a.presence.enter('r', 'first', 'c');
    expect(told.map((update) => update?.payload)).toMatchObject([{ kind: 'USER_JOINED', userId: 'first' }]);
    for (let n = 1; n < 100; n += 1) a.presence.enter('r', `u${n}`, `c${n}`);
    await expect.poll(() => told.length).toBe(2);
    expect(told[1]?.payload).toMatchObject({ kind: 'SNAPSHOT', users: 100, complete: true });
    for (let n = 100; n < 10_000; n += 1) a.presence.enter('r', `u${n}`, `c${n}`);
    await expect
      .poll(() => told.at(-1)?.payload)
      .toEqual({
        kind: 'TOTALS',
        users: 10_000,
        connections: 10_000,
      });
    const joiner = projection.snapshot();
    expect(joiner?.payload).toMatchObject({ kind: 'SNAPSHOT', users: 10_000, complete: false });
    expect(joiner).toMatchObject({ payload: { members: { length: 500 } } });
    expect(projection.since(empty?.sequence ?? 0)?.payload).toMatchObject({ kind: 'TOTALS' });
    expect(projection.since(joiner?.sequence ?? 0)).toBeUndefined();
    opened.close();
  });

  it('O7 costs a crowd that comes at once far less than everybody telling everybody', async () => {
    const [a] = cluster(['a']) as [Instance];
    const hub = new Hub({ openTopic: (topic, onEvent) => openPresenceTopic(a.presence, topic, onEvent) });
    const rules: GroupRules = {
      policy: 'CATCH_UP',
      onlyChanges: false,
      minIntervalMs: 0,
      project: presenceProjection,
      open: () => ({ execute: (payload) => ({ data: payload as object }), close: () => {} }),
    };
    const crowd = 2000;
    for (let n = 0; n < crowd; n += 1) {
      a.presence.enter('r', `u${n}`, `c${n}`);
      const outbox = hub.openOutbox({ ready: true, send: ({ links }, from) => links.length - from });
      await hub.join({ key: 'k', rules, topics: ['presence:r'], outbox, prefix: '' });
    }
    await expect.poll(() => hub.counters.sent).toBeGreaterThanOrEqual(crowd);
    expect(hub.counters.executions).toBeLessThan(crowd / 10);
    hub.dispose();
  });

  it('O3 is not taken for alive again after it stopped, whatever was on its way', async () => {
    const [a, b] = two();
    const { state } = await a.presence.open('r', () => {});
    const announce = b.line.announce.bind(b.line);
    const said: string[] = [];
    let hold: Promise<void> | undefined;
    let release = (): void => {};
    b.line.announce = async (topic, payload) => {
      const { kind } = payload as { kind: string };
      said.push(kind);
      // a slow bus: the heartbeat is still on its way when the instance stops
      if (kind === 'ALIVE') await hold;
      await announce(topic, payload);
    };
    hold = new Promise((resolve) => {
      release = resolve;
    });
    said.length = 0;
    b.presence.enter('r', 'bob', 'b1');
    await expect.poll(() => said).toContain('ALIVE');
    await b.presence[Symbol.asyncDispose]();
    release();
    await expect.poll(() => said.at(-1)).toBe('BYE');
    await expect.poll(() => shown(state)).toEqual({});
  });

  it('O5 tells once that it cannot listen, although it is heard, and stops although the bus never answers', async () => {
    const bus = new MemoryBus();
    const errors: unknown[] = [];
    const deaf = new Presence({
      bus: { announce: (...args) => bus.announce(...args), listen: () => Promise.reject(new Error('deaf')) },
      instance: 'a',
      heartbeatMs: 5,
      onError: (error) => errors.push(error),
    });
    let beats = 0;
    await bus.listen('presence', () => {
      beats += 1;
    });
    await expect.poll(() => beats).toBeGreaterThan(5);
    expect(errors.length).toBe(1);
    await deaf[Symbol.asyncDispose]();
    const silent = new Presence({
      bus: { announce: async () => {}, listen: () => new Promise(() => {}) },
      instance: 'b',
      onError: () => {},
    });
    await silent[Symbol.asyncDispose]();
  });
});
