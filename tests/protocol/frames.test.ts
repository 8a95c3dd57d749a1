import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bystander, openTcp, QUOTE } from '../support/hostile.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { closePayload, frameBytes, OPCODE, type TcpClient } from '../support/tcp-client.ts';

const PING = JSON.stringify({ type: 'ping' });
/** Cut inside of its last character. */
const EURO = Buffer.from('{"type":"ping","payload":{"a":"€"}}');
const MAX = 65_536;
const control = (opcode: number, payload = '') => ({ opcode, payload });

let server: TestServer;
let bystander: Bystander;

beforeAll(async () => {
  server = await startServer({ MAX_PAYLOAD_BYTES: String(MAX) });
  bystander = await Bystander.at(server);
});
afterAll(async () => server[Symbol.asyncDispose]());

const ends = (client: TcpClient, code: number): Promise<void> =>
  expect.poll(() => client.closeCode, { interval: 5, timeout: 5000 }).toBe(code);

const answers = async (client: TcpClient, count = 1): Promise<void> => {
  const pongs = (): number => client.messages.filter(({ type }) => type === 'pong').length;
  await expect.poll(pongs, { interval: 5, timeout: 5000 }).toBe(count);
};

describe('what no frame may be', () => {
  const half = EURO.indexOf('€') + 1;
  const CASES: readonly (readonly [string, number, readonly Parameters<typeof frameBytes>[0][]])[] = [
    ['RSV1: compression was not negotiated', 1002, [{ rsv: 4, payload: PING }]],
    ['RSV2', 1002, [{ rsv: 2, payload: PING }]],
    ['RSV3', 1002, [{ rsv: 1, payload: PING }]],
    ['RSV1 on a ping', 1002, [{ rsv: 4, opcode: OPCODE.ping }]],
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map(
      (opcode) => [`reserved opcode ${opcode}`, 1002, [{ opcode, payload: PING }]] as const,
    ),
    ['text without a mask', 1002, [{ masked: false, payload: PING }]],
    ['a ping without a mask', 1002, [{ masked: false, opcode: OPCODE.ping }]],
    ['a close without a mask', 1002, [{ masked: false, opcode: OPCODE.close }]],
    ['a ping of 126 bytes', 1002, [control(OPCODE.ping, 'x'.repeat(126))]],
    ['a close of 126 bytes', 1002, [{ opcode: OPCODE.close, payload: closePayload(1000, 'x'.repeat(124)) }]],
    ['a fragmented ping', 1002, [{ ...control(OPCODE.ping), fin: false }]],
    ['a fragmented close', 1002, [{ opcode: OPCODE.close, fin: false, payload: closePayload(1000) }]],
    ['a continuation of nothing', 1002, [control(OPCODE.continuation, PING)]],
    ['a continuation of nothing, unfinished', 1002, [{ ...control(OPCODE.continuation), fin: false }]],
    ['a new text inside of a message', 1002, [{ fin: false, payload: '{' }, { payload: PING }]],
    [
      'a new fragment inside of a message',
      1002,
      [
        { fin: false, payload: '{' },
        { fin: false, payload: PING },
      ],
    ],
    ['a length of more than 2^53', 1009, [{ payload: '', claims: Number.MAX_SAFE_INTEGER + 1 }]],
    ['bytes that are no UTF-8', 1007, [{ payload: Buffer.from('{"type":"ping\xff"}', 'latin1') }]],
    ['an overlong encoding', 1007, [{ payload: Buffer.from([0xc0, 0xaf]) }]],
    ['half a surrogate pair', 1007, [{ payload: Buffer.from([0xed, 0xa0, 0x80]) }]],
    ['a character cut off', 1007, [{ payload: EURO.subarray(0, half) }]],
    [
      'a character cut off in fragments',
      1007,
      [
        { fin: false, payload: EURO.subarray(0, half) },
        { opcode: OPCODE.continuation, payload: '"}}' },
      ],
    ],
    ['a binary message', 1003, [{ opcode: OPCODE.binary, payload: PING }]],
    ['a text above the limit', 1009, [{ payload: 'x'.repeat(MAX + 1) }]],
    ['a head that promises more than the limit', 1009, [{ payload: 'x', claims: MAX + 1 }]],
    ['a close with one byte', 1002, [control(OPCODE.close, 'x')]],
    [
      'a close whose reason is no UTF-8',
      1007,
      [{ opcode: OPCODE.close, payload: closePayload(1000, Buffer.from([0xff])) }],
    ],
    ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535].map(
      (code) =>
        [`close code ${code}`, 1002, [{ opcode: OPCODE.close, payload: closePayload(code) }]] as const,
    ),
  ];

  it.each(CASES)('V2 %s is refused with %i, and others are served', async (_what, code, frames) => {
    using client = await openTcp(server);
    client.send(...frames);
    await ends(client, code);
    client.send({ opcode: OPCODE.close, payload: closePayload(1000) });
    await expect.poll(() => client.closed, { interval: 5 }).toBe(true);
    await bystander.isServed();
  });

  it('V2 a message above the limit is refused in fragments too', async () => {
    using client = await openTcp(server);
    client.send({ fin: false, payload: 'x'.repeat(MAX / 2) });
    for (let i = 0; i < 3; i += 1) {
      client.send({ fin: false, opcode: OPCODE.continuation, payload: 'x'.repeat(MAX / 4) });
    }
    await ends(client, 1009);
    await bystander.isServed();
  });

  it('V2 100,000 tiny fragments are refused before they cost memory', async () => {
    using client = await openTcp(server);
    const tiny = frameBytes({ fin: false, opcode: OPCODE.continuation, payload: 'x' });
    client.send({ fin: false, payload: 'x' });
    client.write(Buffer.concat(Array.from({ length: 100_000 }, () => tiny)));
    await ends(client, 1008);
    await bystander.isServed();
  });

  it('V2 what follows a refused frame is not read', async () => {
    using client = await openTcp(server);
    const subscribe = { id: '1', type: 'subscribe', payload: { query: QUOTE, variables: { s: ['AAPL'] } } };
    client.send({ payload: '{"type":' }, { payload: JSON.stringify(subscribe) });
    await ends(client, 4400);
    await bystander.isServed();
    client.say(subscribe, subscribe);
    client.send({ opcode: OPCODE.close, payload: closePayload(1000) });
    await expect.poll(() => client.closed, { interval: 5 }).toBe(true);
    await bystander.isAlone();
    expect(client.messages.filter(({ id }) => id === '1')).toEqual([]);
  });
});

