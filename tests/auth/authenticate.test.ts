import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AuthenticateOptions, createAuthenticate } from '../../src/auth/authenticate.ts';
import { signToken } from '../../src/auth/token.ts';

const SECRET = 'a secret for tests, at least thirty-two bytes long';
const key = new TextEncoder().encode(SECRET);
const options: AuthenticateOptions = {
  authSecret: SECRET,
  authJwksUrl: undefined,
  authIssuer: undefined,
  authAudience: undefined,
  dataDir: 'unused',
};
const ada = { userId: 'ada', roles: ['USER', 'PUBLISHER'], ttlSeconds: 60, key } as const;

const failed = expect.objectContaining({ name: 'TickroomError', code: 'AUTH_FAILED' });
const expired = expect.objectContaining({ name: 'TickroomError', code: 'AUTH_TOKEN_EXPIRED' });
const unavailable = expect.objectContaining({ name: 'TickroomError', code: 'SERVICE_UNAVAILABLE' });

afterEach(() => {
  vi.useRealTimers();
});

/** A token with any claims, signed with the shared secret. */
const withClaims = (claims: Record<string, unknown>): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(key);

describe('tokens of the shared secret', () => {
  it('A4 say who it is, with which roles and until when', async () => {
    const authenticate = await createAuthenticate(options);
    const before = Math.floor(Date.now() / 1000);
    const viewer = await authenticate(await signToken(ada));
    expect(viewer).toEqual({
      id: 'ada',
      roles: ['USER', 'PUBLISHER'],
      expiresAt: expect.any(Number),
      issuedAt: expect.any(Number),
    });
    expect((viewer.expiresAt ?? 0) / 1000 - before - 60).toBeLessThanOrEqual(1);
  });

  it.each(['', 'nonsense', 'a.b.c', '..', 'eyJhbGciOiJIUzI1NiJ9.e30.AAAA', 'null'])(
    'A1 "%s" is refused',
    async (token) => {
      const authenticate = await createAuthenticate(options);
      await expect(authenticate(token)).rejects.toEqual(failed);
    },
  );

  it('A1 a token of another key is refused', async () => {
    const authenticate = await createAuthenticate(options);
    const token = await signToken({ ...ada, key: new TextEncoder().encode(`${SECRET}!`) });
    await expect(authenticate(token)).rejects.toEqual(failed);
  });

  it('A9 a subject that could not be signed out is refused', async () => {
    const authenticate = await createAuthenticate(options);
    for (const sub of ['x'.repeat(3000), 'x'.repeat(201), 'a\0b', 'a\nb']) {
      await expect(authenticate(await withClaims({ sub }))).rejects.toEqual(failed);
    }
    const sub = 'x'.repeat(200);
    await expect(authenticate(await withClaims({ sub }))).resolves.toMatchObject({ id: sub });
  });

  it('A9 a token that was made in the future is refused, unless a clock is ahead a little', async () => {
    const authenticate = await createAuthenticate(options);
    const now = Math.floor(Date.now() / 1000);
    for (const iat of [now + 120, now + 86_400, 1e12]) {
      await expect(authenticate(await withClaims({ sub: 'ada', iat }))).rejects.toEqual(failed);
    }
    await expect(authenticate(await withClaims({ sub: 'ada', iat: now + 30 }))).resolves.toMatchObject({
      id: 'ada',
    });
  });

  it('A1 a token whose claims were changed is refused', async () => {
    const authenticate = await createAuthenticate(options);
    const [head, , signature] = (await signToken(ada)).split('.');
    const claims = Buffer.from(JSON.stringify({ sub: 'ada', roles: ['ADMIN'] })).toString('base64url');
    await expect(authenticate(`${head}.${claims}.${signature}`)).rejects.toEqual(failed);
  });

  it('A1 alg "none" is refused', async () => {
    const authenticate = await createAuthenticate(options);
    await expect(authenticate(new UnsecuredJWT({}).setSubject('ada').encode())).rejects.toEqual(failed);
  });

  it('A1 another algorithm of the same secret is refused', async () => {
    const authenticate = await createAuthenticate(options);
    const token = await new SignJWT({ sub: 'ada' })
      .setProtectedHeader({ alg: 'HS512' })
      .sign(Buffer.concat([key, key]));
    await expect(authenticate(token)).rejects.toEqual(failed);
  });

  it.each([{}, { sub: '' }, { sub: 7 }])('A1 %o names nobody', async (claims) => {
    const authenticate = await createAuthenticate(options);
    await expect(authenticate(await withClaims(claims))).rejects.toEqual(failed);
  });

  it('A1 a token that is not valid yet is refused', async () => {
    const authenticate = await createAuthenticate(options);
    const nbf = Math.floor(Date.now() / 1000) + 3600;
    await expect(authenticate(await withClaims({ sub: 'ada', nbf }))).rejects.toEqual(failed);
  });

  it.each([undefined, 'ADMIN', ['admin', 'ROOT', 7], { ADMIN: true }])(
    'A3 roles %o give none',
    async (roles) => {
      const authenticate = await createAuthenticate(options);
      expect(await authenticate(await withClaims({ sub: 'ada', roles }))).toEqual({
        id: 'ada',
        roles: [],
        expiresAt: null,
      });
    },
  );

  it('A2 an expired token is refused as such', async () => {
    const authenticate = await createAuthenticate(options);
    await expect(authenticate(await signToken({ ...ada, ttlSeconds: -1 }))).rejects.toEqual(expired);
  });

  it('A2 a token that was good is refused once it has expired', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const authenticate = await createAuthenticate(options);
    const token = await signToken(ada);
    const { expiresAt } = await authenticate(token);
    vi.setSystemTime((expiresAt ?? 0) - 1);
    await expect(authenticate(token)).resolves.toMatchObject({ id: 'ada' });
    vi.setSystemTime(expiresAt ?? 0);
    await expect(authenticate(token)).rejects.toEqual(expired);
  });

  it('A4 issuer and audience are checked when configured', async () => {
    const authenticate = await createAuthenticate({ ...options, authIssuer: 'us', authAudience: 'tickroom' });
    const good = await signToken({ ...ada, issuer: 'us', audience: 'tickroom' });
    await expect(authenticate(good)).resolves.toMatchObject({ id: 'ada' });
    for (const other of [
      { issuer: 'us' },
      { audience: 'tickroom' },
      { issuer: 'them', audience: 'tickroom' },
    ]) {
      await expect(authenticate(await signToken({ ...ada, ...other }))).rejects.toEqual(failed);
    }
  });
});

