import { type Client, createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { freshPostgres } from '../support/places.ts';
import { onServer } from '../support/postgres.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { type MessageEvent, ROOM_MESSAGES, User } from '../support/rooms.ts';
import { listen, startServer, type TestServer } from '../support/server.ts';

const TRADES = 'subscription ($symbols: [Symbol!]!) { trades(symbols: $symbols) { symbol price sequence } }';
type Trades = { trades: { symbol: string; price: string; sequence: number } };
type Rooms = { roomMessages: MessageEvent };

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('an unmodified graphql-ws client that reconnects', () => {
  let redis: TestRedis;
  let servers: TestServer[];
  let env: Record<string, string>;
  beforeAll(async () => {
    redis = await startRedis();
    env = { REDIS_URL: redis.url, DATABASE_URL: await freshPostgres() };
    servers = [await startServer(env), await startServer(env)];
  });
  afterAll(async () => {
    for (const server of servers) await server[Symbol.asyncDispose]();
    await redis.stop();
  });

  /** As applications make it, behind a load balancer that sends it to each server in turn. */
  async function roaming(userId: string, isWelcome = () => true) {
    const token = await (servers[0] as TestServer).token(userId);
    const sockets: WebSocket[] = [];
    let turns = 0;
    let isTold = false;
    const client: Client = createClient({
      url: () => servers[turns++ % servers.length]?.wsUrl ?? '',
      webSocketImpl: class extends WebSocket {
        constructor(url: string, protocols: string) {
          super(url, protocols);
          sockets.push(this);
          this.on('message', () => {
            isTold = false;
          });
          // one that carries something asks what has come
          this.on('ping', (data) => {
            isTold ||= data.length > 0;
          });
        }
      },
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 100,
      retryWait: async () => {
        while (!isWelcome()) await new Promise((resolve) => setTimeout(resolve, 10));
        await new Promise((resolve) => setTimeout(resolve, 50));
      },
      shouldRetry: () => true,
    });
    return {
      client,
      drop: () => sockets.at(-1)?.terminate(),
      connections: () => sockets.length,
      /** The server was told that the newest message has come: what it does not know of it sends again. */
      isTold: () => isTold,
    };
  }

  it('U3 goes on in a room at another instance: no gap, no duplicate, and it is told', {
    timeout: 30_000,
  }, async () => {
    const [a] = servers as [TestServer, TestServer];
    const alice = await User.at(a, 'alice');
    const room = await alice.createRoom({ name: 'roaming' });
    let isWelcome = true;
    const { client, drop, connections, isTold } = await roaming('alice', () => isWelcome);
    const heard = listen<Rooms>(client, ROOM_MESSAGES, { room });
    await expect.poll(() => a.app.stats().streaming.subscribers).toBe(1);
    expect(connections()).toBe(1);
    const sequences = () => heard.data.map(({ roomMessages }) => roomMessages.message.sequence);
    const first = (await alice.send(room, 'first')).sequence;
    for (let i = 0; i < 5; i += 1) await alice.send(room, String(i));
    await expect.poll(() => heard.data.length).toBe(6);
    for (let round = 0; round < 3; round += 1) {
      await expect.poll(isTold).toBe(true);
      isWelcome = false;
      drop();
      for (let i = 0; i < 5; i += 1) await alice.send(room, String(i));
      isWelcome = true;
      const last = first + 5 + 5 * (round + 1);
      await expect.poll(() => sequences().at(-1)).toBe(last);
      expect(sequences()).toEqual(upTo(last, first));
      const { extensions } = heard.results[6 + 5 * round] ?? {};
      expect(extensions).toEqual({
        resume: { id: expect.any(String), recovered: true, replayed: 5, reason: null },
      });
    }
    expect(heard.results.filter(({ extensions }) => extensions).length).toBe(3);
    // they are told when there is something to tell
    const { resumed, replayed } = [...servers].reduce(
      (sum, { app }) => {
        const { reconnection } = app.stats();
        return {
          resumed: sum.resumed + reconnection.resumed,
          replayed: sum.replayed + reconnection.replayed,
        };
      },
      { resumed: 0, replayed: 0 },
    );
    expect({ resumed, replayed }).toEqual({ resumed: 3, replayed: 15 });
    await client.dispose();
  });

  it('U3 goes on with trades of several symbols at another instance', { timeout: 30_000 }, async () => {
    const [a] = servers as [TestServer, TestServer];
    let isWelcome = true;
    const { client, drop } = await roaming('trader', () => isWelcome);
    const heard = listen<Trades>(client, TRADES, { symbols: ['600519', '000001', '000002'] });
    let published = 0;
    const publish = async (count: number, symbols = ['600519', '000001']) => {
      for (let n = 1; n <= count; n += 1) {
        if (symbols.includes('600519')) published += 1;
        for (const symbol of symbols) await a.publish('publishTrades', [{ symbol, price: '1', size: '1' }]);
      }
    };
    const of = (symbol: string) =>
      heard.data.flatMap(({ trades }) => (trades.symbol === symbol ? [trades.sequence] : []));
    await expect
      .poll(async () => {
        await publish(1);
        return of('000001').length;
      })
      .toBeGreaterThan(0);
    await publish(4);
    const newest = () => ['600519', '000001'].map((symbol) => of(symbol).at(-1));
    await expect.poll(newest).toEqual([published, published]);
    const last = published;
    const told = heard.results.length;
    isWelcome = false;
    drop();
    await publish(5);
    // nothing of it had been there before
    await publish(3, ['000002']);
    isWelcome = true;
    await expect.poll(() => of('000002').length, { timeout: 10_000 }).toBe(3);
    await publish(2);
    await expect.poll(newest).toEqual([last + 7, last + 7]);
    // what the server did not know to have arrived comes again, and is known by its sequence
    for (const symbol of ['600519', '000001']) {
      expect([...new Set(of(symbol))]).toEqual(upTo(last + 7, of(symbol)[0]));
    }
    expect(of('000002')).toEqual(upTo(3));
    expect(heard.results[told]?.extensions).toMatchObject({ resume: { recovered: true, reason: null } });
    await client.dispose();
  });

  it('U4 goes on after its server was restarted, from what is in the database', {
    timeout: 30_000,
  }, async () => {
    const database = await freshPostgres();
    let server = await startServer({ DATABASE_URL: database });
    const alice = await User.at(server, 'alice');
    const room = await alice.createRoom();
    let url = server.wsUrl;
    const client = createClient({
      url: () => url,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${alice.token}` },
      retryAttempts: 100,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
      shouldRetry: () => true,
    });
    const heard = listen<Rooms>(client, ROOM_MESSAGES, { room });
    await expect
      .poll(async () => {
        if (heard.data.length === 0) await alice.send(room, 'first');
        return heard.data.length;
      })
      .toBeGreaterThan(0);
    await server[Symbol.asyncDispose]();
    server = await startServer({ DATABASE_URL: database });
    const again = await User.at(server, 'alice');
    for (let i = 0; i < 3; i += 1) await again.send(room, `while away ${i}`);
    url = server.wsUrl;
    await expect
      .poll(() => heard.data.map(({ roomMessages }) => roomMessages.message.content).slice(-3), {
        timeout: 10_000,
      })
      .toEqual(['while away 0', 'while away 1', 'while away 2']);
    // what was on its way when the server went may come twice: as in any client, its sequence tells
    const known = new Map<number, string | null>();
    for (const { roomMessages } of heard.data) {
      const { sequence, content } = roomMessages.message;
      expect(known.get(sequence) ?? content).toBe(content);
      known.set(sequence, content);
    }
    const sequences = [...known.keys()];
    expect(sequences).toEqual(upTo(sequences.at(-1) ?? 0, sequences[0]));
    expect(heard.results.find(({ extensions }) => extensions)?.extensions).toMatchObject({
      resume: { recovered: true },
    });
    await client.dispose();
    await server[Symbol.asyncDispose]();
  });

  it('U9 is told at once when it comes back after its position was forgotten', {
    timeout: 30_000,
  }, async () => {
    const database = await freshPostgres();
    let server = await startServer({ DATABASE_URL: database });
    const alice = await User.at(server, 'alice');
    const room = await alice.createRoom();
    let url = server.wsUrl;
    const client = createClient({
      url: () => url,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${alice.token}` },
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
      shouldRetry: () => true,
    });
    const heard = listen<Rooms>(client, ROOM_MESSAGES, { room });
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
    await alice.send(room, 'first');
    await expect.poll(() => heard.data.length).toBe(1);
    await alice.send(room, 'second');
    await expect.poll(() => heard.data.length).toBe(2);
    await server[Symbol.asyncDispose]();
    await onServer(
      database,
      `UPDATE "SubscriptionProgress" SET "updatedAt" = "updatedAt" - interval '2 hours'`,
    );
    server = await startServer({ DATABASE_URL: database });
    await expect
      .poll(
        () =>
          onServer(
            database,
            `DO $$ BEGIN ASSERT (SELECT "goneAt" FROM "SubscriptionProgress") IS NOT NULL; END $$`,
          ).then(
            () => 'gone',
            () => 'kept',
          ),
        { timeout: 10_000 },
      )
      .toBe('gone');
    url = server.wsUrl;
    await expect.poll(() => heard.results.length, { timeout: 10_000 }).toBe(3);
    expect(heard.results[2]).toMatchObject({
      data: { roomMessages: { message: { content: 'second' } } },
      extensions: {
        resume: { id: expect.any(String), recovered: false, replayed: 0, reason: 'HISTORY_GONE' },
      },
    });
    await client.dispose();
    await server[Symbol.asyncDispose]();
  });

  it('U5 anonymous viewers go on by cursor alone', async () => {
    const [a, b] = servers as [TestServer, TestServer];
    const query =
      'subscription ($after: [Cursor!]) { trades(symbols: ["AAPL", "MSFT"], after: $after) { price cursor } }';
    type WithCursor = { trades: { price: string; cursor: string } };
    const first = listen<WithCursor>(a.client(), query);
    const publish = (price: string) => a.publish('publishTrades', [{ symbol: 'AAPL', price, size: '1' }]);
    await expect
      .poll(async () => {
        if (first.data.length === 0) await publish('1');
        return first.data.length;
      })
      .toBeGreaterThan(0);
    first.stop();
    for (const price of ['4', '5', '6']) await publish(price);
    const after = [first.data.at(-1)?.trades.cursor];
    const again = listen<WithCursor>(b.client(), query, { after });
    await expect.poll(() => again.data.map(({ trades }) => trades.price).slice(-3)).toEqual(['4', '5', '6']);
    expect(again.results[0]?.extensions).toMatchObject({ resume: { recovered: true, reason: null } });
    const foreign = listen(b.client(), query.replace('"AAPL", ', ''), {
      after: [first.data[2]?.trades.cursor],
    });
    await expect.poll(() => JSON.stringify(foreign.errors)).toContain('INVALID_INPUT');
  });

  it('U6 event streams go on after Last-Event-ID', { timeout: 20_000 }, async () => {
    const [a, b] = servers as [TestServer, TestServer];
    const alice = await User.at(a, 'alice');
    const room = await alice.createRoom({ name: 'streams' });
    const open = async (server: TestServer, lastEventId?: string) => {
      const url = new URL(`${server.url}/graphql`);
      url.searchParams.set('query', ROOM_MESSAGES);
      url.searchParams.set('variables', JSON.stringify({ room }));
      const abort = new AbortController();
      const response = await fetch(url, {
        headers: {
          accept: 'text/event-stream',
          authorization: `Bearer ${alice.token}`,
          ...(lastEventId ? { 'last-event-id': lastEventId } : {}),
        },
        signal: abort.signal,
      });
      let text = '';
      const decoder = new TextDecoder();
      const reading = (async () => {
        for await (const chunk of response.body ?? [])
          text += decoder.decode(chunk as Uint8Array, { stream: true });
      })().catch(() => {});
      const events = () =>
        [...text.matchAll(/^data: (\{.*\})\nid: (\S+)$/gm)].map(([, data = '', id]) => ({
          id,
          content: JSON.parse(data).data.roomMessages.message.content as string,
          extensions: JSON.parse(data).extensions as unknown,
        }));
      return {
        events,
        close: async () => {
          abort.abort();
          await reading;
        },
      };
    };
    const first = await open(a);
    await expect
      .poll(async () => {
        if (first.events().length === 0) await alice.send(room, 'first');
        return first.events().length;
      })
      .toBeGreaterThan(0);
    const lastId = first.events().at(-1)?.id;
    await first.close();
    for (const n of upTo(3)) await alice.send(room, String(n));
    const again = await open(b, lastId);
    await expect
      .poll(() =>
        again
          .events()
          .map(({ content }) => content)
          .slice(-3),
      )
      .toEqual(['1', '2', '3']);
    expect(again.events()[0]?.extensions).toMatchObject({ resume: { recovered: true } });
    await again.close();
    const made = await open(b, 'made up');
    await made.close();
  });
});
