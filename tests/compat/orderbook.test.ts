import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { freePort } from '../../src/bench/free-port.ts';
import { openRaw } from '../support/raw-socket.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { OldClient } from './old-client.ts';

const POLL = { timeout: 15_000, interval: 10 };
const KEY = 'k3yK4J8sVb2Qw9Zr6Tn1Lc5Xd7Mf0PgH';
const PUBLISHER = fileURLToPath(new URL('publisher.py', import.meta.url));
const OPEN = { COMPAT: 'orderbook', COMPAT_ANONYMOUS: 'read', COMPAT_KEY: KEY };

const clients: OldClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

function connect(
  server: { readonly url: string },
  symbols: readonly string[] = [],
  path = '/ws/front-end-1',
) {
  const client = new OldClient(`${server.url.replace('http', 'ws')}${path}`, symbols);
  clients.push(client);
  return client;
}

/** Runs the Python publisher. @returns its answers */
async function publishByPython(
  url: string,
  symbol: string,
  count: number,
): Promise<Record<string, unknown>[]> {
  const child = spawn('python3', [PUBLISHER, url, symbol, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  await once(child, 'close');
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const withKey = (url: string): string => url.replace('http://', `http://${KEY}@`);

function post(
  server: TestServer,
  symbol: string | undefined,
  body: unknown,
  headers: Record<string, string> = {},
) {
  const query = symbol === undefined ? '' : `?symbol=${encodeURIComponent(symbol)}`;
  return fetch(`${server.url}/broadcast/orderbook${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const BOOK = { bids: [[150.1, 100]], asks: [[150.2, 50]], timestamp: '2026-01-05T15:00:00Z' };

describe('the old order-book wire', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(OPEN);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('T19 confirms, sends the current book at once, and then each change, in the old form', async () => {
    expect((await post(server, 'AAPL', BOOK)).status).toBe(200);
    const client = connect(server, ['AAPL']);
    await expect.poll(() => client.messages.length, POLL).toBe(2);
    const update = {
      type: 'orderbook_update',
      symbol: 'AAPL',
      data: { bids: [[150.1, 100]], asks: [[150.2, 50]], timestamp: '2026-01-05T15:00:00.000Z' },
      timestamp: '2026-01-05T15:00:00.000Z',
    };
    expect(client.messages).toEqual([{ type: 'subscription_confirmed', symbol: 'AAPL' }, update]);
    await post(server, 'AAPL', { ...BOOK, bids: [], timestamp: '2026-01-05T15:00:01Z' });
    await expect.poll(() => client.of('orderbook_update').at(-1)?.data?.bids, POLL).toEqual([]);
    client.send({ action: 'ping' });
    await expect.poll(() => client.of('pong'), POLL).toEqual([{ type: 'pong' }]);
    client.send({ action: 'unsubscribe', symbol: 'AAPL' });
    await expect
      .poll(() => client.messages.at(-1), POLL)
      .toEqual({
        type: 'unsubscription_confirmed',
        symbol: 'AAPL',
      });
    const heard = client.of('orderbook_update').length;
    await post(server, 'AAPL', BOOK);
    client.send({ action: 'ping' });
    await expect.poll(() => client.of('pong').length, POLL).toBe(2);
    expect(client.of('orderbook_update').length).toBe(heard);
  });

  it('T19 names a symbol as the client wrote it, whatever spelling the publisher has', async () => {
    const client = connect(server, ['US.TSLA', 'tsla']);
    await expect
      .poll(() => client.of('subscription_confirmed').map(({ symbol }) => symbol), POLL)
      .toEqual(['US.TSLA', 'tsla']);
    await post(server, 'TSLA', BOOK);
    await expect
      .poll(
        () =>
          client
            .of('orderbook_update')
            .map(({ symbol }) => symbol)
            .sort(),
        POLL,
      )
      .toEqual(['US.TSLA', 'tsla']);
  });

  it('T19 what is wrong gets the old error message with a code, and the socket stays open', async () => {
    const client = connect(server);
    await expect.poll(() => client.isOpen, POLL).toBe(true);
    const wrong: [object | string, string, string][] = [
      [{ action: 'dance' }, 'Unknown action', 'INVALID_INPUT'],
      [{}, 'Unknown action', 'INVALID_INPUT'],
      ['{', 'Invalid JSON', 'INVALID_INPUT'],
      ['[]', 'Invalid JSON', 'INVALID_INPUT'],
      [{ action: 'subscribe' }, 'Missing symbol', 'INVALID_INPUT'],
      [{ action: 'subscribe', symbol: 7 }, 'Missing symbol', 'INVALID_INPUT'],
      [{ action: 'unsubscribe', symbol: '' }, 'Missing symbol', 'INVALID_INPUT'],
      [{ action: 'subscribe', symbol: '???' }, 'is not a symbol', 'INVALID_SYMBOL'],
    ];
    for (const [n, [message, text, code]] of wrong.entries()) {
      client.send(message);
      await expect.poll(() => client.of('error').length, POLL).toBe(n + 1);
      expect(client.messages.at(-1)).toMatchObject({ type: 'error', code });
      expect([text, client.messages.at(-1)?.message]).toEqual([text, expect.stringContaining(text)]);
    }
    client.send({ action: 'subscribe', symbol: 'AAPL' });
    await expect.poll(() => client.of('subscription_confirmed'), POLL).toHaveLength(1);
    expect(client.opens).toHaveLength(1);
  });

  it('T19 two clients of one id both live, and are counted apart; an event is executed once for all', async () => {
    const old = Array.from({ length: 3 }, () => connect(server, ['MSFT'], '/ws/the-same-id'));
    for (const client of old)
      await expect.poll(() => client.of('subscription_confirmed').length, POLL).toBe(1);
    const answer = (await (await post(server, 'MSFT', BOOK)).json()) as object;
    expect(answer).toEqual({ status: 'broadcasted', symbol: 'MSFT', subscribers: 3 });
    for (const client of old) await expect.poll(() => client.of('orderbook_update').length, POLL).toBe(1);
    const graphql = await openRaw(server.wsUrl);
    graphql.subscribe('1', 'subscription { orderBook(symbol: "MSFT") { bids { price size } } }');
    await expect.poll(() => graphql.results('1').length, POLL).toBe(1);
    const before = server.app.stats().streaming.executions;
    await post(server, 'MSFT', { ...BOOK, bids: [[150.1, 7]] });
    for (const client of old)
      await expect.poll(() => client.of('orderbook_update').at(-1)?.data?.bids, POLL).toEqual([[150.1, 7]]);
    await expect
      .poll(() => graphql.results('1').at(-1), POLL)
      .toEqual({ data: { orderBook: { bids: [{ price: '150.1', size: '7' }] } } });
    // once for the old wire, and once for the selection of the GraphQL client
    expect(server.app.stats().streaming.executions - before).toBe(2);
    old[0]?.close();
    await expect
      .poll(
        async () =>
          ((await (await post(server, 'MSFT', BOOK)).json()) as { subscribers: number }).subscribers,
        POLL,
      )
      .toBe(2);
    graphql.socket.destroy();
  });

  it('T19 there is nothing else below /ws/, and no old wire where it is not asked for', async () => {
    const statusOf = async (url: string): Promise<string> => {
      const socket = new WebSocket(url);
      const [error] = await Promise.race([once(socket, 'error'), once(socket, 'open')]);
      socket.terminate();
      return error ? String(error) : 'open';
    };
    const ws = server.url.replace('http', 'ws');
    for (const path of ['/ws', '/ws/', '/ws/a/b', '/wss/a'])
      expect(await statusOf(`${ws}${path}`)).toContain('404');
    await using without = await startServer({ COMPAT: 'none' });
    expect(await statusOf(`${without.url.replace('http', 'ws')}/ws/a`)).toContain('404');
    expect((await post(without, 'AAPL', BOOK)).status).toBe(405);
  });

  it.each([
    ['[price, size]', [[150.1, 100]]],
    ['[price, size, orderCount]', [[150.1, 100, 3]]],
    ['{price, volume}', [{ price: 150.1, volume: 100 }]],
    ['{price, size}', [{ price: '150.10', size: '100' }]],
    ['{price, quantity}', [{ price: 150.1, quantity: 100 }]],
    ['texts', [['150.1', '100.0']]],
  ])('T20 levels may be %s', async (_form, bids) => {
    const client = connect(server, ['NVDA']);
    const response = await post(server, 'NVDA', { bids, asks: [[151, 1e-7]], timestamp: 1_767_625_200.5 });
    expect([response.status, await response.json()]).toMatchObject([200, { symbol: 'NVDA' }]);
    await expect
      .poll(() => client.of('orderbook_update').at(-1)?.data, POLL)
      .toEqual({ bids: [[150.1, 100]], asks: [[151, 1e-7]], timestamp: '2026-01-05T15:00:00.500Z' });
  });

  it('T20 what a publisher sends wrong is refused with what is wrong, and changes nothing', async () => {
    const wrong: [string | undefined, unknown, number, string][] = [
      [undefined, BOOK, 422, 'symbol is missing'],
      ['???', BOOK, 422, 'is not a symbol'],
      ['AAPL', '{', 422, 'not JSON'],
      ['AAPL', '', 422, 'not JSON'],
      ['AAPL', [], 422, 'must be a JSON object'],
      ['AAPL', { bids: [] }, 422, 'asks must be a list'],
      ['AAPL', { ...BOOK, bids: [[1]] }, 422, 'size of bids[0]'],
      ['AAPL', { ...BOOK, bids: ['a'] }, 422, 'bids[0] is'],
      ['AAPL', { ...BOOK, bids: [['x', 1]] }, 422, 'price of bids[0]'],
      ['AAPL', { ...BOOK, bids: [[1, -1]] }, 422, 'must not be negative'],
      ['AAPL', { ...BOOK, bids: [[1, 2, 'three']] }, 422, 'order count'],
      ['AAPL', { ...BOOK, timestamp: 'noon' }, 422, 'timestamp is'],
      ['AAPL', { ...BOOK, asks: [['1'.repeat(1_100_000), 1]] }, 413, 'too large'],
    ];
    for (const [symbol, body, status, text] of wrong) {
      const response = await post(server, symbol, body);
      const { detail, code } = (await response.json()) as { detail: string; code: string };
      expect([text, response.status]).toEqual([text, status]);
      expect(detail).toContain(text);
      expect(code).toBe(symbol === '???' ? 'INVALID_SYMBOL' : 'INVALID_INPUT');
    }
    const forms = await post(server, 'AAPL', 'bids=1', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(forms.status).toBe(415);
    expect((await fetch(`${server.url}/broadcast/orderbook`)).status).toBe(405);
  });

  it('T20 publishing needs a PUBLISHER token or COMPAT_KEY', async () => {
    const tries: [string, number][] = [
      [`Bearer ${KEY}`, 200],
      [`Basic ${Buffer.from(`${KEY}:`).toString('base64')}`, 200],
      [`Basic ${Buffer.from(`feed:${KEY}`).toString('base64')}`, 200],
      [`Bearer ${await server.token('feed', 'PUBLISHER')}`, 200],
      [`Bearer ${await server.token('ada')}`, 403],
      [`Bearer ${KEY}x`, 401],
      [`Basic ${Buffer.from('feed:guess').toString('base64')}`, 401],
    ];
    for (const [authorization, status] of tries) {
      expect([status, (await post(server, 'AAPL', BOOK, { authorization })).status]).toEqual([
        status,
        status,
      ]);
    }
    const nobody = await fetch(`${server.url}/broadcast/orderbook?symbol=AAPL`, {
      method: 'POST',
      body: '{}',
    });
    expect([nobody.status, await nobody.json()]).toMatchObject([401, { code: 'AUTH_REQUIRED' }]);
  });

  it('T20 where it is opted in, programs of this machine publish without anything, and pages and proxies do not', async () => {
    await using open = await startServer({ COMPAT: 'orderbook', COMPAT_ANONYMOUS: 'read,publish' });
    const send = async (headers: Record<string, string>): Promise<number> => {
      const response = await fetch(`${open.url}/broadcast/orderbook?symbol=AAPL`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(BOOK),
      });
      return response.status;
    };
    expect(await send({})).toBe(200);
    expect(await send({ origin: 'http://localhost:3000' })).toBe(200);
    expect(await send({ origin: 'https://stranger.example' })).toBe(401);
    expect(await send({ 'x-forwarded-for': '127.0.0.1' })).toBe(401);
    expect(await send({ via: '1.1 proxy' })).toBe(401);
    expect(await send({ 'content-type': 'text/plain' })).toBe(415);
  });

  it('T21 the old fields of /health and /stats are there beside ours', async () => {
    await expect.poll(() => server.app.stats().connections.total, POLL).toBe(0);
    const client = connect(server, ['GOOG', 'AMZN']);
    await expect.poll(() => client.of('subscription_confirmed').length, POLL).toBe(2);
    const read = async (path: string) => (await (await fetch(`${server.url}${path}`)).json()) as object;
    expect(await read('/health')).toMatchObject({
      status: 'ok',
      active_connections: 1,
      total_subscriptions: 2,
    });
    expect(await read('/stats')).toMatchObject({
      connections: { total: 1 },
      active_connections: 1,
      total_subscriptions: 2,
      symbol_subscriptions: { GOOG: 1, AMZN: 1 },
      total_connections: 1,
      total_users: 0,
      total_rooms: 0,
      active_streams: 2,
    });
    client.close();
    await expect
      .poll(() => read('/health'), POLL)
      .toMatchObject({ active_connections: 0, total_subscriptions: 0 });
  });

  it('F6 T19 a reader that takes nothing is closed with 1013, and holds up nobody', {
    timeout: 30_000,
  }, async () => {
    await using own = await startServer({ ...OPEN, SLOW_CLIENT_TIMEOUT_MS: '300' });
    const socket = new WebSocket(`${own.url.replace('http', 'ws')}/ws/stuck`);
    await once(socket, 'open');
    socket.send('{"action":"subscribe","symbol":"AAPL"}');
    await once(socket, 'message');
    const good = connect(own, ['AAPL']);
    socket.pause();
    let n = 0;
    await expect
      .poll(
        async () => {
          n += 1;
          const bids = Array.from({ length: 500 }, (_, i) => [i + 1, n]);
          await post(own, 'AAPL', { bids, asks: [] });
          return own.app.stats().streaming.slowReadersClosed;
        },
        { timeout: 20_000, interval: 1 },
      )
      .toBe(1);
    const closed = once(socket, 'close');
    socket.resume();
    expect((await closed)[0]).toBe(1013);
    await expect.poll(() => good.of('orderbook_update').at(-1)?.data?.bids[0], POLL).toEqual([500, n]);
  });
});

describe('the old order-book wire in production', () => {
  let server: TestServer;
  const AUTH_SECRET = '5b9e1cf07a8d4e26913fd0c7b2a46e88';
  const env = { ENVIRONMENT: 'production', COMPAT: 'orderbook', AUTH_SECRET, COMPAT_KEY: KEY };
  beforeAll(async () => {
    server = await startServer(env);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('T22 needs a token, says so in the old message, and keeps the socket open', {
    timeout: 20_000,
  }, async () => {
    const { signToken } = await import('../../src/auth/token.ts');
    const tokenFor = (ttlSeconds: number) =>
      signToken({ userId: 'ada', roles: ['USER'], ttlSeconds, key: new TextEncoder().encode(AUTH_SECRET) });
    const nobody = connect(server, ['AAPL']);
    await expect.poll(() => nobody.messages, POLL).toMatchObject([{ type: 'error', code: 'AUTH_REQUIRED' }]);
    const forged = connect(server, ['AAPL'], '/ws/a?token=forged');
    await expect
      .poll(() => forged.messages.map(({ code }) => code), POLL)
      .toEqual(['AUTH_FAILED', 'AUTH_FAILED']);
    const ada = connect(server, ['AAPL'], `/ws/a?token=${await tokenFor(3600)}`);
    await expect.poll(() => ada.messages, POLL).toEqual([{ type: 'subscription_confirmed', symbol: 'AAPL' }]);
    const ending = connect(server, ['AAPL'], `/ws/a?token=${await tokenFor(2)}`);
    await expect
      .poll(() => ending.messages.at(-1), POLL)
      .toMatchObject({ type: 'error', code: 'AUTH_TOKEN_EXPIRED' });
    await post(server, 'AAPL', BOOK);
    await expect.poll(() => ada.of('orderbook_update').length, POLL).toBe(1);
    for (const client of [nobody, forged, ending]) {
      expect(client.of('orderbook_update')).toEqual([]);
      expect([client.isOpen, client.opens.length]).toEqual([true, 1]);
    }
  });

  it('T22 unless order books are public; and what may not be is refused at the start', async () => {
    await using open = await startServer({ ...env, COMPAT_ANONYMOUS: 'read' });
    const client = connect(open, ['AAPL']);
    await expect
      .poll(() => client.messages, POLL)
      .toEqual([{ type: 'subscription_confirmed', symbol: 'AAPL' }]);
    await expect(startServer({ ...env, COMPAT_ANONYMOUS: 'publish' })).rejects.toThrow(
      'COMPAT_ANONYMOUS=publish',
    );
    await expect(startServer({ ...env, COMPAT_KEY: '1'.repeat(40) })).rejects.toThrow('COMPAT_KEY');
  });
});

it('T19 T20 a front end and a Python publisher of the old server run unchanged over a restart', {
  timeout: 60_000,
}, async () => {
  const env = { ...OPEN, WEBSOCKET_PORT: String(await freePort()) };
  const first = await startServer(env);
  const client = connect(first, ['AAPL', 'TSLA']);
  await expect.poll(() => client.of('subscription_confirmed').length, POLL).toBe(2);
  const answers = await publishByPython(withKey(first.url), 'AAPL', 3);
  expect(answers).toEqual(
    Array.from({ length: 3 }, () => ({ status: 'broadcasted', symbol: 'AAPL', subscribers: 1 })),
  );
  await expect
    .poll(() => client.of('orderbook_update', 'AAPL').at(-1)?.data?.bids, POLL)
    .toEqual([
      [150.1, 300],
      [150.05, 200],
    ]);
  await first[Symbol.asyncDispose]();
  expect(await publishByPython(withKey(first.url), 'AAPL', 1)).toMatchObject([
    { failed: expect.any(String) },
  ]);
  await using again = await startServer(env);
  await expect.poll(() => client.of('subscription_confirmed').length, POLL).toBe(4);
  await publishByPython(withKey(again.url), 'TSLA', 2);
  await publishByPython(withKey(again.url), 'BTC/USDT', 1);
  await expect
    .poll(() => client.of('orderbook_update', 'TSLA').at(-1)?.data?.bids[0], POLL)
    .toEqual([150.1, 200]);
  expect([client.opens.length, client.hasGivenUp]).toEqual([2, false]);
});
