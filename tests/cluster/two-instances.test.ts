import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BusRpc } from '../../src/market/cluster/bus-rpc.ts';
import { freshPostgres } from '../support/places.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { openFailoverBus } from '../support/redis-bus.ts';
import { type MessageEvent, ROOM_MESSAGES, User } from '../support/rooms.ts';
import { listen, startServer, type TestServer } from '../support/server.ts';

interface Quotes {
  readonly streamData: { readonly symbol: string; readonly price: string; readonly sequence: number };
}

const QUOTES =
  'subscription ($symbols: [Symbol!]!) { streamData(symbols: $symbols) { symbol price sequence } }';
const BOOK =
  '{ orderBook(symbol: "AAPL") { sequence checksum stale bids { price size } asks { price size } } }';

describe('two instances over one Redis and one database', () => {
  let redis: TestRedis;
  let a: TestServer;
  let b: TestServer;
  beforeAll(async () => {
    redis = await startRedis();
    const env = { REDIS_URL: redis.url, DATABASE_URL: await freshPostgres() };
    a = await startServer({ ...env, FEEDS: 'simulator?rate=20&symbols=600519|AAPL' });
    await vi.waitUntil(() => a.app.stats().feeds[0]?.state === 'RUNNING');
    b = await startServer({ ...env, FEEDS: 'simulator?rate=20&symbols=600519|AAPL' });
  });
  afterAll(async () => {
    await a[Symbol.asyncDispose]();
    await b[Symbol.asyncDispose]();
    await redis.stop();
  });

  it('X1 a feed runs on one instance, and subscribers of both get the same', async () => {
    expect(b.app.stats().feeds[0]?.state).toBe('STOPPED');
    const heard = [a, b].map((server) => listen<Quotes>(server.client(), QUOTES, { symbols: ['600519'] }));
    await expect.poll(() => heard.every(({ data }) => data.length >= 10), { timeout: 10_000 }).toBe(true);
    const bySequence = heard.map(
      ({ data }) => new Map(data.map(({ streamData }) => [streamData.sequence, streamData])),
    );
    const common = [...(bySequence[0] ?? new Map()).keys()].filter((sequence) =>
      bySequence[1]?.has(sequence),
    );
    expect(common.length).toBeGreaterThan(5);
    for (const sequence of common) {
      expect(bySequence[1]?.get(sequence)).toEqual(bySequence[0]?.get(sequence));
    }
    for (const { stop } of heard) stop();
  });

  it('X13 the leader refuses what only a newer build asks, and the caller may try again', async () => {
    await using bus = await openFailoverBus(redis.url);
    const line = new BusRpc({ bus, instance: 'newer', onError: () => {} });
    try {
      await expect(line.ask('publishOptions', [])).rejects.toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
        message: expect.stringContaining('older build, which does not know publishOptions'),
      });
      await expect(line.ask('toString', [])).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    } finally {
      await line[Symbol.asyncDispose]();
    }
  });

  it('M28 what is published of an instrument at one is known at both', async () => {
    for (const [server, lotSize] of [
      [a, '7'],
      [b, '8'],
    ] as const) {
      await server.post(
        'mutation ($input: [InstrumentInput!]!) { publishInstruments(input: $input) { accepted } }',
        { input: [{ symbol: 'sh600519', lotSize }] },
        await server.token('feed', 'PUBLISHER'),
      );
      for (const one of [a, b]) {
        await expect
          .poll(async () => (await one.post('{ instrument(symbol: "600519") { name lotSize } }')).data)
          .toEqual({ instrument: { name: '贵州茅台', lotSize } });
      }
    }
  });

  it('X1 both list the same instruments, and answer the same of fund flow', async () => {
    const ask = (server: TestServer) =>
      server.post(
        '{ instruments { edges { node { symbol name } } } fundFlowHistory(symbol: "AAPL", timeframe: DAY_1, first: 1) { edges { node { symbol timeframe } } } }',
      );
    await expect.poll(async () => (await ask(b)).data).toEqual((await ask(a)).data);
    expect(JSON.stringify((await ask(b)).data)).toContain('600519');
    expect((await b.post('{ fundFlow(symbol: "AAPL") { turnover symbol } }')).data).toMatchObject({
      fundFlow: { symbol: 'AAPL' },
    });
  });

  it('X1 M13 both answer the same candles, page by page', async () => {
    const trade = (price: string, minute: number) => ({
      symbol: 'BRK.B',
      price,
      size: '2',
      exchangeTime: new Date(Date.UTC(2024, 4, 6, 15, minute, 30)).toISOString(),
    });
    await b.publish('publishTrades', [
      trade('478.20', 1),
      trade('478.5', 3),
      trade('477.00', 3),
      trade('479', 2),
    ]);
    const query =
      'query ($after: String) { candles(symbol: "BRK.B", first: 2, after: $after) { edges { node { timeframe periodStart open high low close volume turnover } } pageInfo { hasNextPage endCursor } lastTrade { price sequence } } }';
    const candle = (minute: number, open: string, high: string, low: string, close: string) => ({
      timeframe: 'MINUTE_1',
      periodStart: `2024-05-06T15:0${minute}:00.000Z`,
      ...{ open, high, low, close },
    });
    for (const server of [a, b]) {
      const first = (await server.post(query)).data?.candles as { pageInfo: { endCursor: string } };
      expect(first).toMatchObject({
        edges: [
          { node: { ...candle(3, '478.5', '478.5', '477.00', '477.00'), volume: '4', turnover: '1911' } },
          { node: { ...candle(2, '479', '479', '479', '479'), volume: '2', turnover: '958' } },
        ],
        pageInfo: { hasNextPage: true },
        lastTrade: { price: '479', sequence: 4 },
      });
      const { data } = await server.post(query, { after: first.pageInfo.endCursor });
      expect(data?.candles).toMatchObject({
        edges: [{ node: candle(1, '478.20', '478.20', '478.20', '478.20') }],
        pageInfo: { hasNextPage: false },
      });
      const none = await server.post(
        '{ candles(symbol: "NONE", timeframe: DAY_10) { edges { cursor } lastTrade { price } } }',
      );
      expect(none.data).toEqual({ candles: { edges: [], lastTrade: null } });
    }
  });

  it('X2 what is published at either is heard at both, by one numbering', async () => {
    const heard = [a, b].map((server) => listen<Quotes>(server.client(), QUOTES, { symbols: ['MSFT'] }));
    for (let i = 1; i <= 10; i += 1) {
      await (i % 2 ? a : b).publish('publishQuotes', [{ symbol: 'MSFT', price: String(i) }]);
    }
    await expect
      .poll(() => heard.map(({ data }) => data.at(-1)?.streamData))
      .toEqual([
        { symbol: 'MSFT', price: '10', sequence: 10 },
        { symbol: 'MSFT', price: '10', sequence: 10 },
      ]);
    for (const { stop } of heard) stop();
  });

  it('X2 books published at either are the same at both; changes that do not follow are refused', async () => {
    const level = (price: number, size: number) => ({ price: String(price), size: String(size) });
    const book = { symbol: 'NVDA', bids: [level(9, 1)], asks: [level(11, 1)] };
    await b.publish('publishOrderBook', { ...book, lastSequence: 1 });
    for (let i = 2; i <= 20; i += 1) {
      await (i % 2 ? a : b).publish('publishOrderBook', {
        ...book,
        kind: 'CHANGES',
        bids: [level(9, i), level(9 - i / 100, i)],
        firstSequence: i,
        lastSequence: i,
      });
    }
    const query = BOOK.replace('AAPL', 'NVDA');
    const books = async () =>
      (await Promise.all([a, b].map((server) => server.post(query)))).map(({ data }) => data?.orderBook);
    await expect.poll(async () => (await books())[1]).toMatchObject({ sequence: 20, stale: false });
    const [atA, atB] = await books();
    expect(atB).toEqual(atA);
    await expect(
      b.publish('publishOrderBook', { ...book, kind: 'CHANGES', firstSequence: 30, lastSequence: 30 }),
    ).rejects.toThrow(/CONFLICT.*gap/);
  });

  it('X3 rooms, presence and inboxes are one', async () => {
    const alice = await User.at(a, 'alice');
    const bob = await User.at(b, 'bob');
    const room = await alice.createRoom({ name: 'across' });
    await bob.join(room);
    const heard = listen<{ roomMessages: MessageEvent }>(bob.client(), ROOM_MESSAGES, { room });
    const presence = [alice, bob].map((user) =>
      listen<{ roomPresence: { connections: number } }>(
        user.client(),
        'subscription ($room: ID!) { roomPresence(roomId: $room) { connections } }',
        { room },
      ),
    );
    await expect
      .poll(() => presence.map(({ data }) => data.at(-1)?.roomPresence.connections), { timeout: 10_000 })
      .toEqual([3, 3]);
    await alice.send(room, 'hello');
    await expect
      .poll(() => heard.data.map(({ roomMessages }) => roomMessages.message.content))
      .toEqual(['hello']);
    // a kick at A ends what is open at B
    await alice.ask('mutation ($room: ID!) { kickFromRoom(roomId: $room, userId: "bob") }', { room });
    await expect.poll(() => JSON.stringify(heard.errors)).toContain('PERMISSION_DENIED');
    for (const { stop } of presence) stop();
  });
});
