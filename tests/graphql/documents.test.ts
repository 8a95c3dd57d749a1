import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { Documents } from '../../src/graphql/execution/documents.ts';
import { schema } from '../../src/graphql/schema/index.ts';

const limits = readConfig({}).operationLimits;
const open = () => new Documents({ schema, limits, introspection: true, cacheBytes: 1_000_000 });

describe('the documents kept in memory', () => {
  it('N3 a good document is checked once, and a bad one too', () => {
    const documents = open();
    for (const text of ['{ serverTime }', '{ x }', '{']) {
      expect(documents.check(text)).toBe(documents.check(text));
    }
  });

  it.each([
    ['valid ones', (at: number) => `{ a${at}: serverTime }`],
    ['large valid ones', (at: number) => `query q${at} { ${'serverTime viewer { id } '.repeat(5)} }`],
    ['long comments', (at: number) => `{ serverTime } #${at}${'x'.repeat(20_000)}`],
    ['invalid ones', (at: number) => `{ a${at} }`],
    ['syntax errors', (at: number) => `{ a${at} ${'"'.repeat(at % 7)}`],
    ['ones with too many tokens', (at: number) => `{ a${at} ${'a '.repeat(2000)} }`],
    ['huge ones', (at: number) => `{ serverTime } #${at}${'x'.repeat(1_000_000)}`],
  ])('N3 a flood of distinct documents is bounded: %s', (_what, textOf) => {
    const documents = open();
    documents.check('{ serverTime }');
    for (let at = 0; at < 150; at += 1) documents.check(textOf(at));
    expect(documents.cachedBytes).toBeLessThanOrEqual(1_100_000);
  });

  it('N3 bad documents drive out no good ones', () => {
    const documents = open();
    const good = documents.check('{ serverTime }');
    for (let at = 0; at < 700; at += 1) documents.check(`{ a${at} }`);
    expect(documents.check('{ serverTime }')).toBe(good);
  });

  it('N3 a huge document drives out no others', () => {
    const documents = open();
    const good = documents.check('{ serverTime }');
    for (let at = 0; at < 4; at += 1) documents.check(`{ serverTime } #${at}${'x'.repeat(200_000)}`);
    expect(documents.check('{ serverTime }')).toBe(good);
  });

  it('N1 N4 what costs too much is refused before it is validated', () => {
    const doubling = Array.from(
      { length: 100 },
      (_, at) => `fragment F${at} on X { ...F${at + 1} ...F${at + 1} }`,
    );
    const { errors } = open().check(`{ x { ...F0 } } ${doubling.join(' ')} fragment F100 on X { id }`);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The operation costs .*10,000/),
    ]);
  });

  it('N4 what is selected too often to be checked is refused with advice', () => {
    const { errors } = open().check(`{ viewer { ${'id '.repeat(1900)} } }`);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('Select each of them once'),
    ]);
  });

  it("N5 GraphiQL's introspection passes where it is allowed, with every option on", () => {
    const query = getIntrospectionQuery({
      descriptions: true,
      schemaDescription: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    expect(open().check(query).errors).toEqual([]);
  });

  it('N5 circular introspection is refused where introspection is allowed', () => {
    const types = 'fields { type { '.repeat(10);
    const query = `{ __schema { types { ${types} name ${'} }'.repeat(10)} } } }`;
    expect(open().check(query).errors).not.toEqual([]);
  });

  it('N4 the worst document that the limits let pass is checked in little time', () => {
    const documents = open();
    const fields = Array.from({ length: 30 }, (_, at) => `a${at}: quote(symbol: "A${at}") { price }`);
    const pairs = `{ rooms(first: 1) { edges { node { ${'id name '.repeat(450)} } } } }`;
    const started = performance.now();
    documents.check(`{ ${fields.join(' ')} }`);
    documents.check(pairs);
    documents.check(`{ ${'viewer { id } '.repeat(480)} }`);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