describe('tokens of a key set', () => {
  let pair: Awaited<ReturnType<typeof generateKeyPair>>;
  let published: JWK;
  beforeAll(async () => {
    pair = await generateKeyPair('RS256', { extractable: true });
    published = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256' };
  });

  const signed = (claims: Record<string, unknown> = { sub: 'ada' }): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(pair.privateKey);

  /** A key server that answers with whatever `answer` holds at the time. */
  async function keyServer() {
    const state = { status: 200, body: JSON.stringify({ keys: [published] }), requests: 0 };
    const server = createServer((_request, response) => {
      state.requests += 1;
      response.writeHead(state.status, { 'content-type': 'application/json' }).end(state.body);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    return {
      state,
      url: `http://127.0.0.1:${port}/keys`,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  const onlyKeySet = (authJwksUrl: string): AuthenticateOptions => ({
    ...options,
    authSecret: undefined,
    authJwksUrl,
  });

  it('A4 are taken, and the keys are fetched once', async () => {
    await using keys = await keyServer();
    const authenticate = await createAuthenticate(onlyKeySet(keys.url));
    const tokens = await Promise.all([signed(), signed({ sub: 'bob', roles: ['ADMIN'] })]);
    const viewers = await Promise.all(tokens.map(authenticate));
    expect(viewers).toMatchObject([
      { id: 'ada', roles: [] },
      { id: 'bob', roles: ['ADMIN'] },
    ]);
    expect(keys.state.requests).toBe(1);
  });

  it('A1 a public key is never taken for a shared secret', async () => {
    await using keys = await keyServer();
    const authenticate = await createAuthenticate(onlyKeySet(keys.url));
    const pem = new TextEncoder().encode(await exportSPKI(pair.publicKey));
    for (const secret of [pem, key, new TextEncoder().encode(JSON.stringify(published))]) {
      const token = await new SignJWT({ sub: 'eve' })
        .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
        .sign(secret);
      await expect(authenticate(token)).rejects.toEqual(failed);
    }
    await expect(authenticate(new UnsecuredJWT({ sub: 'eve' }).encode())).rejects.toEqual(failed);
  });

  it('A1 without a key set, its tokens are refused', async () => {
    const authenticate = await createAuthenticate(options);
    await expect(authenticate(await signed())).rejects.toEqual(failed);
  });

  it('A4 both are taken when both are configured', async () => {
    await using keys = await keyServer();
    const authenticate = await createAuthenticate({ ...options, authJwksUrl: keys.url });
    await expect(authenticate(await signed())).resolves.toMatchObject({ id: 'ada' });
    await expect(authenticate(await signToken(ada))).resolves.toMatchObject({ id: 'ada' });
  });

  it('A1 a token of a key that is not in the set is refused', async () => {
    await using keys = await keyServer();
    const authenticate = await createAuthenticate(onlyKeySet(keys.url));
    const { privateKey } = await generateKeyPair('ES256');
    const token = await new SignJWT({ sub: 'eve' })
      .setProtectedHeader({ alg: 'ES256', kid: 'k2' })
      .sign(privateKey);
    await expect(authenticate(token)).rejects.toEqual(failed);
  });

  it('A7 a key that the provider just added is looked up again, and not called wrong before that', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await using keys = await keyServer();
    const authenticate = await createAuthenticate(onlyKeySet(keys.url));
    await authenticate(await signed());
    const added = await generateKeyPair('ES256', { extractable: true });
    const token = await new SignJWT({ sub: 'bob' })
      .setProtectedHeader({ alg: 'ES256', kid: 'k2' })
      .sign(added.privateKey);
    const key = { ...(await exportJWK(added.publicKey)), kid: 'k2', alg: 'ES256' };
    keys.state.body = JSON.stringify({ keys: [published, key] });
    await expect(authenticate(token)).rejects.toEqual(unavailable);
    expect(keys.state.requests).toBe(1);
    vi.setSystemTime(Date.now() + 6000);
    await expect(authenticate(token)).resolves.toMatchObject({ id: 'bob' });
    vi.setSystemTime(Date.now() + 6000);
    const { privateKey } = await generateKeyPair('ES256');
    const forged = new SignJWT({ sub: 'eve' }).setProtectedHeader({ alg: 'ES256', kid: 'k3' });
    await expect(authenticate(await forged.sign(privateKey))).rejects.toEqual(failed);
    expect(keys.state.requests).toBe(3);
  });

  it.each([
    { status: 500, body: '' },
    { status: 200, body: 'sorry' },
    { status: 200, body: '{"keys":"none"}' },
  ])('A7 keys answered with %o are the service’s failure, and tried again', async (answer) => {
    await using keys = await keyServer();
    const good = { ...keys.state };
    Object.assign(keys.state, answer);
    const authenticate = await createAuthenticate(onlyKeySet(keys.url));
    const token = await signed();
    await expect(authenticate(token)).rejects.toEqual(unavailable);
    Object.assign(keys.state, good);
    await expect(authenticate(token)).resolves.toMatchObject({ id: 'ada' });
  });

  it('A7 keys that cannot be reached are the service’s failure', async () => {
    const keys = await keyServer();
    await keys[Symbol.asyncDispose]();
    const authenticate = await createAuthenticate(onlyKeySet(keys.url));
    await expect(authenticate(await signed())).rejects.toEqual(unavailable);
  });

  it('A7 a token that was good works on for a while when the keys are away, and not for ever', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const keys = await keyServer();
    const authenticate = await createAuthenticate(onlyKeySet(keys.url));
    const token = await signed();
    await authenticate(token);
    await keys[Symbol.asyncDispose]();
    vi.setSystemTime(Date.now() + 4 * 60_000);
    await expect(authenticate(token)).resolves.toMatchObject({ id: 'ada' });
    vi.setSystemTime(Date.now() + 20 * 60_000);
    await expect(authenticate(token)).rejects.toEqual(unavailable);
  });
});
