import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRaw } from '../support/raw-socket.ts';
import { startServer, type TestServer } from '../support/server.ts';

const POLL = { timeout: 10_000, interval: 10 };
const EVENTS = 'text/event-stream';
const PARTS = 'multipart/mixed;subscriptionSpec=1.0';
const watch = (symbol: string): string =>
  `subscription { streamData(symbols: ["${symbol}"]) { symbol price } }`;

/** Bytes over a TCP connection of its own. */
function tcp(server: TestServer, requests: string) {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let text = '';
  let isOver = false;
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  socket.on('close', () => {
    isOver = true;
  });
  socket.write(requests);
  return { socket, text: () => text, isOver: () => isOver };
}

function request(query: string, accept: string, version = '1.1'): string {
  const body = JSON.stringify({ query });
  const head = [
    `POST /graphql HTTP/${version}`,
    'Host: localhost',
    'Content-Type: application/json',
    `Accept: ${accept}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

describe('the wires of one engine', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('T16 an event is executed and encoded once, whichever wires listen', async () => {
    const webSockets = [await openRaw(server.wsUrl), await openRaw(server.wsUrl)];
    for (const socket of webSockets) socket.subscribe('1', watch('ONCE'));
    const streams = [EVENTS, EVENTS, PARTS, PARTS].map((accept) =>
      tcp(server, request(watch('ONCE'), accept)),
    );
    await expect.poll(() => server.app.stats().streaming.subscribers, POLL).toBe(6);
    expect(server.app.stats().streaming.groups).toBe(1);
    const before = server.app.stats().streaming.executions;
    const prices = Array.from({ length: 20 }, (_, n) => String(n));
    for (const price of prices) {
      await server.publish('publishQuotes', [{ symbol: 'ONCE', price }]);
      const result = `{"data":{"streamData":{"symbol":"ONCE","price":"${price}"}}}`;
      for (const { text } of streams) await expect.poll(text, POLL).toContain(result);
      for (const socket of webSockets)
        await expect.poll(() => JSON.stringify(socket.results('1').at(-1)), POLL).toBe(result);
    }
    expect(server.app.stats().streaming.executions - before).toBe(prices.length);
    for (const { socket } of [...streams, ...webSockets]) socket.destroy();
    await expect.poll(() => server.app.stats().streaming.subscribers, POLL).toBe(0);
  });

  it('T16 where the answer cannot be written straight to its socket it is the same', async () => {
    const old = tcp(server, request(watch('OLD'), EVENTS, '1.0'));
    const behind = tcp(server, request('{ serverTime }', 'application/json') + request(watch('OLD'), PARTS));
    await expect.poll(() => server.app.stats().streaming.subscribers, POLL).toBe(2);
    await server.publish('publishQuotes', [{ symbol: 'OLD', price: '5' }]);
    const event = '{"data":{"streamData":{"symbol":"OLD","price":"5"}}}';
    await expect.poll(old.text, POLL).toContain(`\r\n\r\n:\n\nretry:`);
    await expect.poll(old.text, POLL).toContain(`\n\nevent: next\ndata: ${event}\n\n`);
    await expect.poll(behind.text, POLL).toContain(`{"payload":${event}}\r\n--graphql`);
    for (const { socket } of [old, behind]) socket.destroy();
    await expect.poll(() => server.app.stats().streaming.subscribers, POLL).toBe(0);
  });

  it('T16 text of any script arrives as it is', async () => {
    const token = await server.token('ann', 'ADMIN');
    const inbox = request('subscription { inbox { content } }', EVENTS);
    const reader = tcp(server, inbox.replace('Host:', `Authorization: Bearer ${token}\r\nHost:`));
    const refused = tcp(server, request(watch('茅台?'), PARTS));
    await expect.poll(refused.text, POLL).toContain('茅台');
    const { errors } = await server.post(
      'mutation { broadcast(to: { user: "ann" }, input: { content: "收盘 – ööö 🐉" }) { recipients } }',
      {},
      token,
    );
    expect(errors).toBeUndefined();
    await expect.poll(reader.text, POLL).toContain('"content":"收盘 – ööö 🐉"');
    for (const { socket } of [reader, refused]) socket.destroy();
  });

  it('T16 a connection goes on after a streamed answer that ended', async () => {
    const query = 'subscription { streamData(symbols: ["?"]) { symbol } }';
    const kept = tcp(server, request(query, EVENTS) + request('{ serverTime }', 'application/json'));
    await expect.poll(kept.text, POLL).toMatch(/event: complete\ndata:\n\n\r\n0\r\n\r\n.*"serverTime"/s);
    kept.socket.destroy();
  });

  it.each([
    ['event streams', EVENTS],
    ['multipart answers', PARTS],
  ])('F6 a reader of %s that takes nothing is cut off', { timeout: 20_000 }, async (_wire, accept) => {
    await using own = await startServer({ SLOW_CLIENT_TIMEOUT_MS: '300' });
    const query =
      'subscription { orderBook(symbol: "BTC/USDT", depth: 100) { sequence bids { price size } asks { price size } } }';
    const stuck = tcp(own, request(query, accept));
    await expect.poll(() => own.app.stats().streaming.subscribers, POLL).toBe(1);
    stuck.socket.pause();
    let n = 0;
    await expect
      .poll(
        async () => {
          n += 1;
          const levels = Array.from({ length: 100 }, (_, i) => ({ price: `${i + 1}`, size: `${n}.${i}` }));
          const asks = levels.map(({ price, size }) => ({ price: `${Number(price) + 1000}`, size }));
          await own.publish('publishOrderBook', { symbol: 'BTC/USDT', bids: levels, asks });
          return own.app.stats().streaming.subscribers;
        },
        { timeout: 15_000, interval: 1 },
      )
      .toBe(0);
    stuck.socket.destroy();
  });
});
