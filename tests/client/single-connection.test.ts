import { createClient, type ExecutionResult } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/bench/free-port.ts';
import { startServer, type TestServer } from '../support/server.ts';

const POLL = { timeout: 15_000, interval: 10 };
const TOKEN = 'x-graphql-event-stream-token';
const watch = (symbol: string): string =>
  `subscription { streamData(symbols: ["${symbol}"]) { symbol price } }`;
const trades = (symbol: string): string => `subscription { trades(symbols: ["${symbol}"]) { sequence } }`;

type Result = ExecutionResult<Record<string, Record<string, unknown>>>;

/** The unmodified client, with one event stream for all its operations. */
function single(url: string, headers: () => Promise<Record<string, string>> = async () => ({})) {
  const requests: string[] = [];
  const client = createClient({
    url: `${url}/graphql`,
    singleConnection: true,
    headers,
    retryAttempts: 50,
    retry: () => new Promise((resolve) => setTimeout(resolve, 50)),
    fetchFn: async (...asked: Parameters<typeof fetch>) => {
      const response = await fetch(...asked);
      requests.push(`${asked[1]?.method ?? 'GET'} ${response.status}`);
      return response;
    },
  });
  const subscribe = (query: string) => {
    const heard = { results: [] as Result[], ends: [] as string[] };
    const stop = client.subscribe<Record<string, Record<string, unknown>>>(
      { query },
      {
        next: (result) => heard.results.push(result as Result),
        error: (error) => heard.ends.push(String(error)),
        complete: () => heard.ends.push('complete'),
      },
    );
    return { ...heard, stop };
  };
  return { requests, subscribe, dispose: () => client.dispose() };
}

