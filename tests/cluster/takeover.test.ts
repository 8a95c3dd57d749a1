import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startChild } from '../support/child-server.ts';
import { freshPostgres } from '../support/places.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { listen, SECRET, startServer } from '../support/server.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const QUOTES = 'subscription { streamData(symbols: ["600519"]) { symbol price volume sequence stale } }';
const BOOK = 'subscription { orderBook(symbol: "600519") { sequence checksum stale } }';
type Quote = { streamData: { volume: string; sequence: number } };
type Book = { orderBook: { sequence: number; stale: boolean } };

it('X4 when the instance that has the feeds dies, another goes on within 5 s where it left off', {
  timeout: 60_000,
}, async () => {
  const env = {
    REDIS_URL: redis.url,
    DATABASE_URL: await freshPostgres(),
    FEEDS: 'simulator?rate=50&symbols=600519',
    AUTH_SECRET: SECRET,
  };
  const owner = await startChild({ ...env, WEBSOCKET_PORT: '0' });
  try {
    const atOwner = createClient({
      url: `${owner.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    const first = listen<Quote>(atOwner, QUOTES);
    await expect.poll(() => first.data.length, { timeout: 10_000 }).toBeGreaterThan(10);
    await using other = await startServer(env);
    expect(other.app.stats().feeds[0]?.state).toBe('STOPPED');
    const quotes = listen<Quote>(other.client(), QUOTES);
    const books = listen<Book>(other.client(), BOOK);
    await expect.poll(() => quotes.data.length + books.data.length, { timeout: 10_000 }).toBeGreaterThan(20);

    await owner.kill();
    const diedAt = performance.now();
    const told = quotes.data.length;
    await expect.poll(() => quotes.data.length, { timeout: 10_000, interval: 10 }).toBeGreaterThan(told + 5);
    expect(performance.now() - diedAt).toBeLessThan(5000);
    expect(other.app.stats().feeds[0]?.state).toBe('RUNNING');
    await atOwner.dispose();

    // the day's volume goes on, and so does the numbering
    const volumes = quotes.data.map(({ streamData }) => Number(streamData.volume));
    expect(volumes).toEqual([...volumes].sort((x, y) => x - y));
    const sequences = quotes.data.map(({ streamData }) => streamData.sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((x, y) => x - y));
    const after = books.data.length;
    await expect.poll(() => books.data.length).toBeGreaterThan(after);
    expect(books.data.at(-1)?.orderBook.stale).toBe(false);
  } finally {
    await owner.kill();
  }
});

it('X4 an instance that stops hands the feeds over at once', { timeout: 60_000 }, async () => {
  const env = {
    REDIS_URL: redis.url,
    REDIS_PREFIX: 'handover',
    DATABASE_URL: await freshPostgres(),
    FEEDS: 'simulator?rate=50&symbols=600519',
  };
  const owner = await startServer(env);
  await expect.poll(() => owner.app.stats().feeds[0]?.state).toBe('RUNNING');
  await using other = await startServer(env);
  const quotes = listen<Quote>(other.client(), QUOTES);
  await expect.poll(() => quotes.data.length).toBeGreaterThan(5);
  await owner[Symbol.asyncDispose]();
  const told = quotes.data.length;
  await expect.poll(() => quotes.data.length, { timeout: 2000 }).toBeGreaterThan(told + 5);
});
