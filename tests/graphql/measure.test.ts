import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { costOf, measureDocument } from '../../src/graphql/execution/measure.ts';
import { checkSubscription, subscriptionCost } from '../../src/graphql/execution/operation-limits.ts';
import { schema } from '../../src/graphql/schema/index.ts';

const measure = (text: string) => measureDocument(schema, parse(text));

function cost(text: string, variables: Record<string, unknown> = {}): number {
  const document = parse(text);
  const operation = document.definitions.find((node) => node.kind === 'OperationDefinition');
  if (operation?.kind !== 'OperationDefinition') throw new Error('There is no operation.');
  return costOf(schema, document, operation, variables);
}

describe('the measures of a document', () => {
  it.each([
    ['{ serverTime }', 1],
    ['{ viewer { id roles } }', 3],
    ['{ orderBook(symbol: "A", depth: 100) { symbol bids { price size } } }', 1 + 1 + 1 + 200],
    ['{ orderBook(symbol: "A") { bids { price } asks { price } } }', 1 + 2 + 20],
    ['{ rooms(first: 10) { edges { node { id } } pageInfo { hasNextPage } } }', 1 + 1 + 20 + 2],
    ['{ rooms { edges { cursor } } }', 1 + 1 + 50],
    ['{ rooms(joined: true, first: 10) { edges { cursor } } }', 1 + 1 + 10],
    ['{ rooms(first: 0) { edges { cursor } } }', 2],
    ['{ rooms(first: -5) { edges { cursor } } }', 2],
    ['{ rooms(first: 10) { ...P } } fragment P on RoomConnection { edges { cursor } }', 1 + 1 + 10],
    ['{ rooms(first: 10) { ... on RoomConnection { edges { cursor } } } }', 1 + 1 + 10],
    ['{ stats { feeds { name } } }', 1 + 1 + 50],
    [
      '{ rooms(first: 10) { edges { node { messages(last: 5) { edges { cursor } } } } } }',
      1 + 1 + 10 * (1 + 1 + 1 + 5),
    ],
    ['{ nothing { like { this } } }', 3],
  ])('N1 %s costs %i', (text, expected) => {
    expect(cost(text)).toBe(expected);
  });

  it('N1 sizes are taken from variables, then from their defaults, then from the schema', () => {
    const text = 'query ($n: Int = 7) { orderBook(symbol: "A", depth: $n) { bids { price } } }';
    expect(cost(text, { n: 3 })).toBe(2 + 3);
    expect(cost(text)).toBe(2 + 7);
    expect(cost(text, { n: null })).toBe(2 + 10);
    expect(cost(text.replace(' = 7', ''))).toBe(2 + 10);
  });

  it('N1 fragments count wherever they are spread, and circles end', () => {
    const twice = measure(
      '{ a: viewer { ...V } b: viewer { ...V } } fragment V on Viewer { c: id @skip(if: false) }',
    );
    expect(twice).toEqual({ depth: 2, aliases: 4, directives: 2, rootFields: 2, cost: 4 });
    expect(measure('{ ...A } fragment A on Query { serverTime ...A }').rootFields).toBe(1);
    expect(measure('fragment A on Viewer { id { id { id } } }').depth).toBe(3);
    expect(measure('query ($a: Int @x @y) @z { serverTime }').directives).toBe(3);
  });

  it('N1 a document is measured in time linear in its text, whatever its fragments unfold to', () => {
    const fragments = Array.from(
      { length: 1500 },
      (_, at) => `fragment F${at} on Viewer { ...F${at + 1} ...F${at + 1} }`,
    );
    const started = performance.now();
    const { cost: unfolded } = measure(
      `{ viewer { ...F0 } } ${fragments.join(' ')} fragment F1500 on Viewer { id }`,
    );
    expect(unfolded).toBe(Number.POSITIVE_INFINITY);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("a subscription's cost", () => {
  const limits = readConfig({}).operationLimits;

  it('N2 is fields × symbols × rate, where an unbounded rate counts as 10 a second', () => {
    expect(subscriptionCost({ cost: 4, topics: 100, minIntervalMs: 0 })).toBe(4000);
    expect(subscriptionCost({ cost: 4, topics: 100, minIntervalMs: 1000 })).toBe(400);
    expect(subscriptionCost({ cost: 4, topics: 100, minIntervalMs: 1 })).toBe(4000);
  });

  it('N2 says the figure, what it is made of, the limit and what to lower', () => {
    expect(() => checkSubscription({ cost: 30, topics: 1000, minIntervalMs: 0 }, limits)).toThrow(
      'The subscription costs 300,000 (30 fields × 1,000 symbols × 10 a second); at most 200,000 is allowed. Lower the number of fields, depth, the number of symbols, or delivery.maxPerSecond.',
    );
    expect(() => checkSubscription({ cost: 20, topics: 1000, minIntervalMs: 0 }, limits)).not.toThrow();
  });
});
