import { fileURLToPath } from 'node:url';
import { Client, fetchExchange } from '@urql/core';
import { EventSource } from 'eventsource';
import { createClient as createSseClient, type ExecutionResult } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/bench/free-port.ts';
import { openBrowser } from '../support/browser.ts';
import { startServer, type TestServer } from '../support/server.ts';

const WATCH = 'subscription { streamData(symbols: ["AAPL"]) { price } }';
const ADDRESS = { 'x-forwarded-for': '1.2.3.4' };
/** as browsers load it */
const GRAPHQL_SSE = fileURLToPath(
  new URL('../../node_modules/graphql-sse/umd/graphql-sse.js', import.meta.url),
);
const POLL = { timeout: 15_000, interval: 20 };

type Headers = Readonly<Record<string, string>>;
type Result = ExecutionResult<Record<string, { price: string }>>;

const watchUrl = (url: string): string => `${url}/graphql?query=${encodeURIComponent(WATCH)}`;
const codesIn = (results: readonly Result[]): unknown[] =>
  results.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions?.code) ?? []);
const pricesIn = (results: readonly Result[]): unknown[] =>
  results.flatMap(({ data }) => (data ? [data.streamData?.price] : []));

/** What an unmodified client asked and heard. */
interface Heard {
  readonly results: Result[];
  readonly statuses: number[];
  /** `complete`, or the error */
  readonly ends: string[];
  readonly isOver: () => boolean;
  readonly stop: () => void;
}

/** npm's EventSource, which ends at `complete` as the README says. */
function eventSource(url: string, headers: Headers): Heard {
  const heard = { results: [] as Result[], statuses: [] as number[], ends: [] as string[] };
  const source = new EventSource(watchUrl(url), {
    fetch: async (to, init) => {
      const response = await fetch(to, { ...init, headers: { ...init.headers, ...headers } });
      heard.statuses.push(response.status);
      return response;
    },
  });
  source.addEventListener('next', ({ data }) => heard.results.push(JSON.parse(data) as Result));
  source.addEventListener('complete', () => {
    heard.ends.push('complete');
    source.close();
  });
  const isOver = (): boolean => source.readyState === source.CLOSED;
  return { ...heard, isOver, stop: () => source.close() };
}

function graphqlSse(url: string, headers: Headers | (() => Promise<Headers>), query = WATCH): Heard {
  const heard = { results: [] as Result[], statuses: [] as number[], ends: [] as string[] };
  const client = createSseClient({
    url: `${url}/graphql`,
    headers: typeof headers === 'function' ? async () => ({ ...(await headers()) }) : { ...headers },
    fetchFn: async (...asked: Parameters<typeof fetch>) => {
      const response = await fetch(...asked);
      heard.statuses.push(response.status);
      return response;
    },
  });
  client.subscribe<Record<string, { price: string }>>(
    { query },
    {
      next: (result) => heard.results.push(result as Result),
      error: (error) => heard.ends.push(String(error)),
      complete: () => heard.ends.push('complete'),
    },
  );
  return { ...heard, isOver: () => heard.ends.length > 0, stop: () => client.dispose() };
}

async function urql(url: string, headers: Headers) {
  const client = new Client({
    url: `${url}/graphql`,
    preferGetMethod: false,
    exchanges: [fetchExchange],
    fetchSubscriptions: true,
    fetchOptions: { headers: { ...headers } },
  });
  return client.subscription(WATCH, {}).toPromise();
}

const postStream = (url: string, headers: Headers, query = WATCH): Promise<Response> =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query }),
  });

