import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { openRaw, type RawClient } from '../support/raw-socket.ts';
import { startServer, type TestServer } from '../support/server.ts';

const TIME = '{ serverTime }';
const QUOTES = 'subscription { streamData(symbols: ["AAPL"]) { price } }';
const PUBLISH = 'mutation { publishQuotes(input: [{ symbol: "AAPL", price: "1" }]) { accepted } }';
const limited = { code: 'RATE_LIMIT_EXCEEDED', retryAfterMs: expect.any(Number) };

interface Asked {
  readonly query?: string;
  readonly token?: string | undefined;
  readonly address?: string;
  readonly accept?: string;
}

/** Posts from an address, as a proxy would pass it on. */
function ask(server: TestServer, { query = TIME, token, address, accept }: Asked = {}): Promise<Response> {
  return fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: accept ?? 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(address ? { 'x-forwarded-for': address } : {}),
    },
    body: JSON.stringify({ query }),
  });
}

const codeOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code;

const errorsOf = (raw: RawClient): unknown[] =>
  raw.messages
    .filter(({ type }) => type === 'error')
    .map(({ payload }) => (payload as { extensions: unknown }[])[0]?.extensions);

/** Runs queries, one after the other's answer. */
async function queries(raw: RawClient, count: number): Promise<void> {
  const before = raw.messages.length;
  for (let n = 0; n < count; n += 1) {
    const id = `q${before}-${n}`;
    raw.subscribe(id, TIME);
    await expect.poll(() => raw.messages.some((message) => message.id === id)).toBe(true);
  }
}

describe('rates', () => {
  it('Q1 of a connection: over WebSocket the operation is refused, the socket stays, and it goes on in time', async () => {
    await using server = await startServer({ OPERATIONS_PER_CONNECTION: '20' });
    const raw = await openRaw(server.wsUrl);
    raw.socket.cork();
    for (let n = 1; n <= 20; n += 1) raw.subscribe(`${n}`, TIME);
    raw.subscribe('over', TIME);
    raw.subscribe('rubbish', '{{');
    raw.subscribe('live', QUOTES);
    raw.socket.uncork();
    await expect.poll(() => errorsOf(raw)).toEqual([limited, limited, limited]);
    await expect.poll(() => raw.messages.filter(({ type }) => type === 'next').length).toBe(20);
    const other = await openRaw(server.wsUrl);
    await queries(other, 1);
    expect(errorsOf(other)).toEqual([]);
    let id = 0;
    await expect
      .poll(
        () => {
          id += 1;
          raw.subscribe(`again ${id}`, TIME);
          return raw.messages.some((message) => message.id?.startsWith('again') && message.type === 'next');
        },
        { timeout: 5000, interval: 300 },
      )
      .toBe(true);
    expect(raw.closeCode).toBeUndefined();
  });

  it('Q1 of a user: HTTP, WebSocket and event streams count together', async () => {
    await using server = await startServer({ OPERATIONS_PER_USER: '6' });
    const token = await server.token('ada');
    const raw = await openRaw(server.wsUrl, { payload: { token } });
    await queries(raw, 2);
    expect((await ask(server, { token })).status).toBe(200);
    expect((await ask(server, { token })).status).toBe(200);
    const controller = new AbortController();
    const stream = await fetch(`${server.url}/graphql?query=${encodeURIComponent(QUOTES)}`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
      signal: controller.signal,
    });
    expect(stream.status).toBe(200);
    expect((await ask(server, { token })).status).toBe(200);

    const refused = await ask(server, { token });
    expect(refused.status).toBe(429);
    const { errors } = (await refused.json()) as {
      errors: { message: string; extensions: typeof limited }[];
    };
    expect(errors).toMatchObject([{ message: expect.stringContaining('try again in'), extensions: limited }]);
    const { retryAfterMs } = errors[0]?.extensions ?? {};
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(10_000);
    expect(refused.headers.get('retry-after')).toBe(String(Math.ceil(Number(retryAfterMs) / 1000)));
    const live = await ask(server, { token, query: QUOTES, accept: 'text/event-stream' });
    // a status would end an EventSource for good
    expect(live.status).toBe(200);
    expect(await live.text()).toMatch(/RATE_LIMIT_EXCEEDED.*\n\nretry: \d+\n\n$/);
    raw.subscribe('over', TIME);
    await expect.poll(() => errorsOf(raw)).toEqual([limited]);
    expect((await ask(server, { token: await server.token('bob') })).status).toBe(200);
    expect((await ask(server)).status).toBe(200);
    controller.abort();
  });

  it('Q1 Q5 of an address, which is that of X-Forwarded-For only behind a proxy', async () => {
    const env = { OPERATIONS_PER_ADDRESS: '3' };
    await using server = await startServer({ ...env, TRUST_PROXY: '1' });
    for (let n = 0; n < 3; n += 1)
      expect((await ask(server, { address: `6.6.6.${n}, 1.2.3.4` })).status).toBe(200);
    const refused = await ask(server, { address: '1.2.3.4' });
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
    expect((await ask(server, { address: '1.2.3.5' })).status).toBe(200);
    const raw = await openRaw(server.wsUrl, { headers: { 'x-forwarded-for': '1.2.3.4' } });
    raw.subscribe('over', TIME);
    await expect.poll(() => errorsOf(raw)).toEqual([limited]);

    // without a proxy a client says of itself what it likes, and this machine is not limited
    await using direct = await startServer(env);
    for (let n = 0; n < 6; n += 1) expect((await ask(direct, { address: '1.2.3.4' })).status).toBe(200);
  });

  it('Q1 over HTTP, requests of one kept connection count as one connection', async () => {
    await using server = await startServer({ OPERATIONS_PER_CONNECTION: '2' });
    const { Agent, request } = await import('node:http');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const post = (): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json', accept: 'application/json' };
        const asked = request(`${server.url}/graphql`, { method: 'POST', agent, headers }, (response) => {
          response.resume().once('end', () => resolve(response.statusCode));
        });
        asked.once('error', reject).end(JSON.stringify({ query: TIME }));
      });
    expect([await post(), await post(), await post()]).toEqual([200, 200, 429]);
    agent.destroy();
  });

  it('Q2 publishing has an allowance of its own, for those who may publish', async () => {
    await using server = await startServer({ OPERATIONS_PER_USER: '3', PUBLICATIONS_PER_USER: '10' });
    const token = await server.token('feed', 'PUBLISHER');
    for (let n = 0; n < 10; n += 1) expect((await ask(server, { token, query: PUBLISH })).status).toBe(200);
    expect((await ask(server, { token, query: PUBLISH })).status).toBe(429);
    for (let n = 0; n < 3; n += 1) expect((await ask(server, { token })).status).toBe(200);
    // what hides something else behind a publication is no publication
    const other = await server.token('other', 'PUBLISHER');
    for (let n = 0; n < 3; n += 1) expect((await ask(server, { token: other })).status).toBe(200);
    const hiding = PUBLISH.replace('{', '{ leaveRoom(roomId: "x")');
    expect((await ask(server, { token: other, query: hiding })).status).toBe(429);
    expect((await ask(server, { token: other, query: PUBLISH })).status).toBe(200);
    const nobody = await server.token('eve');
    const answers = [];
    for (let n = 0; n < 4; n += 1)
      answers.push(await codeOf(await ask(server, { token: nobody, query: PUBLISH })));
    expect(answers).toEqual([...Array(3).fill('PERMISSION_DENIED'), 'RATE_LIMIT_EXCEEDED']);
  });
});

