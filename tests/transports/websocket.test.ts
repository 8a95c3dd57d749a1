import { describe, expect, it } from 'vitest';
import { openRaw } from '../support/raw-socket.ts';
import { listen, startServer } from '../support/server.ts';

const QUOTE = 'subscription ($s: [Symbol!]!) { streamData(symbols: $s) { symbol price volume sequence } }';

describe('subscriptions over WebSocket', () => {
  it('F3 moves from a mutation to a subscriber: snapshot, then live', async () => {
    await using server = await startServer();
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '189.10', volume: '5' }]);
    const client = server.client();
    const quotes = listen(client, QUOTE, { s: ['600519', 'AAPL'] });
    await expect.poll(() => quotes.data.length).toBe(1);
    await server.publish('publishQuotes', [{ symbol: '600519', price: '1688.00' }]);
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '189.20' }]);
    await expect
      .poll(() => quotes.data)
      .toEqual([
        { streamData: { symbol: 'AAPL', price: '189.10', volume: '5', sequence: 1 } },
        { streamData: { symbol: '600519', price: '1688.00', volume: null, sequence: 1 } },
        { streamData: { symbol: 'AAPL', price: '189.20', volume: '5', sequence: 2 } },
      ]);
  });

  it('F1 F2 one group serves many connections with different watchlists, one execution an event', async () => {
    await using server = await startServer();
    const many = Array.from({ length: 20 }, (_, i) =>
      listen(server.client(), QUOTE, { s: ['AAPL', `T${'ABCDEFGHIJKLMNOPQRST'[i]}`] }),
    );
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(20);
    const before = server.app.stats().streaming;
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
    await expect.poll(() => many.every(({ data }) => data.length === 1)).toBe(true);
    expect(server.app.stats().streaming.executions - before.executions).toBe(1);
    expect(server.app.stats().streaming.groups).toBe(1);
    for (const { stop } of many) stop();
    await expect
      .poll(() => server.app.stats().streaming)
      .toMatchObject({ subscribers: 0, groups: 0, activeStreams: 0 });
  });

  it('T1 a syntax error, a validation error and bad variables end the operation, not the socket', async () => {
    await using server = await startServer();
    const client = server.client();
    const good = listen(client, QUOTE, { s: ['AAPL'] });
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
    const bad = [
      listen(client, 'subscription {{'),
      listen(client, 'subscription { nothing }'),
      listen(client, QUOTE, { s: ['no symbol'] }),
      listen(client, QUOTE, { s: [] }),
      listen(client, 'query A { serverTime } query B { serverTime }'),
      listen(client, 'subscription { trades(symbols: ["AAPL"], delivery: { maxPerSecond: 5 }) { price } }'),
    ];
    await expect.poll(() => bad.every(({ errors }) => errors.length === 1)).toBe(true);
    const codes = bad.map(
      ({ errors }) => (errors[0] as { extensions: { code: string } }[])[0]?.extensions.code,
    );
    expect(codes).toEqual([
      'INVALID_INPUT',
      'INVALID_INPUT',
      'INVALID_SYMBOL',
      'INVALID_INPUT',
      'INVALID_INPUT',
      'INVALID_INPUT',
    ]);
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
    await expect.poll(() => good.data.length).toBe(1);
    expect(server.app.stats().connections.total).toBe(1);
  });

  it('T2 answers queries and mutations over the same socket', async () => {
    await using server = await startServer();
    const client = server.client(await server.token('feed', 'PUBLISHER'));
    const mutation = listen(
      client,
      'mutation { publishQuotes(input: [{ symbol: "AAPL", price: "1.50" }]) { accepted } }',
    );
    await expect.poll(() => mutation.completed).toBe(true);
    const query = listen(client, '{ viewer { id roles } quote(symbol: "AAPL") { price } }');
    await expect.poll(() => query.completed).toBe(true);
    expect(query.data).toEqual([
      { viewer: { id: 'feed', roles: ['USER', 'PUBLISHER'] }, quote: { price: '1.50' } },
    ]);
  });

  it('F10 1,000 subscriptions that come and go on one connection leave nothing behind', async () => {
    await using server = await startServer();
    const client = server.client();
    for (let round = 0; round < 10; round += 1) {
      const open = Array.from({ length: 100 }, () => listen(client, QUOTE, { s: ['AAPL', 'MSFT'] }));
      await expect.poll(() => server.app.stats().streaming.subscribers).toBe(100);
      for (const { stop } of open) stop();
      await expect.poll(() => server.app.stats().streaming.subscribers).toBe(0);
    }
    expect(server.app.stats().streaming).toMatchObject({ groups: 0, activeStreams: 0 });
  });

  it('F10 a connection that is cut takes its subscriptions with it', async () => {
    await using server = await startServer();
    const raw = await openRaw(server.wsUrl);
    raw.subscribe('1', QUOTE, { s: ['AAPL'] });
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
    raw.socket.destroy();
    await expect
      .poll(() => server.app.stats())
      .toMatchObject({
        connections: { total: 0 },
        streaming: { subscribers: 0, groups: 0, activeStreams: 0 },
      });
  });

  it('T7 an id may be used again in the same breath as its complete', async () => {
    await using server = await startServer();
    const raw = await openRaw(server.wsUrl);
    raw.subscribe('1', QUOTE, { s: ['AAPL'] });
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
    raw.socket.cork();
    raw.send({ id: '1', type: 'complete' });
    raw.subscribe('1', QUOTE, { s: ['MSFT'] });
    raw.socket.uncork();
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
    await server.publish('publishQuotes', [{ symbol: 'MSFT', price: '2' }]);
    await expect.poll(() => raw.messages.filter(({ type }) => type === 'next').length).toBe(1);
    expect(raw.messages.filter(({ type }) => type === 'complete')).toEqual([]);
  });
});

