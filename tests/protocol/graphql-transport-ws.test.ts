import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/errors.ts';
import { Bystander, openTcp, QUOTE } from '../support/hostile.ts';
import { startServer, type TestServer } from '../support/server.ts';
import type { TcpClient } from '../support/tcp-client.ts';

/** https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md, paragraph by paragraph. */
let server: TestServer;
let bystander: Bystander;

beforeAll(async () => {
  server = await startServer({ CONNECTION_INIT_TIMEOUT_MS: '1000' });
  bystander = await Bystander.at(server);
});
afterAll(async () => server[Symbol.asyncDispose]());

const QUERY = '{ serverTime }';
const subscribe = (id: string, query = QUOTE, variables: object | null = { s: ['AAPL'] }) => ({
  id,
  type: 'subscribe',
  payload: { query, variables },
});
const TICKER = 'ABCDEFGHIJ';
let symbols = 0;
/** A symbol that no other test publishes. */
function freshSymbol(): string {
  symbols += 1;
  return `US.T${[...String(symbols)].map((digit) => TICKER[Number(digit)]).join('')}`;
}

const ends = (client: TcpClient, code: number): Promise<void> =>
  expect.poll(() => client.closeCode, { interval: 5, timeout: 5000 }).toBe(code);
const hears = (client: TcpClient, ...messages: object[]): Promise<void> =>
  expect.poll(() => client.messages.slice(1), { interval: 5 }).toEqual(messages);
const price = (symbol: string, value: string) => server.publish('publishQuotes', [{ symbol, price: value }]);
const subscribers = (count: number): Promise<void> =>
  expect.poll(() => server.app.stats().streaming.subscribers, { interval: 5 }).toBe(count + 1);

describe('the subprotocol', () => {
  it('V1 is graphql-transport-ws, whatever else is offered', async () => {
    using client = await openTcp(server, {
      headers: { 'Sec-WebSocket-Protocol': 'graphql-ws, graphql-transport-ws' },
    });
    expect(client.head).toMatch(/sec-websocket-protocol: graphql-transport-ws$/im);
  });

  it.each(['graphql-ws', 'GRAPHQL-TRANSPORT-WS', 'soap', undefined])(
    'V1 %s instead of it is closed with 4406',
    async (protocol) => {
      using client = await openTcp(server, { init: false, headers: { 'Sec-WebSocket-Protocol': protocol } });
      await ends(client, 4406);
      expect(client.head).not.toMatch(/sec-websocket-protocol/i);
      client.say({ type: 'connection_init' });
      await bystander.isServed();
      expect(client.messages).toEqual([]);
    },
  );
});

describe('connection_init', () => {
  it('V1 is acknowledged, once', async () => {
    using client = await openTcp(server, { init: false });
    client.say({ type: 'connection_init', payload: { any: ['thing'], token: await server.token('ann') } });
    await expect.poll(() => client.messages).toEqual([{ type: 'connection_ack' }]);
  });

  it.each([{}, null, undefined])('V1 may carry %j', async (payload) => {
    using client = await openTcp(server, { init: false });
    client.say({ type: 'connection_init', payload });
    await expect.poll(() => client.messages).toEqual([{ type: 'connection_ack' }]);
  });

  it('V1 that does not come in time ends with 4408, though pings do come', async () => {
    using client = await openTcp(server, { init: false });
    client.say({ type: 'ping' });
    await ends(client, 4408);
    expect(client.messages).toEqual([{ type: 'pong' }]);
  });

  it('V1 that comes a second time ends with 4429', async () => {
    using client = await openTcp(server);
    client.say({ type: 'connection_init' });
    await ends(client, 4429);
  });

  it('V1 that comes a second time before the first is acknowledged ends with 4429', async () => {
    using client = await openTcp(server, { init: false });
    const init = { type: 'connection_init', payload: { token: await server.token('ann') } };
    client.say(init, init);
    await ends(client, 4429);
  });

  it('V1 is waited for: an operation before it ends with 4401', async () => {
    using client = await openTcp(server, { init: false });
    client.say(subscribe('1', QUERY, null));
    await ends(client, 4401);
    expect(client.messages).toEqual([]);
  });

  it('V1 is waited for: an operation before its acknowledgement ends with 4401', async () => {
    using client = await openTcp(server, { init: false });
    client.say(
      { type: 'connection_init', payload: { token: await server.token('ann') } },
      subscribe('1', QUERY, null),
    );
    await ends(client, 4401);
    expect(client.messages.filter(({ type }) => type === 'next')).toEqual([]);
  });

  it('V1 with a token that is refused ends with 4401 and the reason, without an acknowledgement', async () => {
    using client = await openTcp(server, { init: false });
    client.say({ type: 'connection_init', payload: { token: 'a.b.c' } });
    await ends(client, 4401);
    expect(client.closeReason).toMatch(/^AUTH_FAILED: /);
    expect(client.messages).toEqual([]);
  });
});

