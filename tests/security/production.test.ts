import { getIntrospectionQuery, getNamedType, isLeafType, isNonNullType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCursor } from '../../src/graphql/context/cursor.ts';
import { schema } from '../../src/graphql/schema/index.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { overEventStream, overHttp, overWebSocket, postJson } from './asking.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startServer({ ENVIRONMENT: 'production', ALLOWED_ORIGINS: 'https://app.example' });
  token = await server.token('ada');
});
afterAll(() => server[Symbol.asyncDispose]());

const times = (count: number, text: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');
const nested = (levels: number, field: string, inside: string): string =>
  `${field} { `.repeat(levels) + inside + ' }'.repeat(levels);

describe('a scan of a production server', () => {
  const attacks: [name: string, query: string, message: string][] = [
    ['introspection', getIntrospectionQuery(), 'does not tell its schema'],
    ['__schema in a query', '{ serverTime __schema { queryType { name } } }', 'does not tell its schema'],
    ['__type', '{ __type(name: "Query") { name } }', 'does not tell its schema'],
    [
      '__schema in a fragment',
      '{ ...F } fragment F on Query { x: __schema { types { name } } }',
      'does not tell its schema',
    ],
  ];
  it.each(attacks)('N5 refuses %s', async (_name, query, message) => {
    const refusal = { code: 'INVALID_INPUT', message: expect.stringContaining(message) };
    expect(await overHttp(server, { query }, token)).toEqual(refusal);
    expect(await overWebSocket(server, { query }, token)).toEqual(refusal);
  });

  it.each([
    ['a field', '{ serverTim }', {}],
    ['an argument', '{ quote(symbo: "AAPL") { price } }', {}],
    ['a field of a subscription', 'subscription { streamData(symbols: ["AAPL"]) { pric } }', {}],
    ['a type', '{ ...F } fragment F on Quer { serverTime }', {}],
    ['an enum value', '{ fundFlow(symbol: "AAPL", timeframe: DAY_2) { main { inflow } } }', {}],
    [
      'an enum value in variables',
      'query ($t: Timeframe!) { fundFlow(symbol: "AAPL", timeframe: $t) { turnover } }',
      { t: 'DAY_2' },
    ],
    [
      'an input field in variables',
      'mutation ($i: [QuoteInput!]!) { publishQuotes(input: $i) { accepted } }',
      { i: [{ symbol: 'AAPL', pric: '1' }] },
    ],
    [
      'an enum value in variables of a subscription',
      'subscription ($t: Timeframe!) { fundFlow(symbol: "AAPL", timeframe: $t) { turnover } }',
      { t: 'DAY_2' },
    ],
  ])('N5 suggests no name for %s that is nearly right', async (_name, query, variables) => {
    for (const ask of [overHttp, overWebSocket]) {
      const refusal = await ask(server, { query, variables }, token);
      expect(refusal?.code).toBe('INVALID_INPUT');
      expect(refusal?.message).not.toMatch(/did you mean/i);
    }
  });

  it('N5 serves no GraphiQL, and __typename as ever', async () => {
    const page = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type') ?? '').not.toContain('text/html');
    expect((await server.post('{ __typename }', {}, token)).data).toEqual({ __typename: 'Query' });
  });

  it('N5 answers with no trace and no inside of the server, whoever asks for it', async () => {
    const traced = await postJson(
      server,
      { query: '{ serverTime }', extensions: { tracing: true } },
      { 'apollo-tracing': '1', 'apollo-federation-include-trace': 'ftv1', 'x-debug': '1' },
    );
    expect(Object.keys((await traced.json()) as object)).toEqual(['data']);
    for (const body of [
      '{',
      '[]',
      'null',
      '{"query": 1}',
      '{"query": "{"}',
      '{"query": "{ x }"}',
      '{"a": "b"}',
    ]) {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const text = await response.text();
      expect(text).toContain('"code":"INVALID_INPUT"');
      expect(text).not.toMatch(/stack|node_modules|originalError|\bat \w+ \(/i);
    }
  });

  const heavy: [name: string, query: string, message: string][] = [
    ['aliases', `{ ${times(31, (at) => `a${at}: serverTime`)} }`, 'There are 31 aliases; at most 30'],
    [
      'aliases spread by fragments',
      `{ ${times(8, () => 'viewer { ...A }')} } fragment A on Viewer { a: id b: id c: id d: id }`,
      'There are 32 aliases; at most 30',
    ],
    [
      'directives',
      `{ serverTime ${times(51, () => '@skip(if: false)')} }`,
      'There are 51 directives; at most 50',
    ],
    [
      'unknown directives',
      `{ serverTime ${times(500, (at) => `@a${at}`)} }`,
      'There are 500 directives; at most 50',
    ],
    ['the same field', `{ ${times(1500, () => 'serverTime')} }`, 'has 1,500 root fields; at most 10'],
    [
      'mutations in one',
      `mutation { ${times(11, (at) => `a${at}: leaveRoom(roomId: "x")`)} }`,
      'has 11 root fields; at most 10',
    ],
    [
      'the same field, deeper',
      `{ rooms(first: 100) { edges { node { ${times(150, () => 'id')} } } } }`,
      'costs 15,102; at most 10,000',
    ],
    ['levels', `{ ${nested(11, 'a', 'b')} }`, 'Fields are 12 levels deep; at most 10'],
    [
      'levels in fragments',
      `{ room(id: "1") { ...R } } fragment R on Room { members { edges { node { ...M } } } } fragment M on Membership { ${nested(6, 'user', 'id')} }`,
      'levels deep; at most 10',
    ],
    ['a document of many tokens', `{ ${times(2000, (at) => `f${at}`)} }`, 'more than 2,000 tokens'],
    ['values in values', `{ quote(symbol: ${'['.repeat(50_000)}`, 'nested too deeply'],
    [
      'pages of pages',
      '{ rooms(first: 100) { edges { node { members(first: 100) { edges { node { user { id } } } } } } } }',
      'at most 10,000 is allowed',
    ],
    [
      'fragments that double',
      `{ viewer { ...F0 } } ${times(100, (at) => `fragment F${at} on Viewer { ...F${at + 1} ...F${at + 1} }`)} fragment F100 on Viewer { id }`,
      'costs',
    ],
  ];
  it.each(heavy)('N1 refuses too many: %s', async (_name, query, message) => {
    const refusal = { code: 'INVALID_INPUT', message: expect.stringContaining(message) };
    expect(await overHttp(server, { query }, token)).toEqual(refusal);
    expect(await overEventStream(server, { query }, token)).toEqual(refusal);
    expect(await overWebSocket(server, { query }, token)).toEqual(refusal);
  });

  it.each([
    ['{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }', 'within itself'],
    ['{ viewer { ...A } } fragment A on Viewer { id ...A }', 'within itself'],
    [
      '{ rooms { edges { node { ...A } } } } fragment A on Room { members { edges { node { ...B } } } } fragment B on Membership { ...B }',
      'within itself',
    ],
  ])('N4 refuses circular fragments: %s', async (query, message) => {
    const refusal = { code: 'INVALID_INPUT', message: expect.stringContaining(message) };
    expect(await overHttp(server, { query }, token)).toEqual(refusal);
    expect(await overWebSocket(server, { query }, token)).toEqual(refusal);
  });

  it('N4 refuses values that are nested too deeply to be read, and the socket lives on', async () => {
    // with limits as wide as they may be set
    await using wide = await startServer({ MAX_DOCUMENT_TOKENS: '20000', MAX_DEPTH: '100' });
    for (const query of [
      `{ quote(symbol: ${'['.repeat(19_000)}`,
      `{ quote(symbol: ${'{a:'.repeat(6000)}`,
      `{ ${nested(6000, 'a', 'b')} }`,
      `{ ${nested(4000, '...', '__typename')} }`,
    ]) {
      const refusal = {
        code: 'INVALID_INPUT',
        message: expect.stringContaining('nested too deeply to be read'),
      };
      expect(await overHttp(wide, { query })).toEqual(refusal);
      expect(await overEventStream(wide, { query })).toEqual(refusal);
      expect(await overWebSocket(wide, { query })).toEqual(refusal);
    }
    for (const query of [
      `{ ${nested(600, '...', '__typename')} }`,
      `{ quote(symbol: ${'['.repeat(600)}1${']'.repeat(600)}) { price } }`,
    ]) {
      expect((await overHttp(server, { query }, token))?.code).not.toBe('INTERNAL_ERROR');
      expect((await overWebSocket(server, { query }, token))?.code).not.toBe('INTERNAL_ERROR');
    }
  });

  it('N1 counts sizes that are variables, by their values and their defaults', async () => {
    const query =
      'query ($n: Int = 100, $m: Int) { rooms(first: $n) { edges { node { members(first: $m) { edges { node { user { id } } } } } } } }';
    for (const ask of [overHttp, overWebSocket]) {
      for (const variables of [{}, { m: 100 }, { n: 100, m: null }]) {
        expect(await ask(server, { query, variables }, token)).toEqual({
          code: 'INVALID_INPUT',
          message: expect.stringMatching(
            /^The operation costs [\d,]+; at most 10,000 is allowed.*lower first, last or depth/,
          ),
        });
      }
      expect(await ask(server, { query, variables: { n: 10, m: 10 } }, token)).toBeUndefined();
    }
  });

  it('N7 one request is one operation', async () => {
    const response = await postJson(server, [{ query: '{ serverTime }' }, { query: '{ serverTime }' }]);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
    const raw = await overWebSocket(server, { query: [{ query: '{ serverTime }' }] }).catch(String);
    expect(raw).toContain('4400');
  });

  it('N8 nobody publishes, and nothing else is changed, without a token', async () => {
    const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
    expect(mutations.length).toBeGreaterThan(10);
    for (const field of mutations) {
      const required = field.args.filter(({ type }) => isNonNullType(type));
      const query = `mutation (${required.map(({ name, type }) => `$${name}: ${type}`)}) { ${field.name}(${required.map(({ name }) => `${name}: $${name}`)}) ${isLeafType(getNamedType(field.type)) ? '' : '{ __typename }'} }`;
      const variables = Object.fromEntries(required.map(({ name, type }) => [name, SAMPLES[String(type)]]));
      for (const ask of [overHttp, overWebSocket]) {
        expect({ [field.name]: await ask(server, { query, variables }) }).toEqual({
          [field.name]: { code: 'AUTH_REQUIRED', message: expect.any(String) },
        });
      }
    }
  });
});

const SAMPLES: Readonly<Record<string, unknown>> = {
  'ID!': 'x',
  'String!': 'x',
  'RoomRole!': 'MEMBER',
  'Cursor!': encodeCursor({ kind: 'inbox', owner: 'ada', position: 1, epoch: '', sequence: 1 }),
  'BroadcastTarget!': { everyone: true },
  'BroadcastInput!': { content: 'x' },
  'CreateRoomInput!': { name: 'x' },
  'UpdateRoomInput!': { name: 'x' },
  'RoomMessageInput!': { content: 'x' },
  '[QuoteInput!]!': [{ symbol: 'AAPL', price: '1' }],
  '[TradeInput!]!': [{ symbol: 'AAPL', price: '1', size: '1' }],
  '[TradeCorrectionInput!]!': [{ symbol: 'AAPL', sourceSequence: '1', kind: 'BUST' }],
  '[InstrumentInput!]!': [{ symbol: 'AAPL' }],
  'OrderBookInput!': { symbol: 'AAPL', bids: [], asks: [] },
};
