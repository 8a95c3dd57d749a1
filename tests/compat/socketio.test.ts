import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/bench/free-port.ts';
import { freshPostgres } from '../support/places.ts';
import { openRaw } from '../support/raw-socket.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { User } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

const POLL = { timeout: 15_000, interval: 10 };
const WIRE = { COMPAT: 'socketio', COMPAT_ANONYMOUS: 'read' };

/** An unmodified client of the old server, and what it heard. */
interface Old {
  readonly socket: Socket;
  readonly events: { readonly name: string; readonly data: Record<string, unknown> }[];
  of(name: string): Record<string, unknown>[];
}

const opened: Socket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

function connect(url: string, token?: string, options: object = {}): Old {
  const socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 200,
    ...(token ? { auth: { token } } : {}),
    ...options,
  });
  opened.push(socket);
  const events: Old['events'] = [];
  // one argument each: what else would come breaks handlers in Python
  socket.onAny((name: string, ...given: Record<string, unknown>[]) => {
    expect(given).toHaveLength(1);
    events.push({ name, data: given[0] ?? {} });
  });
  return { socket, events, of: (name) => events.filter((one) => one.name === name).map(({ data }) => data) };
}

const quote = (server: TestServer, symbol: string, price: string, volume = '1000') =>
  server.publish('publishQuotes', [
    { symbol, price, volume, exchangeTime: new Date(Date.now() - 1000).toISOString() },
  ]);