describe('an operation that is cancelled while it starts', () => {
  it('T7 F10 leaves nothing behind, though its id is used again at once, and again', async () => {
    await using server = await startServer();
    const raw = await openRaw(server.wsUrl);
    for (let round = 1; round <= 50; round += 1) {
      raw.socket.cork();
      for (const symbol of ['AAPL', 'MSFT', 'NVDA']) {
        raw.subscribe('1', QUOTE, { s: [symbol] });
        if (symbol !== 'NVDA' || round % 2) raw.send({ id: '1', type: 'complete' });
      }
      if (round % 2 === 0) raw.send({ id: '1', type: 'complete' });
      raw.socket.uncork();
    }
    raw.subscribe('1', QUOTE, { s: ['TSLA'] });
    await server.publish('publishQuotes', [{ symbol: 'TSLA', price: '1' }]);
    await expect.poll(() => raw.results('1').length).toBe(1);
    expect(server.app.stats().streaming).toMatchObject({ subscribers: 1, activeStreams: 1 });
    expect(raw.messages.filter(({ type }) => type === 'error' || type === 'complete')).toEqual([]);
    expect(raw.closeCode).toBeUndefined();
  });
});

describe('a reader that stops reading', () => {
  const FULL =
    'subscription { streamData(symbols: ["AAPL"], delivery: { mode: EVERY }) { symbol price open high low volume turnover sequence receivedAt exchangeTime change changePercent } }';

  it('F4 F5 gets what waited as soon as it reads on, without another event', async () => {
    await using server = await startServer({ MAX_QUEUE_FRAMES: '100' });
    const paused = await openRaw(server.wsUrl);
    paused.subscribe('every', FULL);
    paused.subscribe('latest', FULL.replace('EVERY', 'LATEST'));
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(2);
    paused.socket.pause();
    let price = 0;
    while (server.app.stats().streaming.messagesDropped === 0) {
      const batch = Array.from({ length: 500 }, () => {
        price += 1;
        return { symbol: 'AAPL', price, open: '1'.repeat(28), turnover: '2'.repeat(28) };
      });
      await server.publish('publishQuotes', batch);
    }
    paused.socket.resume();
    const last = (id: string) => (paused.results(id).at(-1) as { data: unknown } | undefined)?.data;
    const newest = { streamData: expect.objectContaining({ price: String(price), sequence: price }) };
    await expect.poll(() => [last('latest'), last('every')]).toEqual([newest, newest]);
  });

  it('F6 is closed with a retryable code while others miss nothing, and the server holds little for it', async () => {
    await using server = await startServer({ SLOW_CLIENT_TIMEOUT_MS: '1500', MAX_QUEUE_FRAMES: '100' });
    const stuck = await openRaw(server.wsUrl);
    stuck.subscribe('1', FULL);
    const fine = listen(server.client(), FULL);
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(2);
    stuck.socket.pause();
    let published = 0;
    const batch = Array.from({ length: 200 }, (_, i) => ({
      symbol: 'AAPL',
      price: `${i}.${'1'.repeat(20)}`,
      open: '1'.repeat(28),
      turnover: '2'.repeat(28),
    }));
    while (server.app.stats().streaming.slowReadersClosed === 0) {
      await server.publish('publishQuotes', batch);
      published += batch.length;
      await expect.poll(() => fine.data.length).toBe(published);
    }
    expect(server.app.stats().streaming.messagesDropped).toBeGreaterThan(0);
    expect(fine.results.every(({ extensions }) => extensions === undefined)).toBe(true);
    stuck.socket.resume();
    await expect.poll(() => stuck.closeCode).toBe(1013);
    await expect.poll(() => server.app.stats().connections.total).toBe(1);
  });
});
