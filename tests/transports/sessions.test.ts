import { createClient } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { openRaw, type RawClient } from '../support/raw-socket.ts';
import { ROOM_MESSAGES, User } from '../support/rooms.ts';
import { listen, startServer, type TestServer } from '../support/server.ts';

const QUOTES = 'subscription { streamData(symbols: ["AAPL"]) { price } }';
const VIEWER = '{ viewer { id roles } }';

const pongs = (raw: RawClient): unknown[] =>
  raw.messages.filter(({ type }) => type === 'pong').map(({ payload }) => payload);

/** Sends a new token, and gives what is answered. */
async function refresh(raw: RawClient, payload: object): Promise<unknown> {
  const before = pongs(raw).length;
  raw.send({ type: 'ping', payload });
  await expect.poll(() => pongs(raw).length).toBe(before + 1);
  return pongs(raw).at(-1);
}

const errorCode = (raw: RawClient, id: string): unknown => {
  const error = raw.messages.find((message) => message.id === id && message.type === 'error');
  return (error?.payload as { extensions: { code: string } }[] | undefined)?.[0]?.extensions.code;
};

/** An operation's result, or the code it was refused with. */
async function answer(raw: RawClient, id: string, query: string): Promise<unknown> {
  raw.subscribe(id, query);
  await expect.poll(() => raw.results(id)[0] ?? errorCode(raw, id)).toBeDefined();
  return raw.results(id)[0] ?? errorCode(raw, id);
}

/** A signed-in socket with a subscription to market data. */
async function watching(server: TestServer, token: string): Promise<RawClient> {
  const before = server.app.stats().streaming.subscribers;
  const raw = await openRaw(server.wsUrl, { payload: { token } });
  raw.subscribe('live', QUOTES);
  await expect.poll(() => server.app.stats().streaming.subscribers).toBe(before + 1);
  return raw;
}