describe('the old Socket.IO wire over two instances', () => {
  let redis: TestRedis;
  let a: TestServer;
  let b: TestServer;
  beforeAll(async () => {
    redis = await startRedis();
    const env = { ...WIRE, REDIS_URL: redis.url, DATABASE_URL: await freshPostgres() };
    a = await startServer(env);
    b = await startServer(env);
  });
  afterAll(async () => {
    await a[Symbol.asyncDispose]();
    await b[Symbol.asyncDispose]();
    await redis.stop();
  });

  it('T23 market streams have the selected fields under their old names, at both instances', async () => {
    const fields = ['timestamp', 'price'];
    const clients = [a, b].map((server) => connect(server.url));
    for (const { socket } of clients) socket.emit('subscribe_market_stream', { symbol: '600519', fields });
    for (const client of clients) {
      await expect
        .poll(() => client.of('stream_subscribed'), POLL)
        .toEqual([{ symbol: '600519', fields: ['price', 'timestamp'] }]);
    }
    await quote(a, '600519.SS', '1850.50');
    for (const client of clients) {
      await expect
        .poll(() => client.of('stream_data').at(-1), POLL)
        .toEqual({
          symbol: '600519',
          data: { price: 1850.5, timestamp: expect.any(Number) },
          timestamp: expect.any(Number),
        });
    }
    clients[0]?.socket.emit('unsubscribe_market_stream', { symbol: '600519' });
    await expect.poll(() => clients[0]?.of('stream_unsubscribed'), POLL).toEqual([{ symbol: '600519' }]);
    const heard = clients[0]?.of('stream_data').length;
    await quote(b, '600519', '1851');
    await expect
      .poll(() => clients[1]?.of('stream_data').at(-1), POLL)
      .toMatchObject({ data: { price: 1851 } });
    expect(clients[0]?.of('stream_data').length).toBe(heard);
  });

  it('T23 a set of fields is executed once for all who select it, and an update of the filter loses nothing', async () => {
    const clients = Array.from({ length: 4 }, () => connect(a.url));
    for (const [n, { socket }] of clients.entries()) {
      const fields = n === 0 ? ['price'] : ['price', 'volume'].sort(() => (n % 2 === 0 ? 1 : -1));
      socket.emit('subscribe_market_stream', { symbol: 'AAPL', fields });
    }
    for (const client of clients)
      await expect.poll(() => client.of('stream_subscribed').length, POLL).toBe(1);
    const before = a.app.stats().streaming.executions;
    await quote(a, 'AAPL', '1', '1');
    for (const client of clients) await expect.poll(() => client.of('stream_data').length, POLL).toBe(1);
    expect(a.app.stats().streaming.executions - before).toBe(2);
    const [first] = clients;
    let price = 1;
    for (const fields of [['volume', 'price'], ['price'], []]) {
      first?.socket.emit('stream_filter_update', { symbol: 'AAPL', fields });
      price += 1;
      await quote(a, 'AAPL', String(price), String(price));
      // streams are of the newest: one that still waited would be replaced by the next
      const newest = () => (first?.of('stream_data').at(-1)?.data as { price?: number } | undefined)?.price;
      await expect.poll(newest, POLL).toBe(price);
    }
    await expect
      .poll(() => first?.of('stream_data').at(-1), POLL)
      .toMatchObject({ data: { price: 4, low: 1 } });
    const prices = first?.of('stream_data').map(({ data }) => (data as { price: number }).price) ?? [];
    expect([...new Set(prices)]).toEqual([1, 2, 3, 4]);
    expect(first?.of('stream_filter_updated')).toHaveLength(3);
  });

  it('T23 ping is answered with the time of the server, and a request with its response', async () => {
    await a.publish('publishTrades', [{ symbol: 'TSLA', price: '10', size: '5', side: 'BUY' }]);
    const client = connect(b.url);
    const before = Date.now();
    client.socket.emit('ping', {});
    await expect.poll(() => client.of('pong').length, POLL).toBe(1);
    expect(client.of('pong')[0]?.server_time).toBeGreaterThanOrEqual(before);
    const request = {
      request_id: 'req_1',
      action: 'get_fund_flow',
      payload: { symbol: 'TSLA', timeframe: '1d' },
    };
    client.socket.emit('request', request);
    await expect.poll(() => client.of('response').length, POLL).toBe(1);
    const data = { fund_flow: { symbol: 'TSLA', timeframe: 'DAY_1', main: { inflow: expect.any(String) } } };
    expect(client.of('response')[0]).toMatchObject({ request_id: 'req_1', success: true, data });
    const acknowledged = (await client.socket.emitWithAck('request', request)) as object;
    expect(acknowledged).toMatchObject({ request_id: 'req_1', success: true, data });
    for (const [wrong, code] of [
      [{ request_id: 'req_2', action: 'dance' }, 'INVALID_INPUT'],
      [{ request_id: 'req_2', action: 'get_fund_flow', payload: { symbol: '?' } }, 'INVALID_SYMBOL'],
      [
        { request_id: 'req_2', action: 'get_fund_flow', payload: { symbol: 'A', timeframe: '2d' } },
        'INVALID_INPUT',
      ],
    ] as const) {
      const failed = (await client.socket.emitWithAck('request', wrong)) as object;
      expect(failed).toMatchObject({ request_id: 'req_2', success: false, error: { code } });
    }
  });

  it('T24 rooms are the same rooms: what is sent over GraphQL or Socket.IO reaches members of both', async () => {
    const ada = await User.at(a, 'ada');
    const room = await ada.createRoom({ type: 'PUBLIC' });
    const bob = connect(b.url, await b.token('bob'));
    // twice, as clients without an acknowledgement do
    bob.socket.emit('subscribe', { room });
    bob.socket.emit('subscribe', { room });
    await expect.poll(() => bob.of('subscribed'), POLL).toEqual([{ room }, { room }]);
    const graphql = await openRaw(a.wsUrl, { payload: { token: ada.token } });
    graphql.subscribe('1', `subscription { roomMessages(roomId: "${room}") { message { content } } }`);
    await expect.poll(() => a.app.stats().streaming.subscribers, POLL).toBeGreaterThan(0);
    await ada.send(room, 'over GraphQL – 茅台');
    await expect
      .poll(() => bob.of('message'), POLL)
      .toMatchObject([
        {
          room,
          kind: 'CREATED',
          message: { sequence: 1, content: 'over GraphQL – 茅台', sender: { id: 'ada' } },
        },
      ]);
    bob.socket.emit('message', { room, content: 'over Socket.IO' });
    await expect.poll(() => bob.of('message_sent').length, POLL).toBe(1);
    await expect
      .poll(() => graphql.results('1').at(-1), POLL)
      .toEqual({ data: { roomMessages: { message: { content: 'over Socket.IO' } } } });
    await expect.poll(() => bob.of('message').length, POLL).toBe(2);
    bob.socket.emit('unsubscribe', { room });
    await expect.poll(() => bob.of('unsubscribed'), POLL).toEqual([{ room }]);
    await ada.send(room, 'nobody hears');
    bob.socket.emit('ping', {});
    await expect.poll(() => bob.of('pong').length, POLL).toBe(1);
    expect(bob.of('message')).toHaveLength(2);
    const closed = await ada.createRoom({ type: 'PRIVATE' });
    bob.socket.emit('subscribe', { room: closed });
    await expect
      .poll(() => bob.of('error').at(-1), POLL)
      .toMatchObject({ code: 'ROOM_NOT_FOUND', event: 'subscribe' });
    graphql.socket.destroy();
  });

  it('T24 after a cut, who subscribes again gets everything of a room that came meanwhile', {
    timeout: 30_000,
  }, async () => {
    const ada = await User.at(a, 'ada');
    const room = await ada.createRoom({ type: 'PUBLIC' });
    const cy = connect(b.url, await b.token('cy'));
    cy.socket.on('connect', () => cy.socket.emit('subscribe', { room }));
    await expect.poll(() => cy.of('subscribed').length, POLL).toBe(1);
    await ada.send(room, '1');
    await expect.poll(() => cy.of('message').length, POLL).toBe(1);
    cy.socket.io.engine.close();
    for (const content of ['2', '3']) await ada.send(room, content);
    await expect.poll(() => cy.of('subscribed').length, POLL).toBe(2);
    const contents = () => cy.of('message').map(({ message }) => (message as { content: string }).content);
    await expect.poll(() => [...new Set(contents())], POLL).toEqual(['1', '2', '3']);
  });

  it('T24 what is addressed to a user comes as notification, also later and by its own name, and to one socket', async () => {
    const admin = await User.at(a, 'root', 'ADMIN');
    const broadcast = (to: object, input: object) =>
      admin.ask(
        'mutation ($to: BroadcastTarget!, $input: BroadcastInput!) { broadcast(to: $to, input: $input) { recipients } }',
        { to, input },
      );
    const dan = connect(a.url, await a.token('dan'));
    await expect.poll(() => a.app.stats().connections.users, POLL).toBeGreaterThan(0);
    await broadcast({ user: 'dan' }, { content: 'now' });
    await expect.poll(() => dan.of('notification'), POLL).toMatchObject([{ content: 'now', sequence: 1 }]);
    await broadcast({ user: 'dan' }, { content: 'named', metadata: { event: 'price_alert' } });
    await expect.poll(() => dan.of('price_alert'), POLL).toMatchObject([{ content: 'named' }]);
    await broadcast({ connection: dan.socket.id }, { content: 'to this one' });
    await expect
      .poll(() => dan.of('notification').at(-1), POLL)
      .toMatchObject({ content: 'to this one', sequence: 0 });
    dan.socket.close();
    await broadcast({ user: 'dan' }, { content: 'while away' });
    const later = connect(b.url, await b.token('dan'));
    await expect.poll(() => later.of('notification').at(-1), POLL).toMatchObject({ content: 'while away' });
  });

  it('T25 what is wrong is an error event or acknowledgement with a code, and the client stays connected', async () => {
    const client = connect(a.url);
    const wrong: [string, unknown, string][] = [
      ['subscribe', { room: 'none' }, 'AUTH_REQUIRED'],
      ['subscribe', {}, 'INVALID_INPUT'],
      ['subscribe', 'room', 'INVALID_INPUT'],
      ['subscribe_market_stream', { symbol: '?' }, 'INVALID_SYMBOL'],
      ['subscribe_market_stream', { symbol: 'AAPL', fields: 'price' }, 'INVALID_INPUT'],
      ['subscribe_market_stream', { symbol: 'AAPL', fields: ['colour'] }, 'INVALID_INPUT'],
      ['stream_filter_update', { symbol: 'MSFT', fields: ['price'] }, 'INVALID_INPUT'],
      ['unsubscribe', {}, 'INVALID_INPUT'],
    ];
    for (const [n, [event, data, code]] of wrong.entries()) {
      client.socket.emit(event, data);
      await expect.poll(() => client.of('error').length, POLL).toBe(n + 1);
      expect([event, client.of('error').at(-1)]).toMatchObject([event, { code, event }]);
      expect(await client.socket.emitWithAck(event, data)).toMatchObject({ success: false, error: { code } });
    }
    expect(client.socket.connected).toBe(true);
    const forged = connect(a.url, 'forged');
    await expect.poll(() => forged.of('error').at(-1), POLL).toMatchObject({ code: 'AUTH_FAILED' });
    forged.socket.emit('subscribe_market_stream', { symbol: 'AAPL' });
    await expect.poll(() => forged.of('error').length, POLL).toBe(2);
    expect(forged.of('stream_subscribed')).toEqual([]);
  });

  it('T25 with several instances clients that begin with polling are refused', async () => {
    const client = connect(a.url, undefined, { transports: ['polling', 'websocket'] });
    const reasons: string[] = [];
    client.socket.on('connect_error', ({ message }) => reasons.push(message));
    await expect.poll(() => reasons.length, POLL).toBeGreaterThan(0);
    expect(client.socket.connected).toBe(false);
  });
});