describe('what frames may be', () => {
  it('V3 a message in fragments, cut inside a character, with pings between, is one message', async () => {
    using client = await openTcp(server);
    const half = EURO.indexOf('€') + 1;
    client.send(
      { fin: false, payload: EURO.subarray(0, half) },
      control(OPCODE.ping, 'between'),
      { fin: false, opcode: OPCODE.continuation, payload: '' },
      control(OPCODE.pong, 'unsolicited'),
      { opcode: OPCODE.continuation, payload: EURO.subarray(half) },
    );
    await answers(client);
    expect(client.messages.at(-1)).toEqual({ type: 'pong', payload: { a: '€' } });
    const pongs = client.frames.filter(({ opcode }) => opcode === OPCODE.pong);
    expect(pongs.map(({ payload }) => String(payload))).toEqual(['between']);
  });

  it('V3 a message as large as the limit is taken, one byte at a time too', async () => {
    using client = await openTcp(server);
    const [before, after] = ['{"type":"ping","payload":{"a":"', '"}}'];
    client.send({ payload: `${before}${'x'.repeat(MAX - before.length - after.length)}${after}` });
    await answers(client);
    for (const byte of frameBytes({ payload: PING })) client.write(Buffer.from([byte]));
    await answers(client, 2);
  });

  it('V3 lengths may be written longer than they need to be, and frames may be empty', async () => {
    using client = await openTcp(server);
    const mask = Buffer.alloc(4);
    client.write(Buffer.concat([Buffer.from([0x81, 0xfe, 0, PING.length]), mask, Buffer.from(PING)]));
    await answers(client);
    client.send({ fin: false, payload: '' }, { opcode: OPCODE.continuation, payload: PING });
    await answers(client, 2);
  });

  it.each([1000, 1001, 1003, 1007, 1011, 1012, 1014, 3000, 3999, 4000, 4999])(
    'V3 a close with %i is answered with the same, and the connection ends',
    async (code) => {
      using client = await openTcp(server);
      client.send({ opcode: OPCODE.close, payload: closePayload(code, 'so long') });
      await ends(client, code);
      await expect.poll(() => client.closed, { interval: 5 }).toBe(true);
    },
  );

  it('V3 a close without a code is answered', async () => {
    using client = await openTcp(server);
    client.send({ opcode: OPCODE.close });
    await ends(client, 1005);
    await bystander.isServed();
    await bystander.isAlone();
  });

  it('V3 pings are answered in order with what they carry', async () => {
    using client = await openTcp(server);
    const sent = Array.from({ length: 50 }, (_, i) => `${i}${'x'.repeat(i * 2)}`);
    client.send(...sent.map((payload) => control(OPCODE.ping, payload)));
    const pongs = () => client.frames.filter(({ opcode }) => opcode === OPCODE.pong);
    await expect.poll(() => pongs().map(({ payload }) => String(payload))).toEqual(sent);
  });

  it('V2 whoever pings faster than it takes the answers is cut off', async () => {
    using client = await openTcp(server);
    client.socket.pause();
    const pings = Buffer.concat(
      Array.from({ length: 1000 }, () => frameBytes(control(OPCODE.ping, 'x'.repeat(125)))),
    );
    const isGone = (): boolean => {
      client.write(pings);
      return server.app.stats().connections.total === 1;
    };
    await expect.poll(isGone, { interval: 5, timeout: 5000 }).toBe(true);
    await bystander.isServed();
  });
});
