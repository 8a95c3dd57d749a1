import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/errors.ts';
import { Bystander, openTcp, QUOTE } from '../support/hostile.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { ends, hears, QUERY, subscribe } from './peer.ts';

/** https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md, paragraph by paragraph: what is asked over it. */
let server: TestServer;
let bystander: Bystander;

beforeAll(async () => {
  server = await startServer();
  bystander = await Bystander.at(server);
});
afterAll(async () => server[Symbol.asyncDispose]());

const TICKER = 'ABCDEFGHIJ';
let symbols = 0;
/** A symbol that no other test publishes. */
function freshSymbol(): string {
  symbols += 1;
  return `US.T${[...String(symbols)].map((digit) => TICKER[Number(digit)]).join('')}`;
}

const price = (symbol: string, value: string) => server.publish('publishQuotes', [{ symbol, price: value }]);
const subscribers = (count: number): Promise<void> =>
  expect.poll(() => server.app.stats().streaming.subscribers, { interval: 5 }).toBe(count + 1);

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
    ['a wrong symbol', QUOTE, { s: ['no symbol'] }],
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
