import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { overEventStream, overWebSocket } from './asking.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ MAX_SUBSCRIPTION_COST: '5000' });
  await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
  await server.publish('publishOrderBook', { symbol: 'AAPL', bids: [{ price: '1', size: '1' }], asks: [] });
});
afterAll(() => server[Symbol.asyncDispose]());

const BOOK =
  'subscription ($depth: Int = 10, $rate: Float) { orderBook(symbol: "AAPL", depth: $depth, delivery: { maxPerSecond: $rate }) { bids { price size } asks { price size } } }';
const CHANGES =
  'subscription ($depth: Int) { orderBookChanges(symbol: "AAPL", depth: $depth) { ... on OrderBookSnapshot { bids { price size } asks { price size } } } }';
const QUOTES =
  'subscription ($symbols: [Symbol!]!, $rate: Float) { streamData(symbols: $symbols, delivery: { maxPerSecond: $rate }) { symbol price } }';
const symbols = (count: number) => [
  'AAPL',
  ...Array.from({ length: count - 1 }, (_, at) => String(600_000 + at)),
];

describe("a subscription's cost", () => {
  it.each([
    ['a deep book', BOOK, { depth: 1000 }, '40,030 (4,003 fields × 1 symbols × 10 a second)'],
    ['deep changes of a book', CHANGES, { depth: 1000 }, '40,030 (4,003 fields'],
    ['many symbols', QUOTES, { symbols: symbols(200) }, '6,000 (3 fields × 200 symbols × 10 a second)'],
  ])('N2 refuses %s, and says what to lower', async (_what, query, variables, figures) => {
    for (const ask of [overWebSocket, overEventStream]) {
      const refusal = await ask(server, { query, variables });
      expect(refusal?.code).toBe('INVALID_INPUT');
      expect(refusal?.message).toContain(`costs ${figures}`);
      expect(refusal?.message).toMatch(/at most 5,000 is allowed\. Lower .*depth.*symbols.*maxPerSecond/);
    }
  });

  it.each([
    ['a shallow book', BOOK, { depth: 100 }],
    ['the default depth', BOOK, {}],
    ['a deep book seldom', BOOK, { depth: 1000, rate: 1 }],
    ['changes of a shallow book', CHANGES, { depth: 10 }],
    ['a symbol that is named often', QUOTES, { symbols: symbols(1).concat(Array(500).fill('AAPL')) }],
    ['many symbols seldom', QUOTES, { symbols: symbols(200), rate: 5 }],
  ])('N2 takes %s', async (_what, query, variables) => {
    expect(await overWebSocket(server, { query, variables })).toBeUndefined();
    expect(await overEventStream(server, { query, variables })).toBeUndefined();
  });

  it('N2 what is refused leaves nothing open', async () => {
    await overWebSocket(server, { query: BOOK, variables: { depth: 1000 } });
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(0);
    expect(server.app.stats().streaming.groups).toBe(0);
  });

  it('N2 the defaults take a watchlist of 1,000 symbols with every field, and a book of 1,000 levels', async () => {
    await using usual = await startServer();
    const quote =
      'symbol price open high low previousClose change changePercent volume turnover bid ask sequence cursor exchangeTime receivedAt stale';
    const query = `subscription ($symbols: [Symbol!]!) { streamData(symbols: $symbols) { ${quote} } }`;
    const raw = await overWebSocket(usual, { query: `${query} `, variables: { symbols: [] } });
    expect(raw?.message).toContain('symbols must name 1 to 1000');
    const client = usual.client();
    const errors: unknown[] = [];
    const sink = { next: () => {}, error: (error: unknown) => errors.push(error), complete: () => {} };
    client.subscribe({ query, variables: { symbols: symbols(1000) } }, sink);
    client.subscribe({ query: BOOK, variables: { depth: 1000 } }, sink);
    await expect.poll(() => [errors, usual.app.stats().streaming.subscribers]).toEqual([[], 2]);
  });
});
