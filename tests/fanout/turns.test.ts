import { describe, expect, it } from 'vitest';
import { Peer, startHub } from './harness.ts';

/** Takes its time, as executing a large selection does. */
function busy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

const slow = (log?: string[], name = '') => ({
  execute: (payload: unknown) => {
    busy(1);
    log?.push(name);
    return { data: { n: (payload as { payload: { n: number } }).payload.n } };
  },
});

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('executions of many groups', () => {
  it('F15 the executions of one event are spread over turns of the loop, and each is done', async () => {
    using t = startHub();
    const executed: string[] = [];
    const peers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => t.join({ key: `k${i}`, ...slow(executed) })),
    );
    await t.bus.publish('t', { n: 1 });
    let turns = 0;
    let most = executed.length;
    while (peers.some(({ peer }) => peer.values.length === 0) && turns < 1000) {
      const before = executed.length;
      await nextTurn();
      most = Math.max(most, executed.length - before);
      turns += 1;
    }
    // each takes a quarter of a slice, however long the machine is busy with something else
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(15);
    expect(turns).toBeGreaterThan(5);
    expect(peers.map(({ peer }) => peer.values)).toEqual(peers.map(() => [1]));
  });

  it('F15 an idle loop executes at once', async () => {
    using t = startHub();
    await Promise.all(Array.from({ length: 5 }, (_, i) => t.join({ key: `k${i}` })));
    await t.bus.publish('t', { n: 1 });
    expect(t.executed).toHaveLength(5);
  });

  it('F15 the many selections of one owner do not delay those of another', async () => {
    using t = startHub();
    const order: string[] = [];
    const many = new Peer();
    const one = new Peer();
    for (let i = 0; i < 60; i += 1) await t.join({ key: `k${i}`, peer: many, ...slow(order, 'many') });
    await t.join({ key: 'honest', peer: one, ...slow(order, 'one') });
    await t.bus.publish('t', { n: 1 });
    await expect.poll(() => order.length).toBe(61);
    expect(order.indexOf('one')).toBeLessThan(20);
  });

  it('F15 every event of EVERY is executed in order, over all topics of a group', async () => {
    using t = startHub();
    const policy = 'EVERY' as const;
    const peers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => t.join({ key: `k${i}`, topics: ['a', 'b'], policy, ...slow() })),
    );
    const expected = Array.from({ length: 30 }, (_, i) => i);
    for (const n of expected) await t.bus.publish(n % 2 === 0 ? 'a' : 'b', { n });
    await expect
      .poll(() => peers.every(({ peer }) => peer.values.length >= 30), { timeout: 5000 })
      .toBe(true);
    for (const { peer } of peers) expect(peer.values).toEqual(expected);
  });

  it('F15 a member that joins while events wait gets none from before it joined, and none twice', async () => {
    using t = startHub();
    const policy = 'EVERY' as const;
    const join = (key: string) => t.join({ key, policy, ...slow() });
    for (let i = 0; i < 30; i += 1) await join(`k${i}`);
    for (let n = 0; n < 3; n += 1) await t.bus.publish('t', { n });
    const late = await join('k29');
    await t.bus.publish('t', { n: 3 });
    await expect.poll(() => late.peer.values).toEqual([3]);
    await nextTurn();
    expect(late.peer.values).toEqual([3]);
  });

  it('F15 what waits is bounded, and nothing of it stays when its members leave', async () => {
    using t = startHub();
    const policy = 'EVERY' as const;
    const joined = await Promise.all(
      Array.from({ length: 40 }, (_, i) => t.join({ key: `k${i}`, policy, ...slow() })),
    );
    await t.bus.publish('t', { n: 1 });
    expect(t.hub.pending).toBeGreaterThan(0);
    for (const { leave } of joined) leave();
    expect(t.hub.size).toEqual({ members: 0, groups: 0, topics: 0 });
    expect(t.hub.pending).toBe(0);
  });
});
