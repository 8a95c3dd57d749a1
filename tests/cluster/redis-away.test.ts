import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshPostgres } from '../support/places.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { type MessageEvent, ROOM_MESSAGES, User } from '../support/rooms.ts';
import { type Listening, listen, startServer, type TestServer } from '../support/server.ts';

/** At least so long; what the test looks at takes some seconds anyway. */
const OUTAGE_MS = Number(process.env.OUTAGE_SECONDS ?? 0) * 1000;

const QUOTES = 'subscription { streamData(symbols: ["600519"]) { symbol price sequence stale } }';
const CHANGES = `subscription { orderBookChanges(symbol: "600519") {
  __typename ... on OrderBookSnapshot { sequence checksum } ... on OrderBookDelta { lastSequence checksum } } }`;
const TRADES = `subscription ($symbol: Symbol!, $after: [Cursor!]) {
  trades(symbols: [$symbol], after: $after) { sourceSequence cursor } }`;
type Trades = { trades: { sourceSequence: string; cursor: string } };
const numbersOf = ({ data }: Listening<Trades>): number[] =>
  data.map(({ trades }) => Number(trades.sourceSequence));
const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);
/** of one topic that are handed in */
const KEPT = 1024;
const BOOK = '{ orderBook(symbol: "600519") { checksum stale sequence } }';