describe('an event stream that is refused for a reason that passes', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ CONNECTIONS_PER_ADDRESS: '1', TRUST_PROXY: '1' });
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Takes the only place until it is given back. */
  async function takePlace(): Promise<() => Promise<void>> {
    const stop = new AbortController();
    const accept = 'text/event-stream';
    const asked = { headers: { accept, ...ADDRESS }, signal: stop.signal };
    await expect
      .poll(async () => {
        const response = await fetch(watchUrl(server.url), asked);
        return new TextDecoder().decode((await response.body?.getReader().read())?.value);
      }, POLL)
      .not.toContain('RATE_LIMIT');
    return async () => stop.abort();
  }

  it.each([
    ['EventSource of npm', () => eventSource(server.url, ADDRESS)],
    ['graphql-sse', () => graphqlSse(server.url, ADDRESS)],
  ])('T14 %s hears the code, and opens it when it may', { timeout: 30_000 }, async (_name, open) => {
    const giveBack = await takePlace();
    const client = open();
    await expect.poll(() => codesIn(client.results), POLL).toContain('RATE_LIMIT_EXCEEDED');
    await giveBack();
    await expect.poll(() => pricesIn(client.results), POLL).toEqual(['1']);
    expect([client.ends, client.isOver()]).toEqual([[], false]);
    expect(new Set(client.statuses)).toEqual(new Set([200]));
    client.stop();
  });

  const IN_A_PAGE = {
    EventSource: (url: string) => `{
      const source = new EventSource(${JSON.stringify(watchUrl(url))});
      source.addEventListener('next', ({ data }) => console.log(data));
      source.addEventListener('complete', () => console.log('ended'));
    }`,
    'graphql-sse': (url: string) => `{
      const url = ${JSON.stringify(`${url}/graphql`)};
      const retry = () => new Promise((resolve) => setTimeout(resolve, 50));
      const client = graphqlSse.createClient({ url, retry });
      client.subscribe({ query: ${JSON.stringify(WATCH)} }, {
        next: (result) => console.log(JSON.stringify(result)),
        error: () => console.log('ended'),
        complete: () => console.log('ended'),
      });
    }`,
  };

  it.each(Object.entries(IN_A_PAGE))(
    'T14 %s in Chromium does so, too',
    {
      timeout: 40_000,
    },
    async (name, program) => {
      const browser = await openBrowser();
      try {
        const page = await (await browser.newContext({ extraHTTPHeaders: ADDRESS })).newPage();
        await page.goto(`${server.url}/health`);
        await page.addScriptTag({ path: GRAPHQL_SSE });
        const giveBack = await takePlace();
        const said: string[] = [];
        page.on('console', (message) => said.push(message.text()));
        const refusals = (): number => said.filter((text) => text.includes('RATE_LIMIT_EXCEEDED')).length;
        // as text: what the compiler of this file makes of EventSource is npm's
        await page.evaluate(program(server.url));
        const least = name === 'EventSource' ? 1 : 5;
        await expect.poll(refusals, POLL).toBeGreaterThanOrEqual(least);
        await giveBack();
        await expect.poll(() => said.at(-1), POLL).toBe('{"data":{"streamData":{"price":"1"}}}');
        expect(said).not.toContain('ended');
      } finally {
        await browser.close();
      }
    },
  );

  it('T14 urql and fetch hear the code and when to come back; who takes JSON gets the status', {
    timeout: 20_000,
  }, async () => {
    const giveBack = await takePlace();
    const { error } = await urql(server.url, ADDRESS);
    expect(error?.graphQLErrors).toMatchObject([
      { extensions: { code: 'RATE_LIMIT_EXCEEDED', retryAfterMs: expect.any(Number) } },
    ]);
    const response = await postStream(server.url, ADDRESS);
    const text = await response.text();
    const retryAfterMs = Number(/"retryAfterMs":(\d+)/.exec(text)?.[1]);
    const retry = Number(/retry: (\d+)\n\n$/.exec(text)?.[1]);
    expect(response.status).toBe(200);
    expect(retry).toBeGreaterThanOrEqual(retryAfterMs);
    expect(retry).toBeLessThanOrEqual(retryAfterMs + 2001);
    expect(text).not.toContain('event: complete');
    const both = { ...ADDRESS, accept: 'text/event-stream, application/json' };
    const json = await postStream(server.url, both);
    expect([json.status, json.headers.has('retry-after')]).toEqual([429, true]);
    await giveBack();
  });
});

