import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bystander, openTcp } from '../support/hostile.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { ends, hears, QUERY, subscribe } from './peer.ts';

/** https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md, paragraph by paragraph: what is said about the connection. */
let server: TestServer;
let bystander: Bystander;

beforeAll(async () => {
  server = await startServer({ CONNECTION_INIT_TIMEOUT_MS: '1000' });
  bystander = await Bystander.at(server);
});
afterAll(async () => server[Symbol.asyncDispose]());

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
