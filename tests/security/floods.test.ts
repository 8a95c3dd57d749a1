import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bystander, openTcp, portOf, QUOTE } from '../support/hostile.ts';
import { openRaw, type RawClient } from '../support/raw-socket.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { frameBytes, OPCODE, TcpClient, upgradeRequest } from '../support/tcp-client.ts';

const TIMEOUT_MS = 400;

let server: TestServer;
let bystander: Bystander;

beforeAll(async () => {
  server = await startServer({ CONNECTION_INIT_TIMEOUT_MS: String(TIMEOUT_MS) });
  bystander = await Bystander.at(server);
});
afterAll(async () => server[Symbol.asyncDispose]());

const isClosed = (client: TcpClient): Promise<void> =>
  expect.poll(() => client.closed || client.ended, { interval: 10, timeout: 5000 }).toBe(true);
/** Whether the server still has an end of the client's socket: what it sends then is answered by a reset. */
const isGone = (client: TcpClient): Promise<void> =>
  expect
    .poll(
      () => {
        if (!client.socket.destroyed) client.write('x');
        return client.closed;
      },
      { interval: 10, timeout: 5000 },
    )
    .toBe(true);

/** Sends a byte now and then until it is cut off. @returns after how long, in ms */
async function dribble(client: TcpClient, bytes: string, everyMs: number): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    client.write(bytes[sent] ?? 'x');
    sent += 1;
  }, everyMs);
  await isClosed(client);
  clearInterval(timer);
  return performance.now() - startedAt;
}