describe('a new token on a live socket', () => {
  it('Q6 X7 of the same user takes the place of the old one, in either form, nothing of it comes back, and the user counts once', async () => {
    await using server = await startServer();
    const raw = await watching(server, await server.token('ada', undefined, 3));
    const token = await server.token('ada', undefined, 3600);
    const renewed = { authenticated: true, expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) };
    expect(await refresh(raw, { authorization: `Bearer ${token}` })).toEqual(renewed);
    const answered = (await refresh(raw, { token })) as { expiresAt: string };
    expect(answered).toEqual(renewed);
    expect(Date.parse(answered.expiresAt) - Date.now()).toBeGreaterThan(3_500_000);
    expect(JSON.stringify(raw.messages)).not.toContain(token);

    // the old one's end has no meaning any more: another session of its time ends
    const witness = await watching(server, await server.token('ada', undefined, 3));
    await expect.poll(() => errorCode(witness, 'live'), { timeout: 10_000 }).toBe('AUTH_TOKEN_EXPIRED');
    await expect
      .poll(() => answer(raw, `at ${Date.now()}`, VIEWER), { timeout: 2000, interval: 500 })
      .toEqual({ data: { viewer: { id: 'ada', roles: ['USER'] } } });
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
    await expect.poll(() => raw.results('live').length).toBe(1);

    // a user is one, with however many connections and tokens
    const counted = () => server.app.stats().connections;
    expect(counted()).toMatchObject({ total: 2, users: 1 });
    const other = await watching(server, await server.token('bob'));
    expect(counted()).toMatchObject({ total: 3, users: 2 });
    for (const leaving of [witness, other]) leaving.socket.destroy();
    await expect.poll(counted).toMatchObject({ total: 1, users: 1 });
  });

  it('Q6 that is of another, expired or rubbish is refused, and the old one stays', async () => {
    await using server = await startServer();
    const raw = await watching(server, await server.token('ada'));
    const refusals = [
      [await server.token('eve'), 'AUTH_FAILED', /same user/],
      [await server.token('ada', undefined, -10), 'AUTH_TOKEN_EXPIRED', /expired/],
      ['rubbish', 'AUTH_FAILED', /not valid/],
      [7, 'AUTH_FAILED', /Bearer/],
    ] as const;
    for (const [token, code, message] of refusals) {
      expect(await refresh(raw, { token })).toEqual({
        authenticated: false,
        code,
        message: expect.stringMatching(message),
      });
    }
    expect(await answer(raw, 'who', VIEWER)).toEqual({ data: { viewer: { id: 'ada', roles: ['USER'] } } });
    const anonymous = await openRaw(server.wsUrl);
    expect(await refresh(anonymous, { token: await server.token('ada') })).toMatchObject({
      authenticated: false,
      code: 'AUTH_FAILED',
      message: expect.stringContaining('connection_init'),
    });
    expect(await answer(anonymous, 'who', VIEWER)).toEqual({ data: { viewer: null } });
  });

  it('Q6 is not what other pings are about: their payload comes back', async () => {
    await using server = await startServer();
    const raw = await openRaw(server.wsUrl);
    expect(await refresh(raw, { n: 1 })).toEqual({ n: 1 });
    raw.send({ type: 'ping' });
    await expect.poll(() => raw.messages.at(-1)).toEqual({ type: 'pong' });
  });

  it('Q6 counts as an operation: checking costs', async () => {
    await using server = await startServer({ OPERATIONS_PER_USER: '3' });
    const token = await server.token('ada');
    const raw = await openRaw(server.wsUrl, { payload: { token } });
    for (let n = 0; n < 3; n += 1)
      expect(await refresh(raw, { token })).toMatchObject({ authenticated: true });
    expect(await refresh(raw, { token })).toMatchObject({
      authenticated: false,
      code: 'RATE_LIMIT_EXCEEDED',
      retryAfterMs: expect.any(Number),
    });
  });

  it('Q8 with fewer roles ends what is open at once; with as many or more it goes on', async () => {
    await using server = await startServer();
    const owner = await User.at(server, 'owner');
    const room = await owner.createRoom({ name: 'secret', type: 'PRIVATE' });
    const raw = await watching(server, await server.token('root', 'ADMIN'));
    raw.subscribe('room', ROOM_MESSAGES, { room });
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(2);
    await refresh(raw, { token: await server.token('root', 'ADMIN') });
    await owner.send(room, 'one');
    await expect.poll(() => raw.results('room').length).toBe(1);

    await refresh(raw, { token: await server.token('root') });
    await expect
      .poll(() => [errorCode(raw, 'room'), errorCode(raw, 'live')])
      .toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED']);
    await owner.send(room, 'two');
    raw.subscribe('again', ROOM_MESSAGES, { room });
    await expect.poll(() => errorCode(raw, 'again')).toBe('ROOM_NOT_FOUND');
    expect(raw.results('room')).toHaveLength(1);
  });
});

