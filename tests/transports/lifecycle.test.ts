import { describe, expect, it } from 'vitest';
import { openRaw } from '../support/raw-socket.ts';
import { listen, startServer } from '../support/server.ts';

interface CandlesRead {
  readonly edges: readonly { readonly node: { readonly volume: string } }[];
  readonly lastTrade: { readonly sequence: number; readonly cursor: string };
}

describe('the life of a server', () => {
  it('T4 a stop closes WebSockets with a retryable code and ends event streams', async () => {
    const server = await startServer();
    const raw = await openRaw(server.wsUrl);
    raw.subscribe('1', 'subscription { streamData(symbols: ["AAPL"]) { price } }');
    const stream = await fetch(`${server.url}/graphql?query=subscription%7Bstats%7BstartedAt%7D%7D`, {
      headers: { accept: 'text/event-stream' },
    });
    const text = stream.text();
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(2);
    await server[Symbol.asyncDispose]();
    await expect.poll(() => raw.closeCode).toBe(1001);
    const end = await text;
    // a client that is told `complete` does not come back
    expect(end).toMatch(/\n\nretry: \d+\n\n$/);
    expect(end).not.toContain('complete');
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  it('T4 the port that is taken is said in the error', async () => {
    await using server = await startServer();
    await expect(startServer({ WEBSOCKET_PORT: new URL(server.url).port })).rejects.toThrow('EADDRINUSE');
  });

  it('M10 subscribers hear that a symbol turned stale, and that it is fresh again', async () => {
    await using server = await startServer({ STALE_AFTER_MS: '300' });
    const quotes = listen<{ streamData: { price: string; stale: boolean } }>(
      server.client(),
      'subscription { streamData(symbols: ["BTC/USDT"]) { price stale } }',
    );
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
    await server.publish('publishQuotes', [{ symbol: 'BTC/USDT', price: '1' }]);
    await expect
      .poll(() => quotes.data.at(-1)?.streamData, { timeout: 5000 })
      .toEqual({ price: '1', stale: true });
    await server.publish('publishQuotes', [{ symbol: 'BTC/USDT', price: '1' }]);
    await expect.poll(() => quotes.data.map(({ streamData }) => streamData.stale)).toContain(false);
    await expect.poll(() => quotes.data.at(2)?.streamData.stale).toBe(false);
  });

  it('D2 T3 M14 the simulator moves stats, books, trades, fund flow and candles for subscribers', async () => {
    await using server = await startServer({ FEEDS: 'simulator?rate=50&symbols=000001' });
    const client = server.client();
    const all = [
      'subscription { streamData(symbols: ["000001"]) { price volume sequence } }',
      'subscription { orderBook(symbol: "000001", depth: 3) { bids { price size orderCount } spread mid } }',
      'subscription { orderBookChanges(symbol: "000001") { __typename } }',
      'subscription { trades(symbols: ["000001"]) { price size side sequence } }',
      'subscription { fundFlow(symbol: "000001", timeframe: MINUTE_1) { main { netInflow } turnover updatedAt } }',
      'subscription { stats { feeds { name state events } streaming { subscribers } } }',
    ].map((query) => listen(client, query));
    await expect
      .poll(() => all.map(({ data }) => data.length >= 2), { timeout: 5000 })
      .toEqual(all.map(() => true));
    const { data } = await server.post(
      '{ instruments(search: "平安") { edges { node { symbol market quote { price } } } } }',
    );
    expect(data).toMatchObject({ instruments: { edges: [{ node: { symbol: '000001', market: 'CN' } }] } });
    const history = await server.post(
      '{ fundFlowHistory(symbol: "000001", timeframe: MINUTE_1, first: 1) { edges { cursor node { turnover } } pageInfo { hasNextPage } } }',
    );
    expect(history.errors).toBeUndefined();

    const readCandles = async () => {
      const query =
        '{ candles(symbol: "000001", timeframe: DAY_10, first: 1) { edges { node { volume } } lastTrade { sequence cursor } } }';
      const { candles } = (await server.post(query)).data as unknown as { candles: CandlesRead };
      return { volume: Number(candles.edges[0]?.node.volume), ...candles.lastTrade };
    };
    const before = await readCandles();
    const later = listen<{ trades: { sequence: number; size: string } }>(
      client,
      'subscription ($after: [Cursor!]) { trades(symbols: ["000001"], after: $after) { sequence size } }',
      { after: [before.cursor] },
    );
    await expect.poll(() => later.data.length, { timeout: 5000 }).toBeGreaterThan(5);
    const after = await readCandles();
    await expect
      .poll(() => later.data.at(-1)?.trades.sequence, { timeout: 5000 })
      .toBeGreaterThan(after.sequence);
    const between = later.data.filter(({ trades }) => trades.sequence <= after.sequence);
    expect(between.length).toBe(after.sequence - before.sequence);
    const traded = between.reduce((sum, { trades }) => sum + Number(trades.size), 0);
    expect(after.volume).toBe(before.volume + traded);
  });
});