describe('one event stream for all operations of a page', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ CONNECTION_INIT_TIMEOUT_MS: '1000', KEEP_ALIVE_MS: '1200' });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const stats = () => server.app.stats();
  const quote = (symbol: string, price: string) => server.publish('publishQuotes', [{ symbol, price }]);

  const ask = (method: string, token?: string, body?: object, query = '') =>
    fetch(`${server.url}/graphql${query}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { [TOKEN]: token }),
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(method === 'GET' ? { accept: 'text/event-stream' } : {}),
      },
      body: body ? JSON.stringify(body) : null,
    });
  const operation = (operationId: string, query: string): object => ({ query, extensions: { operationId } });

  /** A stream that is read as text. */
  async function read(token: string) {
    const stop = new AbortController();
    const response = await fetch(`${server.url}/graphql?token=${token}`, {
      headers: { accept: 'text/event-stream' },
      signal: stop.signal,
    });
    let text = '';
    let isOver = false;
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
      isOver = true;
    })().catch(() => {});
    return {
      status: response.status,
      text: () => text,
      isOver: () => isOver,
      async close() {
        stop.abort();
        await reading;
      },
    };
  }

  it('T17 graphql-sse has ten subscriptions, a query and a mutation over one stream, each event once executed', async () => {
    const client = single(server.url);
    const others = single(server.url);
    const symbols = Array.from({ length: 10 }, (_, n) => `ONE${'ABCDEFGHIJ'.charAt(n)}`);
    const heard = symbols.map((symbol) => client.subscribe(watch(symbol)));
    const also = symbols.map((symbol) => others.subscribe(watch(symbol)));
    await expect.poll(() => stats().streaming.subscribers, POLL).toBe(20);
    expect(stats().connections.total).toBe(2);
    const before = stats().streaming.executions;
    for (const symbol of symbols) await quote(symbol, '3');
    for (const [n, { results }] of [...heard, ...also].entries()) {
      await expect
        .poll(() => results, POLL)
        .toEqual([{ data: { streamData: { symbol: symbols[n % 10], price: '3' } } }]);
    }
    expect(stats().streaming.executions - before).toBe(10);
    const query = client.subscribe('{ serverTime }');
    await expect.poll(() => query.ends, POLL).toEqual(['complete']);
    expect(query.results).toEqual([{ data: { serverTime: expect.any(String) } }]);
    heard[0]?.stop();
    await expect.poll(() => stats().streaming.subscribers, POLL).toBe(19);
    await expect.poll(() => client.requests, POLL).toContain('DELETE 200');
    expect(new Set(client.requests)).toEqual(new Set(['PUT 201', 'GET 200', 'POST 202', 'DELETE 200']));
    client.dispose();
    others.dispose();
    await expect.poll(() => [stats().streaming.subscribers, stats().connections.total], POLL).toEqual([0, 0]);
  });

  it('T17 an operation that is refused ends with its errors on the stream, and the others go on', async () => {
    const client = single(server.url);
    const good = client.subscribe(watch('GOOD'));
    await expect.poll(() => stats().streaming.subscribers, POLL).toBe(1);
    const refused: [string, string][] = [
      ['subscription { nothing }', 'INVALID_INPUT'],
      ['subscription {', 'INVALID_INPUT'],
      ['subscription { streamData(symbols: ["?"]) { price } }', 'INVALID_SYMBOL'],
      ['subscription { inbox { id } }', 'AUTH_REQUIRED'],
      ['mutation { leaveRoom(roomId: "x") }', 'AUTH_REQUIRED'],
    ];
    for (const [query, code] of refused) {
      const { results, ends } = client.subscribe(query);
      await expect.poll(() => ends, POLL).toEqual(['complete']);
      expect(results).toMatchObject([{ errors: [{ extensions: { code } }] }]);
    }
    expect(client.requests.filter((request) => request.startsWith('PUT'))).toHaveLength(1);
    await quote('GOOD', '4');
    await expect.poll(() => good.results, POLL).toMatchObject([{ data: { streamData: { price: '4' } } }]);
    client.dispose();
    const forged = single(server.url, async () => ({ authorization: 'Bearer forged' }));
    const { results, ends } = forged.subscribe(watch('GOOD'));
    await expect.poll(() => ends, POLL).toEqual(['complete']);
    expect(results).toMatchObject([{ errors: [{ extensions: { code: 'AUTH_FAILED' } }] }]);
    forged.dispose();
    await expect.poll(() => stats().connections.total, POLL).toBe(0);
  });

  it('T17 requests have the statuses of the protocol', async () => {
    const reserved = await ask('PUT');
    const token = await reserved.text();
    expect([reserved.status, reserved.headers.get('content-type')]).toEqual([
      201,
      'text/plain; charset=utf-8',
    ]);
    const early = await ask('POST', token, operation('a', watch('STATUS')));
    expect([early.status, await early.text()]).toEqual([202, '']);
    const stream = await read(token);
    expect(stream.status).toBe(200);
    expect((await ask('GET', token)).status).toBe(409);
    expect((await ask('POST', token, operation('a', watch('STATUS')))).status).toBe(409);
    expect((await ask('POST', token, { query: watch('STATUS') })).status).toBe(400);
    for (const method of ['GET', 'POST', 'DELETE']) {
      const body = method === 'POST' ? operation('a', watch('STATUS')) : undefined;
      const unknown = await ask(method, 'unknown', body, '?operationId=a');
      expect([method, unknown.status]).toEqual([method, 404]);
      expect(await unknown.json()).toMatchObject({ errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
    }
    await quote('STATUS', '1');
    const event =
      'event: next\ndata: {"id":"a","payload":{"data":{"streamData":{"symbol":"STATUS","price":"1"}}}}\n\n';
    await expect.poll(stream.text, POLL).toContain(event);
    expect((await ask('DELETE', token, undefined, '?operationId=a')).status).toBe(200);
    expect((await ask('DELETE', token, undefined, '?operationId=never')).status).toBe(200);
    expect((await ask('DELETE', token)).status).toBe(400);
    await expect.poll(() => stats().streaming.subscribers, POLL).toBe(0);
    expect((await ask('POST', token, operation('a', '{ serverTime }'))).status).toBe(202);
    await expect.poll(stream.text, POLL).toMatch(/event: complete\ndata: \{"id":"a"\}\n\n$/);
    await expect.poll(stream.text, POLL).toMatch(/\n\n:\n\n$/);
    expect([...stream.text().matchAll(/^event: (\w+)$/gm)].map((match) => match[1])).toEqual([
      'next',
      'next',
      'complete',
    ]);
    await stream.close();
    await expect.poll(async () => (await ask('GET', token)).status, POLL).toBe(404);
  });

  it('T17 a reservation that nobody uses ends, with its operations, and so does one of too many', async () => {
    const token = await (await ask('PUT')).text();
    await ask('POST', token, operation('a', watch('UNUSED')));
    await expect.poll(() => stats().streaming.subscribers, POLL).toBe(1);
    await expect.poll(() => stats().streaming.subscribers, POLL).toBe(0);
    expect((await ask('GET', token)).status).toBe(404);
    expect(stats().connections.total).toBe(0);
    await using limited = await startServer({ CONNECTIONS_PER_ADDRESS: '2', TRUST_PROXY: '1' });
    const put = () =>
      fetch(`${limited.url}/graphql`, { method: 'PUT', headers: { 'x-forwarded-for': '1.2.3.4' } });
    expect([(await put()).status, (await put()).status]).toEqual([201, 201]);
    const refused = await put();
    expect([refused.status, refused.headers.has('retry-after')]).toEqual([429, true]);
  });

  it('T17 a stream has one user', async () => {
    const token = await (await ask('PUT')).text();
    const stream = await read(token);
    const post = async (user: string, id: string) =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          [TOKEN]: token,
          'content-type': 'application/json',
          authorization: `Bearer ${await server.token(user)}`,
        },
        body: JSON.stringify(operation(id, 'subscription { inbox { content } }')),
      });
    expect([(await post('ada', 'a')).status, (await post('bob', 'b')).status]).toEqual([202, 202]);
    await expect
      .poll(stream.text, POLL)
      .toMatch(/\{"id":"b","payload":\{"errors":.*PERMISSION_DENIED.*event: complete\ndata: \{"id":"b"\}/s);
    await stream.close();
  });

  it('T17 U14 after its token ended, graphql-sse asks for another one and goes on where it was', {
    timeout: 30_000,
  }, async () => {
    const lives = [2, 3600];
    const client = single(server.url, async () => ({
      authorization: `Bearer ${await server.token('ada', undefined, lives.shift() ?? 3600)}`,
    }));
    const quotes = client.subscribe(watch('ENDS'));
    const sequences = client.subscribe(trades('ENDS'));
    await expect.poll(() => stats().streaming.subscribers, POLL).toBe(2);
    let published = 0;
    const seen = () => sequences.results.flatMap(({ data }) => data?.trades?.sequence ?? []);
    await expect
      .poll(
        async () => {
          published += 1;
          await server.publish('publishTrades', [{ symbol: 'ENDS', price: '1', size: '1' }]);
          return client.requests.filter((request) => request === 'PUT 201').length;
        },
        { timeout: 15_000, interval: 100 },
      )
      .toBeGreaterThanOrEqual(2);
    await expect.poll(() => seen().at(-1), POLL).toBe(published);
    expect([...new Set(seen())]).toEqual(Array.from({ length: published }, (_, n) => n + 1));
    expect(quotes.ends).toEqual([]);
    client.dispose();
    await expect.poll(() => stats().streaming.subscribers, POLL).toBe(0);
  });
});

it('T17 graphql-sse comes back with all its operations after a restart', { timeout: 30_000 }, async () => {
  const env = { WEBSOCKET_PORT: String(await freePort()) };
  const first = await startServer(env);
  const client = single(first.url);
  const heard = ['AAPL', 'TSLA'].map((symbol) => client.subscribe(watch(symbol)));
  await expect.poll(() => first.app.stats().streaming.subscribers, POLL).toBe(2);
  await first[Symbol.asyncDispose]();
  await using again = await startServer(env);
  await again.publish('publishQuotes', [
    { symbol: 'AAPL', price: '2' },
    { symbol: 'TSLA', price: '2' },
  ]);
  for (const { results, ends } of heard) {
    await expect.poll(() => results, POLL).toMatchObject([{ data: { streamData: { price: '2' } } }]);
    expect(ends).toEqual([]);
  }
  client.dispose();
});
