import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { CombinedGraphQLErrors, CombinedProtocolErrors } from '@apollo/client/errors';
import { RetryLink } from '@apollo/client/link/retry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/bench/free-port.ts';
import { startServer, type TestServer } from '../support/server.ts';

const WATCH = 'subscription { streamData(symbols: ["AAPL"]) { symbol price } }';
const ACCEPT =
  'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9';
const OPENING = '\r\n--graphql';
const POLL = { timeout: 15_000, interval: 10 };

interface Heard {
  readonly data: unknown[];
  readonly errors: unknown[];
  /** `complete`, or what the error callback got */
  readonly ends: unknown[];
  stop(): void;
}

type Headers = Readonly<Record<string, string>>;

/** An unmodified Apollo Client that has an HttpLink alone. */
function apollo(
  url: string,
  query: string,
  headers: Headers = {},
  link = new HttpLink({ uri: `${url}/graphql`, headers: { ...headers } }),
): Heard {
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  const heard = { data: [] as unknown[], errors: [] as unknown[], ends: [] as unknown[] };
  const subscription = client.subscribe({ query: gql(query) }).subscribe({
    next: ({ data, error }) => {
      if (data) heard.data.push(data);
      if (error) heard.errors.push(error);
    },
    error: (error) => heard.ends.push(error),
    complete: () => heard.ends.push('complete'),
  });
  return {
    ...heard,
    stop() {
      subscription.unsubscribe();
      client.stop();
    },
  };
}

/** The answer as bytes, with the time at which each piece came. */
async function raw(url: string, query: string, headers: Headers = {}) {
  const stop = new AbortController();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: ACCEPT, ...headers },
    body: JSON.stringify({ query }),
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
    response,
    text: () => text,
    isOver: () => isOver,
    async close() {
      stop.abort();
      await reading;
    },
  };
}

const parts = (text: string): object[] =>
  text
    .split('\r\n--graphql')
    .slice(1)
    .filter((part) => part !== '' && part !== '--\r\n')
    .map((part) => JSON.parse(part.replace('\r\ncontent-type: application/json\r\n\r\n', '')) as object);

