import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overEventStream, overWebSocket } from '../security/asking.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
});
afterAll(() => server[Symbol.asyncDispose]());

const WATCH = 'subscription { streamData(symbols: ["AAPL"]) { price } }';

describe('answers over HTTP', () => {
  it.each([
    ['a query', '{ serverTime }', 'text/html;q=0.1, image/png'],
    ['a subscription', WATCH, 'application/json'],
  ])('T10 406 for %s says which types work', async (_what, query, accept) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query }),
    });
    expect(response.status).toBe(406);
    const { errors } = (await response.json()) as { errors: { message: string; extensions: object }[] };
    expect(errors[0]?.message).toMatch(/application\/json.*text\/event-stream for subscriptions/);
    expect(errors[0]?.extensions).toEqual({ code: 'INVALID_INPUT' });
  });

  it('T10 proxies are told not to hold event streams back', async () => {
    const stop = new AbortController();
    const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(WATCH)}`, {
      headers: { accept: 'text/event-stream' },
      signal: stop.signal,
    });
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    stop.abort();
  });
});

describe('a root field that is skipped', () => {
  it.each([
    ['by @skip', 'subscription { streamData(symbols: ["AAPL"]) @skip(if: true) { price } }'],
    ['by @include', 'subscription { streamData(symbols: ["AAPL"]) @include(if: false) { price } }'],
    ['in a fragment', 'subscription { ... @skip(if: true) { streamData(symbols: ["AAPL"]) { price } } }'],
    [
      'in a spread',
      'subscription { ...F @skip(if: true) } fragment F on Subscription { streamData(symbols: ["AAPL"]) { price } }',
    ],
  ])('T11 %s is refused, and never answered with empty data', async (_how, query) => {
    for (const ask of [overWebSocket, overEventStream]) {
      const refusal = await ask(server, { query });
      expect(refusal?.code).toBe('INVALID_INPUT');
      expect(refusal?.message).toContain('streamData is skipped');
      const included = query
        .replace('skip(if: true)', 'skip(if: false)')
        .replace('include(if: false)', 'include(if: true)');
      expect(await ask(server, { query: included })).toBeUndefined();
    }
  });
});