describe('an invalid message', () => {
  const deep = `{"type":"ping","payload":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
  const INVALID: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['no JSON', '{"type":'],
    ['two messages in one', '{"type":"ping"}{"type":"ping"}'],
    ...['null', '1', '"ping"', '[]', '[{"type":"ping"}]', '{}', 'true'].map((text) => [text, text] as const),
    ...[null, 1, {}, [], '', 'Ping', 'start', 'stop', 'constructor', '__proto__', 'connection_terminate'].map(
      (type) => [`type ${JSON.stringify(type)}`, JSON.stringify({ type, id: '1' })] as const,
    ),
    ...[1, 'x', [], true].flatMap((payload) =>
      ['ping', 'pong', 'connection_init'].map(
        (type) => [`${type} with ${JSON.stringify(payload)}`, JSON.stringify({ type, payload })] as const,
      ),
    ),
    ...[undefined, null, 1, 0, '', {}, [], true].flatMap((id) =>
      ['subscribe', 'complete'].map(
        (type) =>
          [`${type} with id ${JSON.stringify(id)}`, JSON.stringify({ ...subscribe('1'), type, id })] as const,
      ),
    ),
    ...[
      undefined,
      null,
      'x',
      [],
      {},
      { query: null },
      { query: 1 },
      { query: ['{a}'] },
      { query: QUERY, variables: 'x' },
      { query: QUERY, variables: [] },
      { query: QUERY, operationName: 1 },
      { query: QUERY, operationName: {} },
      { query: QUERY, extensions: [] },
      { query: QUERY, extensions: 'x' },
    ].map(
      (payload) =>
        [
          `subscribe with payload ${JSON.stringify(payload)}`,
          JSON.stringify({ id: '1', type: 'subscribe', payload }),
        ] as const,
    ),
    ['a ping too deep to be answered', deep],
  ];

  it.each(INVALID)('V1 ends with 4400: %s', async (_what, payload) => {
    using client = await openTcp(server);
    client.send({ payload });
    await ends(client, 4400);
    expect(client.closeReason).not.toBe('');
    expect(client.messages).toHaveLength(1);
  });

  it.each([
    { type: 'connection_ack' },
    { type: 'next', id: '1', payload: { data: {} } },
    { type: 'error', id: '1', payload: [{ message: 'x' }] },
  ])('V1 of the server, sent by the client, ends with 4400: $type', async (message) => {
    using client = await openTcp(server);
    client.say(message);
    await ends(client, 4400);
    await bystander.isServed();
  });

  it('V1 is none that has more in it than it needs', async () => {
    using client = await openTcp(server);
    client.say({ type: 'ping', id: 5, more: true, __proto__: null });
    await hears(client, { type: 'pong' });
  });
});

describe('ping and pong', () => {
  it('V1 a ping is answered by a pong with the same payload, before and after connection_init', async () => {
    using client = await openTcp(server, { init: false });
    client.say({ type: 'ping', payload: { early: '€ \u0000' } });
    client.say({ type: 'connection_init' });
    client.say(
      { type: 'ping' },
      { type: 'ping', payload: null },
      { type: 'ping', payload: { a: [1, null] } },
    );
    await expect
      .poll(() => client.messages)
      .toEqual(
        expect.arrayContaining([
          { type: 'pong', payload: { early: '€ \u0000' } },
          { type: 'connection_ack' },
          { type: 'pong' },
          { type: 'pong' },
          { type: 'pong', payload: { a: [1, null] } },
        ]),
      );
    expect(client.messages).toHaveLength(5);
  });

  it('V1 a pong that nobody asked for is taken in silence', async () => {
    using client = await openTcp(server);
    client.say({ type: 'pong' }, { type: 'pong', payload: { a: 1 } }, { type: 'ping' });
    await hears(client, { type: 'pong' });
  });
});

describe('operations', () => {
  it('V1 a query gives one next and one complete, and its id is free again', async () => {
    using client = await openTcp(server);
    for (let round = 1; round <= 2; round += 1) {
      client.say(subscribe('1', '{ quote(symbol: "US.NONE") { price } }', null));
      const answer = [
        { id: '1', type: 'next', payload: { data: { quote: null } } },
        { id: '1', type: 'complete' },
      ];
      await hears(client, ...Array.from({ length: round }, () => answer).flat());
    }
  });

  it('V1 an operation that is refused gives one error, no complete, and its id is free again', async () => {
    using client = await openTcp(server);
    client.say(subscribe('1', '{ nothing }', null));
    await expect.poll(() => client.messages.length).toBe(2);
    const [, error] = client.messages;
    expect(error).toMatchObject({ id: '1', type: 'error', payload: [{ message: expect.any(String) }] });
    client.say(subscribe('1', QUERY, null), { type: 'ping' });
    await expect
      .poll(() => client.messages.map(({ type }) => type).sort())
      .toEqual(['complete', 'connection_ack', 'error', 'next', 'pong']);
  });

  it('V1 an error while it executes is a next with errors, and then complete', async () => {
    using client = await openTcp(server);
    client.say(subscribe('1', '{ inbox { edges { cursor } } }', null));
    await expect.poll(() => client.messages.length).toBe(3);
    expect(client.messages.slice(1)).toMatchObject([
      { id: '1', type: 'next', payload: { errors: [{ extensions: { code: 'AUTH_REQUIRED' } }] } },
      { id: '1', type: 'complete' },
    ]);
  });

  it.each([
    ['subscription', subscribe('again')],
    ['query', subscribe('again', QUERY, null)],
    ['invalid document', subscribe('again', '{', null)],
  ])('V1 the id of a live subscription, used for a %s, ends with 4409', async (_what, second) => {
    using client = await openTcp(server);
    client.say(subscribe('again'));
    await subscribers(1);
    client.say(second);
    await ends(client, 4409);
    expect(client.closeReason).toBe('Subscriber for again already exists');
    await bystander.isServed();
    client.socket.destroy();
    await bystander.isAlone();
  });

  it('V1 a long id, used twice, ends with 4409 too, its reason cut between characters', async () => {
    using client = await openTcp(server);
    const id = '€'.repeat(2000);
    client.say(subscribe(id), subscribe(id));
    await ends(client, 4409);
    expect(client.closeReason).toBe(`Subscriber for ${'€'.repeat(36)}`);
    client.socket.destroy();
    await bystander.isAlone();
  });

  it('V1 ids are texts of any kind, and do not meet', async () => {
    using client = await openTcp(server);
    const ids = [
      '__proto__',
      'constructor',
      'toString',
      ' ',
      '1',
      '01',
      '"',
      '\\',
      '\u0000',
      '€',
      '💥',
      'x'.repeat(5000),
    ];
    const symbol = freshSymbol();
    client.say(...ids.map((id) => subscribe(id, QUOTE, { s: [symbol] })));
    await subscribers(ids.length);
    await price(symbol, '1');
    await expect
      .poll(() =>
        client.messages
          .slice(1)
          .map(({ id }) => id)
          .sort(),
      )
      .toEqual([...ids].sort());
    client.say(...ids.map((id) => ({ type: 'complete', id })));
    await subscribers(0);
  });

  it('V1 the same id on two connections is two operations', async () => {
    using one = await openTcp(server);
    using two = await openTcp(server);
    const symbol = freshSymbol();
    for (const client of [one, two]) client.say(subscribe('1', QUOTE, { s: [symbol] }));
    await subscribers(2);
    one.say({ type: 'complete', id: '1' });
    await subscribers(1);
    await price(symbol, '1');
    await expect.poll(() => two.messages.length).toBe(2);
    expect(one.messages).toHaveLength(1);
  });

  it('V1 operations run beside one another, and their messages mix', async () => {
    using client = await openTcp(server);
    const [a, b] = [freshSymbol(), freshSymbol()];
    client.say(
      subscribe('a', QUOTE, { s: [a] }),
      subscribe('b', QUOTE, { s: [b] }),
      subscribe('q', QUERY, null),
    );
    await subscribers(2);
    for (const symbol of [a, b, a]) await price(symbol, '1');
    await price(b, '2');
    await expect
      .poll(() => client.messages.filter(({ type }) => type === 'next').map(({ id }) => id))
      .toEqual(['q', 'a', 'b', 'b']);
  });
});

describe('complete', () => {
  it('V1 ends a subscription: no more of it comes, and nothing is answered', async () => {
    using client = await openTcp(server);
    const symbol = freshSymbol();
    client.say(subscribe('1', QUOTE, { s: [symbol] }));
    await subscribers(1);
    await price(symbol, '1');
    await expect.poll(() => client.messages.length).toBe(2);
    client.say({ type: 'complete', id: '1' }, { type: 'ping' });
    await price(symbol, '2');
    await expect.poll(() => client.messages.at(-1)).toEqual({ type: 'pong' });
    await bystander.isServed();
    expect(client.messages).toHaveLength(3);
  });

  it('V1 of an id that nothing has, or had, is taken in silence', async () => {
    using client = await openTcp(server);
    for (const id of ['never', '__proto__', 'constructor']) client.say({ type: 'complete', id });
    client.say(subscribe('1', QUERY, null));
    await expect.poll(() => client.messages.length).toBe(3);
    client.say({ type: 'complete', id: '1' }, { type: 'complete', id: '1' }, { type: 'ping' });
    await expect.poll(() => client.messages.at(-1)).toEqual({ type: 'pong' });
    expect(client.messages).toHaveLength(4);
  });

  it('V1 before a query is answered: the answer is not sent', async () => {
    using client = await openTcp(server, { init: false });
    client.say({ type: 'connection_init', payload: { token: await server.token('ann') } });
    await expect.poll(() => client.messages.length).toBe(1);
    const rooms = 'mutation { createRoom(input: { name: "unheard" }) { id } }';
    client.say(subscribe('1', rooms, null), { type: 'complete', id: '1' });
    client.say(subscribe('2', '{ rooms(search: "unheard") { edges { cursor } } }', null));
    await expect.poll(() => client.messages.length).toBe(3);
    expect(client.messages.filter(({ id }) => id === '1')).toEqual([]);
  });

  it('V1 in the same breath as its subscribe, a thousand times: nothing is sent, nothing is left', async () => {
    using client = await openTcp(server);
    for (let i = 0; i < 1000; i += 1) client.say(subscribe('1'), { type: 'complete', id: '1' });
    client.say({ type: 'ping' });
    // all of it has come: before, a segment may end between the two, and what is published then is rightly sent
    await hears(client, { type: 'pong' });
    await price('AAPL', '1');
    client.say({ type: 'ping' });
    await hears(client, { type: 'pong' }, { type: 'pong' });
    await subscribers(0);
  });

  it('V1 by the server, when what was subscribed to is over, comes once', async () => {
    const token = await server.token('ann');
    const made = await server.post('mutation { createRoom(input: { name: "short" }) { id } }', {}, token);
    const room = (made.data as { createRoom: { id: string } }).createRoom.id;
    const bob = await server.token('bob');
    await server.post('mutation ($r: ID!) { joinRoom(roomId: $r) { role } }', { r: room }, bob);
    using client = await openTcp(server, { init: false });
    client.say({ type: 'connection_init', payload: { token: bob } });
    await expect.poll(() => client.messages.length).toBe(1);
    client.say(subscribe('1', 'subscription ($r: ID!) { roomMessages(roomId: $r) { kind } }', { r: room }));
    await subscribers(1);
    await server.post('mutation ($r: ID!) { leaveRoom(roomId: $r) }', { r: room }, bob);
    await hears(client, { id: '1', type: 'complete' });
    client.say({ type: 'complete', id: '1' }, { type: 'ping' });
    await hears(client, { id: '1', type: 'complete' }, { type: 'pong' });
  });
});

describe('every error', () => {
  it.each([
    ['syntax', '{', null],
    ['an unknown field', '{ nothing }', null],
    ['no operation', 'fragment F on Query { serverTime }', null],
    ['a wrong variable', QUOTE, { s: 5 }],
    ['a missing variable', QUOTE, {}],
    ['a wrong symbol', QUOTE, { s: ['nope'] }],
    ['a refused subscription', 'subscription { inbox { id } }', null],
    ['an unknown directive', '{ serverTime @nothing }', null],
    ['two roots', 'subscription { stats { instance } inbox { id } }', null],
  ])('V1 of an operation has a code of the closed list: %s', async (_what, query, variables) => {
    using client = await openTcp(server);
    client.say(subscribe('1', query, variables));
    await expect.poll(() => client.messages.length).toBe(2);
    const errors = client.messages[1]?.payload as { extensions?: { code?: string } }[];
    expect(errors.map(({ extensions }) => Object.keys(ERROR_CODES).includes(extensions?.code ?? ''))).toEqual(
      errors.map(() => true),
    );
  });
});