describe('multipart subscriptions', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ KEEP_ALIVE_MS: '1200' });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const quote = (price: string, symbol = 'AAPL') => server.publish('publishQuotes', [{ symbol, price }]);
  const subscribers = (): number => server.app.stats().streaming.subscribers;

  it('T15 Apollo Client gets the one event of a quiet symbol at once, and the server hears that it left', async () => {
    const client = apollo(server.url, WATCH.replace('AAPL', 'QUIET'));
    await expect.poll(subscribers, POLL).toBe(1);
    // the first mutation of a process takes long
    await quote('1', 'LOUD');
    const publishedAt = performance.now();
    await quote('7', 'QUIET');
    await expect
      .poll(() => client.data, { interval: 1 })
      .toMatchObject([{ streamData: { symbol: 'QUIET', price: '7' } }]);
    expect(performance.now() - publishedAt).toBeLessThan(200);
    // heartbeats are no events, and no errors
    const heartbeats = await raw(server.url, WATCH.replace('AAPL', 'QUIET'));
    await expect.poll(() => parts(heartbeats.text()).length, POLL).toBe(3);
    await heartbeats.close();
    expect([client.data.length, client.errors, client.ends]).toEqual([1, [], []]);
    client.stop();
    await expect.poll(subscribers, POLL).toBe(0);
    await expect.poll(() => server.app.stats().connections.total, POLL).toBe(0);
  });

  it('T15 the boundary goes out with the head, and the next one with each event', async () => {
    const stream = await raw(server.url, WATCH.replace('AAPL', 'BYTES'));
    expect(stream.response.headers.get('content-type')).toBe(
      'multipart/mixed;boundary=graphql;subscriptionSpec=1.0',
    );
    const part = '\r\ncontent-type: application/json\r\n\r\n';
    const heartbeat = `${part}{}\r\n--graphql`;
    const events = () => stream.text().replaceAll(heartbeat, '');
    await expect.poll(events, POLL).toBe(OPENING);
    await quote('1', 'BYTES');
    const event = '{"payload":{"data":{"streamData":{"symbol":"BYTES","price":"1"}}}}';
    await expect.poll(events, POLL).toBe(`${OPENING}${part}${event}\r\n--graphql`);
    await expect.poll(stream.text, POLL).toContain(heartbeat);
    await stream.close();
  });

  it('T15 only a request that names this form gets it', async () => {
    for (const [accept, type] of [
      ['multipart/mixed, application/json', 'application/json; charset=utf-8'],
      ['multipart/mixed;deferSpec=20220824, application/json', 'application/json; charset=utf-8'],
      ['text/event-stream, multipart/mixed;subscriptionSpec=1.0', 'text/event-stream'],
      ['Multipart/Mixed; SubscriptionSpec="1.0"', 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0'],
      ['multipart/mixed;subscriptionSpec=1.0;q=0, text/event-stream', 'text/event-stream'],
    ]) {
      const stream = await raw(server.url, WATCH, { accept: accept ?? '' });
      expect([accept, stream.response.headers.get('content-type')]).toEqual([accept, type]);
      await stream.close();
    }
  });

  it('T15 what an event says beside itself is inside its payload', async () => {
    const query = 'subscription { trades(symbols: ["SAID"]) { sequence } }';
    const token = await server.token('ada');
    const headers = { authorization: `Bearer ${token}` };
    const trade = () => server.publish('publishTrades', [{ symbol: 'SAID', price: '1', size: '1' }]);
    const first = await raw(server.url, query, headers);
    await expect.poll(subscribers, POLL).toBe(1);
    await trade();
    await expect.poll(() => parts(first.text()).length, POLL).toBeGreaterThan(0);
    await first.close();
    await expect.poll(subscribers, POLL).toBe(0);
    await trade();
    const second = await raw(server.url, query, headers);
    await expect
      .poll(() => parts(second.text())[0], POLL)
      .toMatchObject({ payload: { extensions: { resume: { recovered: true } } } });
    await second.close();
  });

  it('T15 errors before the answer have their status, and Apollo Client shows them', async () => {
    const refused: [string, Headers, number, string][] = [
      ['subscription { nothing }', {}, 400, 'INVALID_INPUT'],
      ['subscription {', {}, 400, 'INVALID_INPUT'],
      ['subscription { streamData(symbols: ["?"]) { price } }', {}, 400, 'INVALID_SYMBOL'],
      ['subscription { inbox { id } }', {}, 401, 'AUTH_REQUIRED'],
      [WATCH, { authorization: 'Bearer forged' }, 401, 'AUTH_FAILED'],
    ];
    for (const [query, headers, status, code] of refused) {
      for (const accept of [ACCEPT, 'multipart/mixed;subscriptionSpec=1.0']) {
        const { response, text, isOver } = await raw(server.url, query, { ...headers, accept });
        await expect.poll(isOver, POLL).toBe(true);
        expect([query, response.status, response.headers.get('content-type')]).toEqual([
          query,
          status,
          'application/graphql-response+json; charset=utf-8',
        ]);
        expect(JSON.parse(text())).toMatchObject({ errors: [{ extensions: { code } }] });
      }
      if (query.endsWith('{') || query.includes('nothing')) continue;
      const client = apollo(server.url, query, headers);
      await expect.poll(() => client.ends, POLL).toEqual(['complete']);
      expect(client.errors).toHaveLength(1);
      expect(client.errors[0]).toBeInstanceOf(CombinedGraphQLErrors);
      expect(client.errors[0]).toMatchObject({ errors: [{ extensions: { code } }] });
      client.stop();
    }
  });

  it('T15 a token that ends is the last part, as an error of the protocol, and then comes the closing boundary', {
    timeout: 20_000,
  }, async () => {
    const headers = { authorization: `Bearer ${await server.token('eve', undefined, 2)}` };
    const client = apollo(server.url, WATCH, headers);
    const stream = await raw(server.url, WATCH, headers);
    await expect.poll(stream.isOver, POLL).toBe(true);
    expect(stream.text()).toMatch(/\r\n--graphql--\r\n$/);
    expect(parts(stream.text()).at(-1)).toMatchObject({
      payload: null,
      errors: [{ extensions: { code: 'AUTH_TOKEN_EXPIRED' } }],
    });
    await expect.poll(() => client.ends, POLL).toEqual(['complete']);
    expect(client.errors.at(-1)).toBeInstanceOf(CombinedProtocolErrors);
    expect(client.errors.at(-1)).toMatchObject({ errors: [{ extensions: { code: 'AUTH_TOKEN_EXPIRED' } }] });
    client.stop();
  });
});

it('T15 a server that stops says so in a last part and a closing boundary; with a RetryLink the client goes on', {
  timeout: 40_000,
}, async () => {
  const env = { WEBSOCKET_PORT: String(await freePort()) };
  const first = await startServer(env);
  const stream = await raw(first.url, WATCH);
  const uri = `${first.url}/graphql`;
  const retry = new RetryLink({ delay: { initial: 100, max: 1000 }, attempts: { max: 1000 } });
  const client = apollo(first.url, WATCH, {}, retry.concat(new HttpLink({ uri })) as never);
  await expect.poll(() => first.app.stats().streaming.subscribers, POLL).toBe(2);
  await first[Symbol.asyncDispose]();
  await expect.poll(stream.isOver, POLL).toBe(true);
  expect(stream.text()).toMatch(/"payload":null.*SERVICE_UNAVAILABLE.*\r\n--graphql--\r\n$/s);
  await using again = await startServer(env);
  await again.publish('publishQuotes', [{ symbol: 'AAPL', price: '2' }]);
  await expect
    .poll(() => [client.data.at(-1), client.errors, client.ends], POLL)
    .toMatchObject([{ streamData: { price: '2' } }, [], []]);
  client.stop();
});