/** `open`, or the status and Retry-After that refused the upgrade. */
const upgrade = (server: TestServer, address: string): Promise<unknown> =>
  new Promise((resolve) => {
    const headers = { 'x-forwarded-for': address };
    const webSocket = new WebSocket(server.wsUrl, 'graphql-transport-ws', { headers });
    webSocket.once('open', () => resolve('open'));
    webSocket.once('unexpected-response', (_request, { statusCode, headers: answered }) =>
      resolve([statusCode, Number(answered['retry-after']) > 0]),
    );
    webSocket.on('error', () => {});
  });

describe('bounds', () => {
  it('Q1 new connections of an address are limited before they are opened', async () => {
    await using server = await startServer({ CONNECTS_PER_ADDRESS: '2', TRUST_PROXY: '1' });
    expect([await upgrade(server, '1.2.3.4'), await upgrade(server, '1.2.3.4')]).toEqual(['open', 'open']);
    expect(await upgrade(server, '1.2.3.4')).toEqual([429, true]);
    expect(await upgrade(server, '1.2.3.5')).toBe('open');
    const stream = await ask(server, { query: QUOTES, accept: 'text/event-stream', address: '1.2.3.4' });
    expect(stream.status).toBe(200);
    expect(await stream.text()).toMatch(/RATE_LIMIT_EXCEEDED.*\n\nretry: \d+\n\n$/);
    // what is no connection goes on
    expect((await ask(server, { address: '1.2.3.4' })).status).toBe(200);
  });

  it('Q3 open connections of an address are bounded; one that goes makes space', async () => {
    await using server = await startServer({ CONNECTIONS_PER_ADDRESS: '2', TRUST_PROXY: '1' });
    const headers = { 'x-forwarded-for': '1.2.3.4' };
    const first = await openRaw(server.wsUrl, { headers });
    await openRaw(server.wsUrl, { headers, init: false });
    expect(await upgrade(server, '1.2.3.4')).toEqual([429, true]);
    first.socket.destroy();
    await expect.poll(() => upgrade(server, '1.2.3.4')).toBe('open');
  });

  it('Q3 open connections of a user are bounded, WebSockets and event streams together', async () => {
    await using server = await startServer({ CONNECTIONS_PER_USER: '2' });
    const token = await server.token('ada');
    const first = await openRaw(server.wsUrl, { payload: { token } });
    const controller = new AbortController();
    const url = `${server.url}/graphql?query=${encodeURIComponent(QUOTES)}`;
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${token}` };
    expect((await fetch(url, { headers, signal: controller.signal })).status).toBe(200);
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
    const refused = await openRaw(server.wsUrl, { payload: { token } });
    await expect.poll(() => refused.closeCode).toBe(4429);
    expect(refused.closeReason).toMatch(/^RATE_LIMIT_EXCEEDED: /);
    expect(await (await fetch(url, { headers })).text()).toContain('RATE_LIMIT_EXCEEDED');
    const other = await openRaw(server.wsUrl, { payload: { token: await server.token('bob') } });
    expect(other.messages).toEqual([{ type: 'connection_ack' }]);

    first.socket.destroy();
    controller.abort();
    await expect.poll(() => server.app.stats().connections.total).toBe(1);
    for (let n = 0; n < 2; n += 1) {
      const again = await openRaw(server.wsUrl, { payload: { token } });
      expect(again.messages).toEqual([{ type: 'connection_ack' }]);
    }
  });

  it('Q3 subscriptions of a connection are bounded, also when they come in one breath', async () => {
    await using server = await startServer({ SUBSCRIPTIONS_PER_CONNECTION: '3' });
    const raw = await openRaw(server.wsUrl);
    raw.socket.cork();
    for (let n = 1; n <= 5; n += 1) raw.subscribe(`${n}`, QUOTES);
    raw.socket.uncork();
    await expect.poll(() => errorsOf(raw)).toEqual([limited, limited]);
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(3);
    raw.send({ id: '1', type: 'complete' });
    raw.subscribe('6', QUOTES);
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
    await expect.poll(() => raw.results('6').length).toBe(1);
    expect(errorsOf(raw)).toHaveLength(2);
    expect(raw.closeCode).toBeUndefined();
  });

  it('Q3 subscriptions of a user are bounded over all connections', async () => {
    await using server = await startServer({ SUBSCRIPTIONS_PER_USER: '2' });
    const token = await server.token('ada');
    const [a, b] = [
      await openRaw(server.wsUrl, { payload: { token } }),
      await openRaw(server.wsUrl, { payload: { token } }),
    ];
    a.subscribe('1', QUOTES);
    a.subscribe('2', QUOTES);
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(2);
    b.subscribe('1', QUOTES);
    await expect.poll(() => errorsOf(b)).toEqual([limited]);
    a.socket.destroy();
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(0);
    b.subscribe('2', QUOTES);
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
    expect(errorsOf(b)).toHaveLength(1);
  });
});

describe('failures', () => {
  const address = '1.2.3.4';
  const env = { FAILURES_PER_ADDRESS: '2', TRUST_PROXY: '1' };

  it('Q13 of tokens over HTTP: then no token from there is looked at, and what needs none goes on', async () => {
    await using server = await startServer(env);
    const token = await server.token('ada');
    for (let n = 0; n < 2; n += 1)
      expect(await codeOf(await ask(server, { token: 'no.token.x', address }))).toBe('AUTH_FAILED');
    const refused = await ask(server, { token, address });
    expect([refused.status, refused.headers.has('retry-after')]).toEqual([429, true]);
    expect(await codeOf(refused)).toBe('RATE_LIMIT_EXCEEDED');
    expect((await ask(server, { address })).status).toBe(200);
    expect((await ask(server, { token, address: '1.2.3.5' })).status).toBe(200);
  });

  it.each([
    [
      'refused tokens',
      (raw: RawClient) => raw.send({ type: 'connection_init', payload: { token: 'no.t.x' } }),
      4401,
    ],
    ['broken frames', (raw: RawClient) => raw.socket.write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0])), 1002],
  ])(
    'Q13 of WebSockets, %s: then no new one is opened, and those that are open stay',
    async (_what, fail, code) => {
      await using server = await startServer(env);
      const headers = { 'x-forwarded-for': address };
      const open = await openRaw(server.wsUrl, { headers });
      for (let n = 0; n < 2; n += 1) {
        const bad = await openRaw(server.wsUrl, { headers, init: false });
        fail(bad);
        await expect.poll(() => bad.closeCode).toBe(code);
      }
      expect(await upgrade(server, address)).toEqual([429, true]);
      expect(await upgrade(server, '1.2.3.5')).toBe('open');
      await queries(open, 1);
      expect(open.closeCode).toBeUndefined();
    },
  );

  it('Q13 a token that has merely ended is no failure', async () => {
    await using server = await startServer({ ...env, FAILURES_PER_ADDRESS: '1' });
    const token = await server.token('ada', 'USER', -60);
    expect(await codeOf(await ask(server, { token, address }))).toBe('AUTH_TOKEN_EXPIRED');
    expect(await upgrade(server, address)).toBe('open');
  });
});
