import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bystander, openTcp } from '../support/hostile.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { frameBytes, OPCODE } from '../support/tcp-client.ts';

let server: TestServer;
let bystander: Bystander;

beforeAll(async () => {
  server = await startServer();
  bystander = await Bystander.at(server);
});
afterAll(async () => server[Symbol.asyncDispose]());

const times = (count: number, frame: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => frame));
const PING = frameBytes({ opcode: OPCODE.ping });
const PONG = frameBytes({ opcode: OPCODE.pong });
const JSON_PING = frameBytes({ payload: '{"type":"ping"}' });
const JSON_PONG = frameBytes({ payload: '{"type":"pong"}' });
const FRAGMENTS = Buffer.concat([
  frameBytes({ fin: false, payload: '' }),
  times(3000, frameBytes({ opcode: OPCODE.continuation, fin: false, payload: '' })),
]);

describe('floods of frames', () => {
  it.each([
    ['pings', times(3000, PING)],
    ['pongs', times(3000, PONG)],
    ['fragments', FRAGMENTS],
    ['pings of the subprotocol', times(3000, JSON_PING)],
    ['pongs of the subprotocol', times(3000, JSON_PONG)],
  ])('V14 a flood of %s closes its WebSocket, and nobody else notices', async (_what, bytes) => {
    using client = await openTcp(server);
    client.write(bytes);
    await expect.poll(() => client.closeCode, { timeout: 5000 }).toBe(1008);
    expect(client.closeReason).toContain('RATE_LIMIT_EXCEEDED');
    await bystander.isServed();
    await bystander.isAlone();
  });

  it.each([
    ['pings', PING],
    ['pongs', PONG],
    ['pings of the subprotocol', JSON_PING],
  ])('V14 before the acknowledgement, 150 %s are a flood', async (_what, frame) => {
    using client = await openTcp(server, { init: false });
    client.write(times(150, frame));
    await expect.poll(() => client.closeCode, { timeout: 5000 }).toBe(1008);
    await bystander.isAlone();
  });

  it('V14 what a client that keeps its connection alive sends is answered', async () => {
    using client = await openTcp(server);
    const pongs = () => client.frames.filter(({ opcode }) => opcode === OPCODE.pong).length;
    for (let sent = 50; sent <= 1500; sent += 50) {
      client.write(times(50, PING));
      await expect.poll(pongs, { interval: 1 }).toBe(sent);
    }
    expect(client.closeCode).toBeUndefined();
  });

  it('V14 messages that are too many are read later, and none is lost', async () => {
    await using strict = await startServer({ MESSAGES_PER_CONNECTION: '1000' });
    using client = await openTcp(strict);
    const query = JSON.stringify({ query: '{ serverTime }' });
    const ask = (id: number) =>
      frameBytes({ payload: `{"id":"${id}","type":"subscribe","payload":${query}}` });
    const answers = () => client.messages.filter(({ type }) => type === 'complete').length;
    const startedAt = performance.now();
    client.write(Buffer.concat(Array.from({ length: 1100 }, (_, id) => ask(id))));
    await expect.poll(answers, { timeout: 5000 }).toBe(1100);
    // what comes after too many is read when they are paid for: 100 in a second
    client.write(ask(1100));
    await expect.poll(answers, { timeout: 5000 }).toBe(1101);
    expect(performance.now() - startedAt).toBeGreaterThan(700);
    expect(client.closeCode).toBeUndefined();
  });
});
