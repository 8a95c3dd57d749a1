import { randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { connectRedis } from '../../src/bus/redis/connect-redis.ts';
import { RedisLease } from '../../src/bus/redis/redis-lease.ts';
import type { TestRedis } from '../support/redis.ts';

export interface LeaseUnderTest {
  /** of a Redis, or of a cluster */
  url(): string;
  /** The Redis that has a key. */
  ownerOf(key: string): Promise<Pick<TestRedis, 'kill' | 'restart'>>;
}

const onError = (): void => {};

/** What a lease in Redis promises, wherever it is kept. */
export function leaseContract(name: string, { url, ownerOf }: LeaseUnderTest): void {
  const candidate = async (key: string, expiryMs = 600) => {
    const connection = await connectRedis({ url: url(), onError });
    const lease = new RedisLease({
      commands: connection.commands,
      key,
      instance: randomUUID(),
      expiryMs,
      everyMs: 100,
      onError,
    });
    const state = { held: false, gained: 0, lost: 0 };
    const tokens: (number | undefined)[] = [];
    lease.start({
      onGained: (token) => {
        tokens.push(token);
        state.held = true;
        state.gained += 1;
      },
      onLost: () => {
        state.held = false;
        state.lost += 1;
      },
    });
    return { state, tokens, lease, connection };
  };

  describe(`${name} keeps the lease contract`, () => {
    it('B10 a lease has one holder; it goes to another when that one stops, or is silent for too long', {
      timeout: 30_000,
    }, async () => {
      const key = randomUUID();
      const all = await Promise.all([candidate(key), candidate(key), candidate(key)]);
      const holders = () => all.filter(({ state }) => state.held);
      await expect.poll(() => holders().length).toBe(1);
      const first = holders()[0];
      await first?.lease.stop();
      if (first) first.state.held = false;
      await expect.poll(() => holders().length).toBe(1);
      const second = holders()[0];
      expect(second).not.toBe(first);
      // as a process that is stopped: it neither renews nor gives up
      second?.connection.commands.disconnect();
      await expect.poll(() => holders().length).toBe(2);
      // and comes back
      await second?.connection.commands.connect();
      await expect.poll(() => second?.state).toEqual({ held: false, gained: 1, lost: 1 });
      expect(holders().length).toBe(1);
      for (const { lease, connection } of all) {
        await lease.stop();
        await connection[Symbol.asyncDispose]();
      }
    });

    it('B14 each holder gets a higher token than those before it, also when Redis forgets everything', {
      timeout: 30_000,
    }, async () => {
      const key = randomUUID();
      const first = await candidate(key);
      await expect.poll(() => first.state.held).toBe(true);
      await first.lease.stop();
      const second = await candidate(key);
      await expect.poll(() => second.state.held).toBe(true);
      await second.connection.commands.del(key);
      second.connection.commands.disconnect();
      const third = await candidate(key);
      await expect.poll(() => third.state.held).toBe(true);
      const [a, b, c] = [first, second, third].map(({ tokens }) => tokens[0] ?? 0);
      expect(a).toBeGreaterThan(1_000_000_000_000);
      expect(b).toBeGreaterThan(a ?? 0);
      expect(c).toBeGreaterThan(b ?? 0);
      for (const { lease, connection } of [first, second, third]) {
        await lease.stop();
        await connection[Symbol.asyncDispose]();
      }
    });

    it('B14 the token rises although the clock of Redis has gone back', { timeout: 30_000 }, async () => {
      const key = randomUUID();
      const first = await candidate(key);
      await expect.poll(() => first.state.held).toBe(true);
      await first.lease.stop();
      // as given an hour ago, by a clock that was two hours ahead
      const last = Date.now() + 3_600_000;
      await first.connection.commands.set(`{${key}}:token`, last);
      const second = await candidate(key);
      await expect.poll(() => second.tokens).toEqual([last + 1]);
      for (const { lease, connection } of [first, second]) {
        await lease.stop();
        await connection[Symbol.asyncDispose]();
      }
    });

    it('B14 a holder asks for a token above one that a store remembers, and gets it', async () => {
      const one = await candidate(randomUUID());
      await expect.poll(() => one.state.held).toBe(true);
      const stored = Date.now() + 3_600_000;
      one.lease.exceed(stored);
      await expect.poll(() => one.tokens.at(-1)).toBe(stored + 1);
      // an older one changes nothing
      one.lease.exceed(stored - 5);
      await expect.poll(() => one.lease.confirm()).toBe(true);
      expect(one.state.lost).toBe(0);
      await one.lease.stop();
      await one.connection[Symbol.asyncDispose]();
    });

    it('B14 a holder whose event was refused has lost it at once, also while Redis is away, and gains it with a higher token', async () => {
      const one = await candidate(randomUUID());
      await expect.poll(() => one.state.held).toBe(true);
      const asking = vi.spyOn(one.connection.commands, 'eval').mockRejectedValue(new Error('away'));
      one.lease.forfeit();
      one.lease.forfeit();
      expect(one.state).toEqual({ held: false, gained: 1, lost: 1 });
      expect(await one.lease.confirm()).toBe(false);
      asking.mockRestore();
      await expect.poll(() => one.state).toEqual({ held: true, gained: 2, lost: 1 });
      expect(one.tokens[1]).toBeGreaterThan(one.tokens[0] ?? 0);
      await one.lease.stop();
      await one.connection[Symbol.asyncDispose]();
    });

    it('B14 who asks after a pause is told that another one has it', { timeout: 30_000 }, async () => {
      const key = randomUUID();
      const paused = await candidate(key, 300);
      await expect.poll(() => paused.state.held).toBe(true);
      expect(await paused.lease.confirm()).toBe(true);
      // as a pause of the whole process: it cannot renew, and nothing tells it
      const { commands } = paused.connection;
      const asking = vi.spyOn(commands, 'eval').mockImplementation(() => new Promise(() => {}));
      const other = await candidate(key, 300);
      await expect.poll(() => other.state.held).toBe(true);
      asking.mockRestore();
      expect(paused.state.held).toBe(true);
      expect(await paused.lease.confirm()).toBe(false);
      expect(paused.state).toEqual({ held: false, gained: 1, lost: 1 });
      for (const { lease, connection } of [paused, other]) {
        await lease.stop();
        await connection[Symbol.asyncDispose]();
      }
    });

    it('B10 while Redis is away its holder keeps it, also when Redis has forgotten who that is', {
      timeout: 30_000,
    }, async () => {
      const key = randomUUID();
      const a = await candidate(key, 5000);
      await expect.poll(() => a.state.held).toBe(true);
      const b = await candidate(key, 5000);
      const redis = await ownerOf(key);
      await redis.kill();
      await expect(a.connection.commands.get(key)).rejects.toThrow();
      // a holder that is the last to notice
      await a.connection.commands.disconnect();
      await expect.poll(() => b.connection.commands.get(key).catch(() => 'away')).toBe('away');
      expect(a.state).toEqual({ held: true, gained: 1, lost: 0 });
      await redis.restart();
      const { commands } = b.connection;
      await expect.poll(() => commands.exists(key).catch(String), { timeout: 15_000 }).toBe(0);
      const asking = vi.spyOn(commands, 'eval');
      await expect.poll(() => asking.mock.settledResults.length).toBeGreaterThan(2);
      expect(await commands.exists(key)).toBe(0);
      await a.connection.commands.connect();
      await expect.poll(() => commands.exists(key).catch(String), { timeout: 15_000 }).toBe(1);
      expect(a.state).toEqual({ held: true, gained: 1, lost: 0 });
      expect(b.state).toEqual({ held: false, gained: 0, lost: 0 });
      for (const { lease, connection } of [a, b]) {
        await lease.stop();
        await connection[Symbol.asyncDispose]();
      }
    });
  });
}