describe('an event stream that is refused for good', () => {
  let server: TestServer;
  let dead: Headers;
  beforeAll(async () => {
    server = await startServer();
    dead = { authorization: `Bearer ${await server.token('ada', undefined, -60)}` };
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('T14 EventSource stops at the status', async () => {
    for (const headers of [dead, { authorization: 'Bearer forged' }]) {
      const client = eventSource(server.url, headers);
      await expect.poll(() => client.isOver(), POLL).toBe(true);
      expect(client.statuses).toEqual([401]);
    }
  });

  it('T14 graphql-sse stops at complete, and says why', async () => {
    const refused: [Headers, string, string][] = [
      [dead, WATCH, 'AUTH_TOKEN_EXPIRED'],
      [{ authorization: 'Bearer forged' }, WATCH, 'AUTH_FAILED'],
      [{}, 'subscription { inbox { id } }', 'AUTH_REQUIRED'],
      [{}, 'subscription { nothing }', 'INVALID_INPUT'],
      [{}, 'subscription {', 'INVALID_INPUT'],
      [{}, 'subscription { streamData(symbols: ["?"]) { price } }', 'INVALID_SYMBOL'],
    ];
    for (const [headers, query, code] of refused) {
      const client = graphqlSse(server.url, headers, query);
      await expect.poll(() => client.ends, POLL).toEqual(['complete']);
      expect([codesIn(client.results), client.statuses]).toEqual([[code], [200]]);
    }
  });

  it('T14 a GET is answered with the status, and urql says why', async () => {
    const statuses: [string, number][] = [
      [WATCH, 401],
      ['subscription { nothing }', 400],
      ['subscription {', 400],
    ];
    for (const [query, status] of statuses) {
      const headers = { accept: 'text/event-stream', ...(status === 401 ? dead : {}) };
      const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, { headers });
      expect([query, response.status]).toEqual([query, status]);
      expect(await response.text()).toMatch(
        /\n\nevent: next\ndata: \{"errors":.*\n\nevent: complete\ndata:\n\n$/,
      );
    }
    const { error } = await urql(server.url, dead);
    expect(error?.graphQLErrors[0]?.extensions.code).toBe('AUTH_TOKEN_EXPIRED');
  });
});

describe('an event stream that ends and may go on', () => {
  it('T14 clients come back after the server was restarted', { timeout: 60_000 }, async () => {
    const env = { WEBSOCKET_PORT: String(await freePort()) };
    const first = await startServer(env);
    const clients = [eventSource(first.url, {}), graphqlSse(first.url, {})];
    await expect.poll(() => first.app.stats().streaming.subscribers).toBe(2);
    await first[Symbol.asyncDispose]();
    await using again = await startServer(env);
    await again.publish('publishQuotes', [{ symbol: 'AAPL', price: '2' }]);
    for (const client of clients) {
      await expect.poll(() => pricesIn(client.results).at(-1), POLL).toBe('2');
      expect(client.ends).toEqual([]);
      client.stop();
    }
  });

  it('T14 graphql-sse asks for another token when its token ends, and goes on', {
    timeout: 30_000,
  }, async () => {
    await using server = await startServer();
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
    const lives = [2, 3600];
    const headers = async () => ({
      authorization: `Bearer ${await server.token('ada', undefined, lives.shift() ?? -60)}`,
    });
    const client = graphqlSse(server.url, headers);
    await expect.poll(() => pricesIn(client.results), POLL).toEqual(['1', '1']);
    expect([codesIn(client.results), client.ends]).toEqual([['AUTH_TOKEN_EXPIRED'], []]);
    client.stop();
  });
});
