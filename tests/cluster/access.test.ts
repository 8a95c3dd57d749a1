import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPostgres } from '../support/places.ts';
import { openRaw, type RawClient } from '../support/raw-socket.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { User } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

const REVOKE = 'mutation ($user: ID!) { revokeUser(userId: $user) }';

describe('access at two instances over one Redis', () => {
  let redis: TestRedis;
  let a: TestServer;
  let b: TestServer;
  const startAll = async (): Promise<void> => {
    const env = { REDIS_URL: redis.url, DATABASE_URL: await freshPostgres(), OPERATIONS_PER_USER: '40' };
    [a, b] = await Promise.all([startServer(env), startServer(env)]);
  };
  beforeAll(async () => {
    redis = await startRedis();
    await startAll();
  });
  afterAll(async () => {
    await Promise.all([a[Symbol.asyncDispose](), b[Symbol.asyncDispose]()]);
    await redis.stop();
  });

  const statusAt = async (server: TestServer, token: string): Promise<number> =>
    (await server.post('{ serverTime }', {}, token)).status;

  it('Q4 count a user together: one that is used up at one is at the other too, but for a part', async () => {
    const token = await a.token('ada');
    const statuses: number[] = [];
    for (let n = 0; n < 40; n += 1) statuses.push(await statusAt(a, token));
    expect(statuses.every((status) => status === 200)).toBe(true);
    expect(await statusAt(a, token)).toBe(429);
    // b asks Redis with the first operation, and lets in a part (a twentieth) before it is answered
    let letIn = 0;
    await expect
      .poll(async () => {
        const status = await statusAt(b, token);
        if (status === 200) letIn += 1;
        return status;
      })
      .toBe(429);
    expect(letIn).toBeLessThanOrEqual(2);
    expect(await statusAt(b, await b.token('bob'))).toBe(200);
  });

  it('Q9 revokeUser at one ends the sessions at the other at once', async () => {
    const token = await b.token('eve');
    const raw = await openRaw(b.wsUrl, { payload: { token } });
    expect(raw.messages).toEqual([{ type: 'connection_ack' }]);
    const root = await User.at(a, 'root', 'ADMIN');
    await root.ask(REVOKE, { user: 'eve' });
    await expect.poll(() => raw.closeCode).toBe(4401);
    expect(raw.closeReason).toContain('AUTH_FAILED');
    expect([await statusAt(a, token), await statusAt(b, token)]).toEqual([401, 401]);
  });

  it('Q4 Q9 while Redis is away each limits by itself, and what was revoked meanwhile holds everywhere afterwards', {
    timeout: 60_000,
  }, async () => {
    const token = await b.token('mallory');
    const raw: RawClient = await openRaw(b.wsUrl, { payload: { token } });
    const redisOf = async (server: TestServer) =>
      ((await (await fetch(`${server.url}/health`)).json()) as { redis: string }).redis;
    const redisSays = (state: string) =>
      expect
        .poll(async () => [await redisOf(a), await redisOf(b)], { timeout: 10_000 })
        .toEqual([state, state]);
    await redis.kill();
    await redisSays('away');
    const flood = await Promise.all(
      Array.from({ length: 60 }, async () => statusAt(a, await a.token('zoe'))),
    );
    expect(flood.filter((status) => status === 200)).toHaveLength(40);

    const root = await User.at(a, 'root2', 'ADMIN');
    await root.ask(REVOKE, { user: 'mallory' });
    expect(await statusAt(a, token)).toBe(401);
    expect(raw.closeCode).toBeUndefined();
    await redis.restart();
    await redisSays('reachable');
    await expect.poll(() => raw.closeCode, { timeout: 10_000 }).toBe(4401);
    expect(await statusAt(b, token)).toBe(401);
  });
});