describe('who takes its time', () => {
  it.each([
    ['an upgrade', upgradeRequest()],
    ['a request', 'GET /health HTTP/1.1\r\nHost: x\r\nX-Long: and so on'],
    ['a request line', `GET /${'x'.repeat(1000)}`],
  ])('V4 %s that comes a byte at a time is cut off', async (_what, text) => {
    using client = new TcpClient(portOf(server));
    expect(await dribble(client, text, 20)).toBeLessThan(TIMEOUT_MS * 5);
    expect(client.status).toBe(408);
  });

  it('V4 a body that comes a byte at a time is cut off', async () => {
    using client = new TcpClient(portOf(server));
    client.write(
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n',
    );
    expect(await dribble(client, '{', 20)).toBeLessThan(TIMEOUT_MS * 8);
  });

  it('V4 a connection that never says anything is cut off', async () => {
    using client = new TcpClient(portOf(server));
    await isClosed(client);
  });

  it('V4 a WebSocket that never says connection_init is closed, whatever else it says', async () => {
    using quiet = await openTcp(server, { init: false });
    using busy = await openTcp(server, { init: false });
    const timer = setInterval(() => busy.send({ opcode: OPCODE.ping }, { fin: false, payload: '' }), 50);
    await expect.poll(() => [quiet.closeCode, busy.closeCode], { timeout: 5000 }).toEqual([4408, 1002]);
    clearInterval(timer);
  });

  it.each([
    ['to another path', upgradeRequest().replace('/graphql', '/elsewhere')],
    ['of another version', upgradeRequest({ 'Sec-WebSocket-Version': '12' })],
    ['without a key', upgradeRequest({ 'Sec-WebSocket-Key': undefined })],
    ['that is no HTTP', 'HELLO\r\n\r\n'],
    ['with a head of 100 KB', `GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
  ])(
    'V4 a request %s is refused, and its socket let go of though the client keeps it',
    async (_what, text) => {
      using client = new TcpClient(portOf(server), { allowHalfOpen: true });
      client.write(text);
      await expect.poll(() => client.status ?? 0, { interval: 10 }).toBeGreaterThanOrEqual(400);
      await isGone(client);
      await bystander.isServed();
    },
  );

  it('V4 who asks and does not take the answers is not listened to until it does', async () => {
    using greedy = await openTcp(server);
    greedy.socket.pause();
    const ping = frameBytes({
      payload: JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(50_000) } }),
    });
    const count = 1000;
    let taken = 0;
    const write = (): void => {
      greedy.socket.write(ping, () => {
        taken += 1;
        if (taken < count) write();
      });
    };
    write();
    // what the kernel holds for both ends is taken, and then nothing more
    let before = 0;
    const rests = (): boolean => {
      const isResting = taken > 0 && taken === before;
      before = taken;
      return isResting;
    };
    await expect.poll(rests, { interval: 300, timeout: 10_000 }).toBe(true);
    expect(taken).toBeLessThan(count / 2);
    await bystander.isServed();
    greedy.socket.resume();
    await expect
      .poll(() => greedy.frames.filter(({ opcode }) => opcode === OPCODE.text).length, { timeout: 10_000 })
      .toBe(count + 1);
  });
});

describe('who asks for too much', () => {
  const subscribe = (id: string) =>
    frameBytes({
      payload: JSON.stringify({
        id,
        type: 'subscribe',
        payload: { query: QUOTE, variables: { s: ['AAPL', 'MSFT'] } },
      }),
    });
  const complete = (id: string) => frameBytes({ payload: JSON.stringify({ id, type: 'complete' }) });

  it('V5 20,000 subscribes and completes leave nothing behind', async () => {
    using client = await openTcp(server);
    for (let round = 0; round < 100; round += 1) {
      const ids = Array.from({ length: 100 }, (_, i) => String((round * 7 + i) % 150));
      const fresh = [...new Set(ids)];
      client.write(Buffer.concat([...fresh.map(subscribe), ...fresh.toReversed().map(complete)]));
    }
    client.say({ type: 'ping' });
    await expect
      .poll(() => client.messages.some(({ type }) => type === 'pong'), { timeout: 10_000 })
      .toBe(true);
    await bystander.isServed();
    client.socket.destroy();
    await bystander.isAlone();
  });

  it('V5 thousands of operations on one connection go with it', async () => {
    using client = await openTcp(server);
    client.write(Buffer.concat(Array.from({ length: 3000 }, (_, i) => subscribe(String(i)))));
    client.say({ type: 'ping' });
    await expect
      .poll(() => client.messages.some(({ type }) => type === 'pong'), { timeout: 10_000 })
      .toBe(true);
    await bystander.isServed();
    client.socket.destroy();
    await bystander.isAlone();
  });

  it('V5 hundreds of connections that come and go at any moment leave nothing behind', async () => {
    const moments = [
      '',
      upgradeRequest().slice(0, 60),
      upgradeRequest(),
      Buffer.concat([Buffer.from(upgradeRequest()), frameBytes({ payload: '{"type":"connection_init"}' })]),
      Buffer.concat([
        Buffer.from(upgradeRequest()),
        frameBytes({ payload: '{"type":"connection_init"}' }),
        subscribe('1'),
        subscribe('1'),
      ]),
    ];
    const clients = Array.from({ length: 300 }, (_, i) => {
      const client = new TcpClient(portOf(server));
      client.write(moments[i % moments.length] ?? '');
      return client;
    });
    await bystander.isServed();
    clients.forEach((client, i) => {
      if (i % 2) client.socket.resetAndDestroy();
      else client.socket.destroy();
    });
    await bystander.isServed();
    await bystander.isAlone();
  });
});

describe('who comes back as soon as it is refused', () => {
  /** Asks again with each answer. @returns how often it was answered */
  const askOn = (client: RawClient, query: string): (() => number) => {
    let answers = 0;
    const ask = (): void => client.subscribe(`${query}${answers}`, query);
    client.onMessage = ({ type }) => {
      if (type !== 'error' && type !== 'complete') return;
      answers += 1;
      ask();
    };
    ask();
    return () => answers;
  };

  it('V13 operations: it is heard ever so slowly, another as before', async () => {
    const bad = await openRaw(server.wsUrl);
    const good = await openRaw(server.wsUrl);
    const refusals = askOn(bad, '{');
    await expect.poll(refusals).toBeGreaterThan(100);
    const before = refusals();
    const answers = askOn(good, '{ serverTime }');
    await expect.poll(answers).toBeGreaterThan(300);
    expect(refusals() - before).toBeLessThan(30);
    await bystander.isServed();
    bad.socket.destroy();
    good.socket.destroy();
  });

  it('V13 operations: who makes few mistakes is never made to wait', async () => {
    const client = await openRaw(server.wsUrl);
    const answers = askOn(client, '{ serverTime }');
    await expect.poll(answers).toBeGreaterThan(50);
    for (let n = 0; n < 40; n += 1) client.subscribe(`bad${n}`, '{');
    const before = answers();
    await expect.poll(answers, { timeout: 1000 }).toBeGreaterThan(before + 200);
    client.socket.destroy();
  });

  it('V13 connections: it waits for its refusal, and goes with the server', async () => {
    const closing = await startServer({ CONNECTIONS_PER_ADDRESS: '1', TRUST_PROXY: '1' });
    const headers = { 'X-Forwarded-For': '1.2.3.4' };
    using first = await openTcp(closing, { headers });
    const refused = Array.from({ length: 20 }, () => new TcpClient(portOf(closing)));
    for (const client of refused) client.write(upgradeRequest(headers));
    using other = await openTcp(closing, { headers: { 'X-Forwarded-For': '1.2.3.5' } });
    expect(other.status).toBe(101);
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => undefined));
    await closing[Symbol.asyncDispose]();
    for (const client of refused) await isClosed(client);
    expect(refused.filter(({ status }) => status === 429).length).toBeLessThan(20);
    expect(first.status).toBe(101);
  });
});