describe('the end of a token', () => {
  it('Q7 ends what it opened, over WebSocket and event streams, and nothing may be done with it', async () => {
    await using server = await startServer();
    const token = await server.token('ada', undefined, 3);
    const raw = await watching(server, token);
    const anonymous = listen(server.client(), QUOTES);
    const stream = await fetch(`${server.url}/graphql?query=${encodeURIComponent(QUOTES)}`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
    });
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(3);
    const text = stream.text();
    await expect.poll(() => errorCode(raw, 'live'), { timeout: 10_000 }).toBe('AUTH_TOKEN_EXPIRED');
    expect(await text).toContain('AUTH_TOKEN_EXPIRED');
    expect(raw.closeCode).toBeUndefined();
    expect(server.app.stats().streaming.subscribers).toBe(1);
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
    await expect.poll(() => anonymous.data.length).toBe(1);

    expect(await refresh(raw, { token: await server.token('ada') })).toMatchObject({ authenticated: true });
    expect(await answer(raw, 'who', VIEWER)).toEqual({ data: { viewer: { id: 'ada', roles: ['USER'] } } });
  });

  it('Q16 closes the socket with a code that clients retry, with the next operation or after a while', {
    timeout: 30_000,
  }, async () => {
    await using server = await startServer();
    const token = await server.token('ada', undefined, 2);
    const [asking, silent] = [await watching(server, token), await watching(server, token)];
    await expect.poll(() => errorCode(silent, 'live'), { timeout: 10_000 }).toBe('AUTH_TOKEN_EXPIRED');
    asking.subscribe('more', QUOTES);
    await expect.poll(() => asking.closeCode).toBe(4403);
    // not answered: who is told that it failed does not send it again
    expect(errorCode(asking, 'more')).toBeUndefined();
    expect(silent.closeCode).toBeUndefined();
    await expect.poll(() => silent.closeCode, { timeout: 10_000 }).toBe(4403);
  });

  it.each([true, false])(
    'Q16 an unmodified client asks for a new token and goes on, lazy: %s',
    async (lazy) => {
      await using server = await startServer();
      await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
      let asked = 0;
      const client = createClient({
        url: server.wsUrl,
        webSocketImpl: WebSocket,
        lazy,
        lazyCloseTimeout: 30_000,
        shouldRetry: () => true,
        retryWait: () => new Promise((resolve) => setTimeout(resolve, 20)),
        connectionParams: async () => {
          asked += 1;
          return { token: await server.token('ada', undefined, asked === 1 ? 2 : 600) };
        },
      });
      const before = listen(client, QUOTES);
      await expect.poll(() => before.data.length).toBe(1);
      await expect.poll(() => before.errors.length, { timeout: 10_000 }).toBe(1);
      const after = listen(client, QUOTES);
      await expect.poll(() => after.data.length, { timeout: 10_000 }).toBe(1);
      expect(after.errors).toEqual([]);
      expect(asked).toBe(2);
      await client.dispose();
    },
  );

  it('Q7 is put off by TOKEN_GRACE_SECONDS, for what is open only', async () => {
    await using server = await startServer({ TOKEN_GRACE_SECONDS: '3600' });
    await using strict = await startServer();
    const token = await server.token('ada', undefined, 3);
    const raw = await watching(server, token);
    const witness = await watching(strict, token);
    await expect.poll(() => errorCode(witness, 'live'), { timeout: 10_000 }).toBe('AUTH_TOKEN_EXPIRED');
    expect(await answer(raw, 'who', VIEWER)).toEqual({ data: { viewer: { id: 'ada', roles: ['USER'] } } });
    expect(errorCode(raw, 'live')).toBeUndefined();
    const late = await openRaw(server.wsUrl, { payload: { token } });
    await expect.poll(() => late.closeCode).toBe(4401);
  });
});

describe('revokeUser', () => {
  const REVOKE = 'mutation ($user: ID!) { revokeUser(userId: $user) }';

  it('Q9 ends all sessions of the user at once, and takes no token made before', async () => {
    await using server = await startServer();
    const token = await server.token('eve');
    const raw = await watching(server, token);
    const other = await watching(server, await server.token('ada'));
    const stream = await fetch(`${server.url}/graphql?query=${encodeURIComponent(QUOTES)}`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
    });
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(3);
    const root = await User.at(server, 'root', 'ADMIN');
    expect(await root.ask(REVOKE, { user: 'eve' })).toEqual({ revokeUser: true });

    await expect.poll(() => raw.closeCode).toBe(4401);
    expect(raw.closeReason).toMatch(/^AUTH_FAILED: You were signed out/);
    expect(await stream.text()).toContain('AUTH_FAILED');
    expect(await server.post('{ serverTime }', {}, token)).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'AUTH_FAILED' } }],
    });
    const again = await openRaw(server.wsUrl, { payload: { token } });
    await expect.poll(() => again.closeCode).toBe(4401);
    expect(other.closeCode).toBeUndefined();
    expect(await refresh(other, { token: await server.token('ada') })).toMatchObject({ authenticated: true });
    // one made later is good: a token says the second it was made in
    await expect
      .poll(async () => (await server.post('{ serverTime }', {}, await server.token('eve'))).status, {
        timeout: 3000,
      })
      .toBe(200);
  });

  it('Q9 is for ADMIN, and names somebody', async () => {
    await using server = await startServer();
    const ada = await User.at(server, 'ada');
    await expect(ada.ask(REVOKE, { user: 'bob' })).rejects.toThrow('PERMISSION_DENIED');
    expect((await server.post(REVOKE, { user: 'bob' })).errors?.[0]?.extensions?.code).toBe('AUTH_REQUIRED');
    const root = await User.at(server, 'root', 'ADMIN');
    await expect(root.ask(REVOKE, { user: '' })).rejects.toThrow('INVALID_INPUT');
    expect((await server.post('{ serverTime }', {}, await server.token('bob'))).status).toBe(200);
  });
});
