import { getNamedType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema/index.ts';
import { User } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** Every connection field of the schema, where it is found, and what stands before its own arguments. */
const FIELDS: Readonly<Record<string, { readonly path: (field: string) => string; readonly own?: string }>> =
  {
    'Query.rooms': { path: (field) => `{ ${field} }` },
    'Query.instruments': { path: (field) => `{ ${field} }`, own: 'search: "PAGES"' },
    'Query.candles': { path: (field) => `{ ${field} }`, own: 'symbol: "PAGES/USD", timeframe: MINUTE_1' },
    'Query.fundFlowHistory': {
      path: (field) => `{ ${field} }`,
      own: 'symbol: "PAGES/USD", timeframe: MINUTE_1',
    },
    'Query.inbox': { path: (field) => `{ ${field} }` },
    'Room.members': { path: (field) => `{ room(id: "ROOM") { ${field} } }` },
    'Room.messages': { path: (field) => `{ room(id: "ROOM") { ${field} } }` },
  };

interface Page {
  readonly edges: readonly { readonly cursor: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean };
}

const connectionFields = Object.values(schema.getTypeMap()).flatMap((type) =>
  isObjectType(type) && !type.name.startsWith('__')
    ? Object.values(type.getFields())
        .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
        .map((field) => ({ name: `${type.name}.${field.name}`, field }))
    : [],
);

describe('every connection', () => {
  let server: TestServer;
  let ada: User;
  let room: string;
  beforeAll(async () => {
    server = await startServer();
    ada = await User.at(server, 'ada');
    room = await ada.createRoom({ name: 'pages 1' });
    for (const number of [2, 3]) await ada.createRoom({ name: `pages ${number}` });
    for (const name of ['bob', 'cyd']) await (await User.at(server, name)).join(room);
    for (const text of ['one', 'two', 'three']) await ada.send(room, text);
    const admin = await server.token('boss', 'ADMIN');
    for (const content of ['one', 'two', 'three']) {
      const { errors } = await server.post(
        'mutation ($input: BroadcastInput!) { broadcast(to: { user: "ada" }, input: $input) { recipients } }',
        { input: { content } },
        admin,
      );
      expect(errors).toBeUndefined();
    }
    const start = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;
    await server.publish(
      'publishTrades',
      [0, 1, 2].map((minute) => ({
        symbol: 'PAGES/USD',
        price: '1',
        size: '1',
        exchangeTime: new Date(start + minute * 60_000).toISOString(),
      })),
    );
    await server.publish('publishQuotes', [
      { symbol: 'PAGES2/USD', price: '1' },
      { symbol: 'PAGES3/USD', price: '1' },
    ]);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const ask = async (name: string, args: string) => {
    const { path, own } = FIELDS[name] ?? { path: () => '' };
    const all = [own, args].filter(Boolean).join(', ');
    const field = name.split('.')[1] ?? '';
    const selection = `found: ${field}${all ? `(${all})` : ''} { edges { cursor } pageInfo { hasNextPage hasPreviousPage } }`;
    const query = path(selection).replace('ROOM', room);
    const { data, errors } = await server.post(query, {}, await server.token('ada'));
    const outer = data as { found?: Page; room?: { found: Page } } | null;
    const page = outer?.found ?? outer?.room?.found;
    const code = errors?.[0]?.extensions?.code;
    return { code, cursors: page?.edges.map(({ cursor }) => cursor), ...page?.pageInfo };
  };
  const takes = (name: string, argument: string) =>
    connectionFields.some((one) => one.name === name && one.field.args.some((arg) => arg.name === argument));

  it('N10 is looked at here', () => {
    expect(connectionFields.map(({ name }) => name).sort()).toEqual(Object.keys(FIELDS).sort());
  });

  it.each(Object.keys(FIELDS))('N10 %s pages forward, one by one, through all there is', async (name) => {
    const all = await ask(name, 'first: 100');
    expect(all.cursors).toHaveLength(3);
    expect(all).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    expect(await ask(name, 'first: 0')).toEqual({
      code: undefined,
      cursors: [],
      hasNextPage: true,
      hasPreviousPage: false,
    });
    const found: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      const after = found.at(-1);
      const page = await ask(name, `first: 1${after ? `, after: "${after}"` : ''}`);
      expect(page).toMatchObject({ hasNextPage: i < 2, hasPreviousPage: i > 0 });
      found.push(...(page.cursors ?? []));
    }
    expect(found).toEqual(all.cursors);
  });

  it.each(Object.keys(FIELDS).filter((name) => takes(name, 'last')))(
    'N10 %s pages backward, one by one, where it takes `last`',
    async (name) => {
      const all = (await ask(name, 'first: 100')).cursors ?? [];
      // of what is asked for newest first the end is not known without reading everything
      const isFar = name === 'Query.candles' || name === 'Query.fundFlowHistory';
      const found: string[] = isFar ? [all.at(-1) ?? ''] : [];
      if (isFar) expect((await ask(name, 'last: 1')).code).toBe('INVALID_INPUT');
      while (found.length < 3) {
        const [before] = found;
        const page = await ask(name, `last: 1${before ? `, before: "${before}"` : ''}`);
        expect(page).toMatchObject({ hasPreviousPage: found.length < 2, hasNextPage: found.length > 0 });
        found.unshift(...(page.cursors ?? []));
      }
      expect(found).toEqual(all);
    },
  );

  it.each(Object.keys(FIELDS))('N10 %s refuses what contradicts itself or cannot be', async (name) => {
    const refused = ['first: -1', 'after: "x", first: 1'];
    if (takes(name, 'last')) refused.push('first: 1, last: 1', 'last: -1', 'before: "x", last: 1');
    for (const args of refused)
      expect({ args, code: (await ask(name, args)).code }).toEqual({ args, code: 'INVALID_INPUT' });
  });
});
