import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { listen, SECRET, startServer } from '../support/server.ts';

/** A token of an issuer whose clock is ahead. */
const aheadBy = (seconds: number): Promise<string> =>
  new SignJWT({ roles: ['USER'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('eve')
    .setIssuedAt(Math.floor(Date.now() / 1000) + seconds)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET));

describe('signing somebody out whose tokens are ahead of the clock', () => {
  it('Q9 ends what such a token opened, and refuses it from then on', async () => {
    await using server = await startServer();
    const used = await aheadBy(40);
    const watching = listen(server.client(used), 'subscription { stats { instance: startedAt } }');
    await expect.poll(() => watching.data.length).toBeGreaterThan(0);
    const unseen = await aheadBy(35);
    const root = await server.token('root', 'ADMIN');
    await server.post('mutation { revokeUser(userId: "eve") }', {}, root);
    await expect.poll(() => watching.errors.length).toBe(1);
    for (const token of [used, unseen]) {
      expect(await server.post('{ serverTime }', {}, token)).toMatchObject({ status: 401 });
    }
    expect((await server.post('{ serverTime }', {}, await aheadBy(45))).status).toBe(200);
  });
});
