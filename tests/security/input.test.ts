import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTcp, QUOTE } from '../support/hostile.ts';
import { User } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ann: User;
let room: string;

beforeAll(async () => {
  server = await startServer();
  ann = await User.at(server, 'ann', 'PUBLISHER');
  room = await ann.createRoom();
});
afterAll(async () => server[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly body: {
    readonly data?: unknown;
    readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
  };
}

/** Posts text as it is: what JSON.stringify would never write. */
async function post(body: string): Promise<Answer> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ann.token}` },
    body,
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}
const ask = (query: string, variables: string): Promise<Answer> =>
  post(`{"query":${JSON.stringify(query)},"variables":${variables}}`);
const codeOf = ({ body }: Answer): string | undefined => body.errors?.[0]?.extensions.code;

describe('JSON that is after the prototype', () => {
  const POISON = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1}';
  const isClean = (): void => expect(({} as { polluted?: boolean }).polluted).toBeUndefined();

  it('V6 comes back from metadata as it was sent, and touches nothing', async () => {
    const sent = await ask(
      'mutation ($m: JSON) { sendRoomMessage(roomId: "ROOM", input: { content: "x", metadata: $m }) { metadata } }'.replace(
        'ROOM',
        room,
      ),
      `{"m":${POISON}}`,
    );
    const { metadata } = (sent.body.data as { sendRoomMessage: { metadata: object } }).sendRoomMessage;
    expect(JSON.stringify(metadata)).toBe(POISON);
    const literal = await ask(
      `mutation { sendRoomMessage(roomId: "${room}", input: { content: "x", metadata: { __proto__: { polluted: true } } }) { metadata } }`,
      '{}',
    );
    expect(JSON.stringify(literal.body.data)).toContain('{"__proto__":{"polluted":true}}');
    isClean();
  });

  it('V6 names no variables, no tokens and no operations', async () => {
    const variables = await ask(
      QUOTE.replace('subscription', 'query').replace('streamData', 'nothing'),
      POISON,
    );
    expect(codeOf(variables)).toBe('INVALID_INPUT');
    const name = 'query ($__proto__: Int) { serverTime rooms(first: $__proto__) { edges { cursor } } }';
    expect((await ask(name, '{"__proto__":0}')).body.errors).toBeUndefined();
    for (const operationName of ['__proto__', 'constructor', 'toString']) {
      const answer = await post(
        JSON.stringify({ query: 'query A { serverTime } query B { serverTime }', operationName }),
      );
      expect(codeOf(answer)).toBe('INVALID_INPUT');
    }
    isClean();
  });

  it('V6 gives no identity in connection_init', async () => {
    using client = await openTcp(server, { init: false });
    client.send({
      payload: `{"type":"connection_init","payload":{"__proto__":{"token":"${ann.token}"},"constructor":{"token":"x"}}}`,
    });
    await expect.poll(() => client.messages).toEqual([{ type: 'connection_ack' }]);
    client.say({ id: '1', type: 'subscribe', payload: { query: '{ viewer { id } }' } });
    await expect.poll(() => client.messages[1]?.payload).toEqual({ data: { viewer: null } });
    isClean();
  });
});

describe('absurd numbers', () => {
  const TRADE =
    'mutation ($n: Decimal!) { publishTrades(input: [{ symbol: "US.ODD", price: $n, size: 1 }]) { accepted } }';
  const PAGE = 'query ($n: Int) { rooms(first: $n) { edges { cursor } } }';
  const EVERY =
    'subscription ($n: Float) { streamData(symbols: ["AAPL"], delivery: { maxPerSecond: $n }) { price } }';
  const DEPTH = 'query ($n: Int) { orderBook(symbol: "US.ODD", depth: $n) { sequence } }';

  it.each([
    [TRADE, '1e400'],
    [TRADE, '-1e400'],
    [TRADE, '9007199254740993'],
    [TRADE, '0.1'],
    [TRADE, '"NaN"'],
    [TRADE, '"1e5"'],
    [TRADE, '"Infinity"'],
    [TRADE, `"${'9'.repeat(1000)}"`],
    [TRADE, '"0x10"'],
    [TRADE, '"١"'],
    [PAGE, '1e400'],
    [PAGE, '-1'],
    [PAGE, '2147483648'],
    [PAGE, '1.5'],
    [PAGE, '2147483647'],
    [DEPTH, '-1'],
    [DEPTH, '2147483647'],
    [DEPTH, '1e9'],
    [EVERY, '1e400'],
    [EVERY, '-1'],
    [EVERY, '-1e400'],
  ])('V6 are refused as INVALID_INPUT: %s with %s', async (query, number) => {
    expect(codeOf(await ask(query, `{"n":${number}}`))).toBe('INVALID_INPUT');
  });

  it('V6 that mean a number are that number', async () => {
    for (const number of ['-0', '0', '0e5', '1e1']) {
      expect((await ask(PAGE, `{"n":${number}}`)).body.errors).toBeUndefined();
    }
    for (const number of ['9007199254740991', '"0.000000000000000000000000000001"', '1e3']) {
      expect((await ask(TRADE, `{"n":${number}}`)).body.errors).toBeUndefined();
    }
  });
});

describe('texts that are after something else', () => {
  const NUL = 'a\u0000b';
  const key = (text: string): string => Buffer.from(`key/${text}`).toString('base64url');

  it.each([
    ['query ($t: ID!) { room(id: $t) { id } }', NUL],
    ['mutation ($t: ID!) { joinRoom(roomId: $t) { role } }', NUL],
    ['mutation ($t: ID!) { leaveRoom(roomId: $t) }', NUL],
    ['mutation ($t: ID!) { deleteRoom(id: $t) }', NUL],
    ['mutation ($t: ID!) { deleteRoomMessage(id: $t) }', NUL],
    ['mutation ($t: ID!) { editRoomMessage(id: $t, content: "x") { id } }', NUL],
    ['mutation ($t: ID!) { inviteToRoom(roomId: "ROOM", userId: $t) { role } }', NUL],
    ['query ($t: String) { rooms(search: $t) { edges { cursor } } }', NUL],
    ['query ($t: String) { rooms(search: $t) { edges { cursor } } }', '\ud800'],
    ['query ($t: String) { rooms(after: $t) { edges { cursor } } }', key(NUL)],
    ['query ($t: String) { rooms(after: $t) { edges { cursor } } }', key('{"length":2}')],
    ['query ($t: String) { rooms(after: $t) { edges { cursor } } }', key('[["x"],{"a":1}]')],
    ['query ($t: String) { rooms(after: $t) { edges { cursor } } }', key('null')],
    ['query ($t: String) { rooms(after: $t) { edges { cursor } } }', key(JSON.stringify([NUL, 'x']))],
    ['query ($t: String) { room(id: "ROOM") { members(after: $t) { edges { cursor } } } }', key(NUL)],
    ['query ($t: Cursor) { inbox(after: $t) { edges { cursor } } }', '\u0000'],
    ['query ($t: String) { instruments(after: $t) { edges { cursor } } }', NUL],
  ])('V6 are refused as INVALID_INPUT: %s with %j', async (query, text) => {
    const answer = await ask(query.replace('ROOM', room), JSON.stringify({ t: text }));
    expect(codeOf(answer)).toBe('INVALID_INPUT');
  });

  it.each([
    ['nothing to see', '\u200b\u2060'],
    ['a turned direction', 'safe\u202egnp.exe'],
    ['an isolate', 'a\u2066b'],
    ['a soft hyphen', 'ad\u00admin'],
    ['a line break', 'a\nb'],
    ['an invisible letter', '\u3164'],
    ['halves of characters', 'a\udc00'],
    ['a mark of byte order', 'ro\ufeffom'],
    ['101 characters', '💥'.repeat(101)],
  ])('V6 %s is no name of a room', async (_what, name) => {
    const answer = await ask(
      'mutation ($n: String!) { createRoom(input: { name: $n }) { id } }',
      JSON.stringify({ n: name }),
    );
    expect(codeOf(answer)).toBe('INVALID_INPUT');
  });

  it('V6 that are equal to the eye are one name, and wildcards find what they are', async () => {
    const create = 'mutation ($n: String!) { createRoom(input: { name: $n }) { name } }';
    const made = await ask(create, JSON.stringify({ n: ' Cafe\u0301 100% ' }));
    expect(made.body.data).toEqual({ createRoom: { name: 'Café 100%' } });
    const find = 'query ($s: String) { rooms(search: $s) { edges { node { name } } } }';
    const found = async (s: string) => JSON.stringify((await ask(find, JSON.stringify({ s }))).body.data);
    expect(await found('0%')).toContain('Café');
    expect(await found('C%')).not.toContain('Café');
    expect(await found("' OR 1=1 --")).not.toContain('Café');
  });
});

describe('nesting', () => {
  const brackets = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  it.each([
    ['query ($d: Symbol!) { quote(symbol: $d) { price } }', 'INVALID_SYMBOL'],
    [
      'mutation ($d: Decimal!) { publishTrades(input: [{ symbol: "A", price: $d, size: 1 }]) { accepted } }',
      'INVALID_INPUT',
    ],
    [
      'mutation ($d: DateTime) { publishQuotes(input: [{ symbol: "A", exchangeTime: $d }]) { accepted } }',
      'INVALID_INPUT',
    ],
    ['query ($d: Cursor) { inbox(after: $d) { edges { cursor } } }', 'INVALID_INPUT'],
    ['query ($d: ID!) { room(id: $d) { id } }', 'INVALID_INPUT'],
    [
      'mutation ($d: JSON) { sendRoomMessage(roomId: "ROOM", input: { content: "x", metadata: $d }) { id } }',
      'INVALID_INPUT',
    ],
    ['mutation ($d: [QuoteInput!]!) { publishQuotes(input: $d) { accepted } }', 'INVALID_INPUT'],
  ])('V6 of 100,000 lists is refused: %s', async (query, code) => {
    expect(codeOf(await ask(query.replace('ROOM', room), `{"d":${brackets(100_000)}}`))).toBe(code);
  });

  it.each([
    ['selections', `${'{a'.repeat(4900)}${'}'.repeat(4900)}`],
    ['lists', `{ quote(symbol: ${brackets(4900)}) { price } }`],
    ['types of variables', `query ($a: ${'['.repeat(4000)}Int${']'.repeat(4000)}) { serverTime }`],
    [
      'fragments in fragments',
      `{ ...F0 } ${Array.from({ length: 900 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} }`).join(' ')} fragment F900 on Query { nothing }`,
    ],
    ['fragments in a circle', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
    ['a fragment in itself', 'subscription { ...A } fragment A on Subscription { stats { instance } ...A }'],
    ['more tokens than are read', `{ ${'serverTime '.repeat(20_000)} }`],
  ])('V6 of %s in a document is refused, over HTTP and WebSocket', async (_what, query) => {
    const startedAt = performance.now();
    expect(codeOf(await post(JSON.stringify({ query })))).toBe('INVALID_INPUT');
    using client = await openTcp(server);
    client.say({ id: '1', type: 'subscribe', payload: { query } });
    await expect
      .poll(() => client.messages[1])
      .toMatchObject({ id: '1', type: 'error', payload: [{ extensions: { code: 'INVALID_INPUT' } }] });
    expect(client.closeCode).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});
