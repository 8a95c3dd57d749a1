import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshPostgres } from '../support/places.ts';
import { startCluster, type TestCluster } from '../support/redis-cluster.ts';
import { type MessageEvent, ROOM_MESSAGES, User } from '../support/rooms.ts';
import { listen, startServer, type TestServer } from '../support/server.ts';

interface Quotes {
  readonly streamData: { readonly symbol: string; readonly price: string; readonly sequence: number };
}

const SYMBOLS = ['MSFT', 'NVDA', 'TSLA', 'ORCL', 'INTC', 'IBM'];
const QUOTES =
  'subscription ($symbols: [Symbol!]!) { streamData(symbols: $symbols) { symbol price sequence } }';
const PRESENCE = 'subscription ($room: ID!) { roomPresence(roomId: $room) { connections } }';
const STATS = '{ stats { instances { connections { total } } } }';

describe('two instances over one Redis Cluster', () => {
  let redis: TestCluster;
  let a: TestServer;
  let b: TestServer;
  beforeAll(async () => {
    redis = await startCluster();
    const env = { REDIS_URL: redis.url, DATABASE_URL: await freshPostgres(), OPERATIONS_PER_USER: '40' };
    a = await startServer({ ...env, FEEDS: 'simulator?rate=20&symbols=600519' });
    await vi.waitUntil(() => a.app.stats().feeds[0]?.state === 'RUNNING');
    b = await startServer({ ...env, FEEDS: 'simulator?rate=20&symbols=600519' });
  });
  afterAll(async () => {
    await a[Symbol.asyncDispose]();
    await b[Symbol.asyncDispose]();
    await redis.stop();
  });

  it('X9 what is published at either is heard at both, wherever in the cluster a topic is', async () => {
    expect(b.app.stats().feeds[0]?.state).toBe('STOPPED');
    const heard = [a, b].map((server) => listen<Quotes>(server.client(), QUOTES, { symbols: SYMBOLS }));
    const fed = [a, b].map((server) => listen<Quotes>(server.client(), QUOTES, { symbols: ['600519'] }));
    for (const price of ['1', '2']) {
      const quotes = SYMBOLS.map((symbol) => ({ symbol, price }));
      await (price === '1' ? a : b).publish('publishQuotes', quotes);
    }
    const expected = new Map(SYMBOLS.map((symbol) => [symbol, { symbol, price: '2', sequence: 2 }]));
    await expect
      .poll(() =>
        heard.map(({ data }) => new Map(data.map(({ streamData }) => [streamData.symbol, streamData]))),
      )
      .toEqual([expected, expected]);
    await expect.poll(() => fed.every(({ data }) => data.length >= 10)).toBe(true);
    for (const { stop } of [...heard, ...fed]) stop();
  });

  it('X9 rooms, presence, access, rates and stats are one', async () => {
    const [alice, bob] = [await User.at(a, 'alice'), await User.at(b, 'bob')];
    const room = await alice.createRoom({ name: 'across' });
    await bob.join(room);
    const heard = listen<{ roomMessages: MessageEvent }>(bob.client(), ROOM_MESSAGES, { room });
    const presence = [alice, bob].map((user) =>
      listen<{ roomPresence: { connections: number } }>(user.client(), PRESENCE, { room }),
    );
    await expect
      .poll(() => presence.map(({ data }) => data.at(-1)?.roomPresence.connections))
      .toEqual([3, 3]);
    await alice.send(room, 'hello');
    await expect
      .poll(() => heard.data.map(({ roomMessages }) => roomMessages.message.content))
      .toEqual(['hello']);
    await expect
      .poll(async () => (await a.post(STATS)).data)
      .toMatchObject({ stats: { instances: [{}, {}] } });

    const root = await User.at(a, 'root', 'ADMIN');
    await root.ask('mutation { revokeUser(userId: "bob") }');
    await expect.poll(() => presence[0]?.data.at(-1)?.roomPresence.connections).toBe(1);
    for (const { stop } of presence) stop();

    const token = await a.token('ada');
    const statusAt = async (server: TestServer) => (await server.post('{ serverTime }', {}, token)).status;
    for (let n = 0; n < 40; n += 1) expect(await statusAt(a)).toBe(200);
    let letIn = 0;
    await expect
      .poll(async () => {
        const status = await statusAt(b);
        if (status === 200) letIn += 1;
        return status;
      })
      .toBe(429);
    expect(letIn).toBeLessThanOrEqual(2);
  });

  it('X9 goes on without a node, and heals when it is back', { timeout: 60_000 }, async () => {
    const quotes = [a, b].map((server) => listen<Quotes>(server.client(), QUOTES, { symbols: ['600519'] }));
    await expect.poll(() => quotes.every(({ data }) => data.length > 0)).toBe(true);
    const statuses = () =>
      Promise.all(
        [a, b].map(async ({ url }) => {
          const response = await fetch(`${url}/health`);
          return ((await response.json()) as { status: string }).status;
        }),
      );
    const node = redis.nodes[0];
    await node?.kill();
    await expect.poll(statuses).toEqual(['degraded', 'degraded']);
    const before = quotes[0]?.data.length ?? 0;
    await expect.poll(() => quotes[0]?.data.length).toBeGreaterThan(before + 5);
    await node?.restart();
    await expect.poll(statuses, { timeout: 15_000 }).toEqual(['ok', 'ok']);
    const after = quotes[1]?.data.length ?? 0;
    await expect.poll(() => quotes[1]?.data.length).toBeGreaterThan(after + 5);
    for (const [i, symbol] of SYMBOLS.entries()) {
      await b.publish('publishQuotes', [{ symbol, price: `${100 + i}` }]);
      await expect
        .poll(
          async () =>
            (await a.post('query ($symbol: Symbol!) { quote(symbol: $symbol) { price } }', { symbol })).data,
        )
        .toEqual({ quote: { price: `${100 + i}` } });
    }
  });
});