describe('while Redis is away', () => {
  let redis: TestRedis;
  /** has the feeds */
  let a: TestServer;
  let b: TestServer;
  beforeAll(async () => {
    redis = await startRedis();
    const env = {
      REDIS_URL: redis.url,
      DATABASE_URL: await freshPostgres(),
      FEEDS: 'simulator?rate=50&symbols=600519',
      STALE_AFTER_MS: '2000',
    };
    a = await startServer(env);
    await vi.waitUntil(() => a.app.stats().feeds[0]?.state === 'RUNNING');
    b = await startServer(env);
  });
  afterAll(async () => {
    await a[Symbol.asyncDispose]();
    await b[Symbol.asyncDispose]();
    await redis.stop();
  });

  const health = async (server: TestServer) =>
    (await fetch(`${server.url}/health`)).json() as Promise<{ status: string; redis: string }>;

  it('X5 X10 local delivery goes on, rooms work from the database, and all heals within 5 s of its return', {
    timeout: 60_000 + OUTAGE_MS,
  }, async () => {
    const alice = await User.at(a, 'alice');
    const bob = await User.at(b, 'bob');
    const room = await alice.createRoom({ name: 'outage' });
    await bob.join(room);
    const rooms = [alice, bob].map((user) =>
      listen<{ roomMessages: MessageEvent }>(user.client(), ROOM_MESSAGES, { room }),
    );
    const quotes = [a, b].map((server) => listen(server.client(), QUOTES));
    // of this one only the same is heard, again and again
    const same = () => a.publish('publishQuotes', [{ symbol: 'ETH/USD', price: '5' }]);
    await same();
    const unchanged = listen(b.client(), QUOTES.replace('600519', 'ETH/USD'));
    const changes = listen<{ orderBookChanges: { __typename: string } }>(b.client(), CHANGES);
    const grows = (listening: Listening<unknown>, timeout = 5000) => {
      const before = listening.data.length;
      return expect.poll(() => listening.data.length, { timeout }).toBeGreaterThan(before + 5);
    };
    await Promise.all(quotes.map((listening) => grows(listening)));
    const tape = (server: TestServer, symbol: string, after?: string) =>
      listen<Trades>(server.client(), TRADES, { symbol, after: after && [after] });
    const trade = (symbol: string, numbers: readonly number[]) =>
      a.publish(
        'publishTrades',
        // each call is a source of its own, as the first trade is repeated until everybody hears it
        numbers.map((n) => ({
          symbol,
          price: '1',
          size: '1',
          source: randomUUID(),
          sourceSequence: String(n),
        })),
      );
    const tapes = { a: tape(a, 'NVDA'), b: tape(b, 'NVDA'), long: tape(b, 'TSLA') };
    await expect
      .poll(async () => {
        await Promise.all([trade('NVDA', [0]), trade('TSLA', [0])]);
        return Object.values(tapes).every(({ data }) => data.length > 0);
      })
      .toBe(true);
    // of what came before everybody listened nothing is looked at
    await Promise.all([trade('NVDA', [1]), trade('TSLA', [1])]);
    await expect.poll(() => Object.values(tapes).map((heard) => numbersOf(heard).at(-1))).toEqual([1, 1, 1]);
    for (const heard of Object.values(tapes)) heard.results.splice(0, heard.results.length - 1);
    const before = tapes.b.data[0]?.trades.cursor;
    await alice.send(room, 'before');
    expect(await health(a)).toMatchObject({ status: 'ok', redis: 'reachable' });

    await redis.kill();
    const away = performance.now();
    // while the market changes hands it may be refused
    const repeating = setInterval(() => same().catch(() => {}), 200);
    await expect.poll(async () => (await health(b)).status).toBe('degraded');
    await expect.poll(() => health(a)).toMatchObject({ redis: 'away' });
    // where the feeds are prices move, and reports are taken; elsewhere they are refused
    await grows(quotes[0] as Listening<unknown>);
    await a.publish('publishQuotes', [{ symbol: 'MSFT', price: '1' }]);
    for (const n of upTo(30, 2)) await trade('NVDA', [n]);
    for (const part of [upTo(701, 2), upTo(1401, 702)]) await trade('TSLA', part);
    await expect.poll(() => numbersOf(tapes.a)).toEqual(upTo(30));
    const during = tapes.a.data[9]?.trades.cursor;
    await expect(b.publish('publishQuotes', [{ symbol: 'MSFT', price: '2' }])).rejects.toThrow(
      'SERVICE_UNAVAILABLE',
    );
    // the book at B cannot be vouched for
    await expect.poll(async () => (await b.post(BOOK)).data).toMatchObject({ orderBook: { stale: true } });
    // and so can its quotes not, after a while; the market leader goes on knowing them
    await expect
      .poll(() => quotes[1]?.data.at(-1), { timeout: 10_000 })
      .toMatchObject({ streamData: { stale: true } });
    expect(quotes[0]?.data.at(-1)).toMatchObject({ streamData: { stale: false } });
    await expect
      .poll(() => unchanged.data.at(-1), { timeout: 10_000 })
      .toMatchObject({ streamData: { price: '5', stale: true } });
    // a message is heard at once where it was sent, and elsewhere within a check of the database
    await alice.send(room, 'during');
    await expect
      .poll(() => rooms[0]?.data.at(-1)?.roomMessages.message.content, { timeout: 1000 })
      .toBe('during');
    await expect
      .poll(() => rooms[1]?.data.at(-1)?.roomMessages.message.content, { timeout: 10_000 })
      .toBe('during');
    for (let n = 1; performance.now() < away + OUTAGE_MS; n += 1) {
      await alice.send(room, `during ${n}`);
      for (const heard of rooms)
        await expect
          .poll(() => heard.data.at(-1)?.roomMessages.message.content, { timeout: 10_000 })
          .toBe(`during ${n}`);
      await grows(quotes[0] as Listening<unknown>);
    }
    // a kick that B cannot hear of
    await alice.ask('mutation ($room: ID!) { kickFromRoom(roomId: $room, userId: "bob") }', { room });

    await redis.restart();
    const back = performance.now();
    await expect.poll(async () => (await health(a)).status, { timeout: 10_000 }).toBe('ok');
    await expect.poll(async () => (await health(b)).status, { timeout: 10_000 }).toBe('ok');
    await grows(quotes[1] as Listening<unknown>);
    await expect
      .poll(async () => (await b.post(BOOK)).data, { timeout: 5000 })
      .toMatchObject({ orderBook: { stale: false } });
    await expect
      .poll(() => JSON.stringify(rooms[1]?.errors), { timeout: 5000 })
      .toContain('PERMISSION_DENIED');
    await expect
      .poll(() => unchanged.data.at(-1), { timeout: 5000 })
      .toMatchObject({ streamData: { price: '5', stale: false } });
    expect(performance.now() - back).toBeLessThan(5000);
    clearInterval(repeating);
    await trade('NVDA', [31]);
    // each trade once, in order, before newer ones
    await expect.poll(() => numbersOf(tapes.b)).toEqual(upTo(31));
    await expect.poll(() => numbersOf(tapes.a)).toEqual(upTo(31));
    expect([tapes.a, tapes.b].flatMap(({ results }) => results).some(({ extensions }) => extensions)).toBe(
      false,
    );
    // too many are no silent loss
    await expect.poll(() => numbersOf(tapes.long)).toEqual([1, ...upTo(1401, 1402 - KEPT)]);
    expect(tapes.long.results[1]?.extensions).toEqual({
      gap: {
        from: 1,
        to: 1400 - KEPT,
        topic: 'trade:TSLA',
        reason: 'OUTAGE',
        id: `trade:TSLA:1-${1400 - KEPT}`,
      },
    });
    // who comes back goes on at the other instance, from before the outage and from within
    for (const [cursor, have] of [
      [before, 1],
      [during, 10],
    ] as const) {
      const again = tape(b, 'NVDA', cursor);
      await expect.poll(() => numbersOf(again)).toEqual(upTo(31, have + 1));
      expect(again.results[0]?.extensions).toMatchObject({
        resume: { recovered: true, replayed: 31 - have },
      });
    }
    expect(quotes[1]?.data.at(-1)).toMatchObject({ streamData: { stale: false } });
    const heard = rooms.map(({ data }) => data.map(({ roomMessages }) => roomMessages.message.content));
    expect(heard[1]).toEqual(heard[0]);
    expect(new Set(heard[0]).size).toBe(heard[0]?.length);
    expect(changes.data.length).toBeGreaterThan(5);
    await b.publish('publishQuotes', [{ symbol: 'MSFT', price: '3' }]);
    await expect
      .poll(async () => (await a.post('{ quote(symbol: "MSFT") { price } }')).data)
      .toEqual({ quote: { price: '3' } });
  });
});