describe('the old Socket.IO wire of one process', () => {
  it('T25 a client that begins with polling gets every event, before and after its upgrade, or without one', async () => {
    await using server = await startServer(WIRE);
    const clients = [{}, { upgrade: false }].map((more) =>
      connect(server.url, undefined, { transports: ['polling', 'websocket'], ...more }),
    );
    for (const { socket } of clients) {
      socket.on('connect', () =>
        socket.emit('subscribe_market_stream', { symbol: 'AAPL', fields: ['price'] }),
      );
    }
    for (const client of clients)
      await expect.poll(() => client.of('stream_subscribed').length, POLL).toBe(1);
    for (let price = 1; price <= 20; price += 1) {
      await quote(server, 'AAPL', String(price));
      for (const client of clients) {
        await expect.poll(() => client.of('stream_data').at(-1), POLL).toMatchObject({ data: { price } });
      }
    }
    expect(clients.map(({ socket }) => socket.io.engine.transport.name)).toEqual(['websocket', 'polling']);
    for (const { socket } of clients) socket.close();
    await expect
      .poll(() => server.app.stats(), POLL)
      .toMatchObject({
        connections: { total: 0 },
        streaming: { subscribers: 0 },
      });
  });

  it('F6 T25 a reader that takes nothing is cut off, and comes back by itself', {
    timeout: 40_000,
  }, async () => {
    await using server = await startServer({ ...WIRE, SLOW_CLIENT_TIMEOUT_MS: '300' });
    const letters = [...'ABCDEFGHIJKLMNOPQR'];
    const symbols = letters.flatMap((x) => letters.map((y) => `Z${x}${y}`));
    const client = connect(server.url);
    client.socket.on('connect', () => {
      for (const symbol of symbols) client.socket.emit('subscribe_market_stream', { symbol });
    });
    await expect.poll(() => client.of('stream_subscribed').length, POLL).toBe(symbols.length);
    const { ws } = client.socket.io.engine.transport as unknown as {
      ws: { pause(): void; resume(): void };
    };
    ws.pause();
    let price = 0;
    await expect
      .poll(
        async () => {
          price += 1;
          await server.publish(
            'publishQuotes',
            symbols.map((symbol) => ({ symbol, price: String(price) })),
          );
          return server.app.stats().streaming.slowReadersClosed;
        },
        { timeout: 25_000, interval: 1 },
      )
      .toBe(1);
    ws.resume();
    await expect.poll(() => client.of('stream_subscribed').length, POLL).toBe(symbols.length * 2);
    await expect.poll(() => client.of('stream_data').at(-1), POLL).toMatchObject({ data: { price } });
  });

  it('V14 T25 of too many events the others are read later, and a flood of frames ends the connection', {
    timeout: 30_000,
  }, async () => {
    await using server = await startServer({
      ...WIRE,
      MESSAGES_PER_CONNECTION: '80',
      CONTROL_FRAMES_PER_CONNECTION: '50',
    });
    const client = connect(server.url);
    await expect.poll(() => client.socket.connected, POLL).toBe(true);
    for (let n = 0; n < 100; n += 1) client.socket.emit('ping', {});
    await expect.poll(() => client.of('pong').length, POLL).toBe(100);
    const before = performance.now();
    client.socket.emit('ping', {});
    await expect.poll(() => client.of('pong').length, { timeout: 8000 }).toBe(101);
    // 20 too many, of 8 a second
    expect(performance.now() - before).toBeGreaterThan(1000);
    expect(client.socket.connected).toBe(true);
    const flooding = connect(server.url);
    await expect.poll(() => flooding.socket.connected, POLL).toBe(true);
    const ended: string[] = [];
    flooding.socket.on('disconnect', (reason) => ended.push(reason));
    const { ws } = flooding.socket.io.engine.transport as unknown as { ws: { ping(): void } };
    for (let n = 0; n < 200; n += 1) ws.ping();
    await expect.poll(() => ended.length, { timeout: 6000 }).toBe(1);
    // it comes back by itself
    await expect.poll(() => flooding.socket.connected, POLL).toBe(true);
  });

  it('T25 in production a token is needed; clients come back by themselves after a restart', {
    timeout: 30_000,
  }, async () => {
    const AUTH_SECRET = '5b9e1cf07a8d4e26913fd0c7b2a46e88';
    const env = {
      ENVIRONMENT: 'production',
      COMPAT: 'socketio',
      AUTH_SECRET,
      DRAIN_SECONDS: '0',
      WEBSOCKET_PORT: String(await freePort()),
    };
    const { signToken } = await import('../../src/auth/token.ts');
    const token = await signToken({
      userId: 'ada',
      roles: ['USER'],
      ttlSeconds: 3600,
      key: new TextEncoder().encode(AUTH_SECRET),
    });
    const first = await startServer(env);
    const nobody = connect(first.url);
    nobody.socket.emit('subscribe_market_stream', { symbol: 'AAPL' });
    await expect.poll(() => nobody.of('error'), POLL).toMatchObject([{ code: 'AUTH_REQUIRED' }]);
    const ada = connect(first.url, token);
    ada.socket.on('connect', () => ada.socket.emit('subscribe_market_stream', { symbol: 'AAPL' }));
    await expect.poll(() => ada.of('stream_subscribed').length, POLL).toBe(1);
    await first[Symbol.asyncDispose]();
    await using again = await startServer(env);
    await expect.poll(() => ada.of('stream_subscribed').length, POLL).toBe(2);
    expect(again.app.stats().connections.total).toBeGreaterThan(0);
  });
});
