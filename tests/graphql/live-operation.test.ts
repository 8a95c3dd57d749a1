import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { analyseLiveOperation } from '../../src/graphql/live/live-operation.ts';
import { schema } from '../../src/graphql/schema/index.ts';

function analyse(text: string, name = '') {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  return analyseLiveOperation(schema, document, name);
}
const key = (text: string, name?: string) => analyse(text, name).keyText;

describe('the group key', () => {
  const plain = key('subscription { streamData(symbols: ["AAPL"]) { price } }');

  it.each([
    ['another symbol', 'subscription { streamData(symbols: ["MSFT", "AAPL"]) { price } }', ''],
    ['an operation name', 'subscription Named { streamData(symbols: ["AAPL"]) { price } }', 'Named'],
    ['symbols as a variable', 'subscription ($s: [Symbol!]!) { streamData(symbols: $s) { price } }', ''],
    [
      'delivery',
      'subscription ($d: DeliveryInput) { streamData(symbols: ["AAPL"], delivery: $d) { price } }',
      '',
    ],
    ['white space and comments', 'subscription   {streamData(symbols:["AAPL"]){\n#hi\n price,}}', ''],
    [
      'another operation and its fragment',
      'subscription A { streamData(symbols: ["AAPL"]) { price } } query B { quote(symbol: "A") { ...F } } fragment F on Quote { volume }',
      'A',
    ],
  ])('F2 is the same with %s', (_what, text, name) => {
    expect(key(text, name)).toBe(plain);
  });

  it.each([
    ['another field', 'subscription { streamData(symbols: ["AAPL"]) { volume } }'],
    ['an alias', 'subscription { streamData(symbols: ["AAPL"]) { p: price } }'],
    ['an alias of the root field', 'subscription { x: streamData(symbols: ["AAPL"]) { price } }'],
  ])('F1 differs with %s', (_what, text) => {
    expect(key(text)).not.toBe(plain);
  });

  it('F2 names the variables that can change the result, and no others', () => {
    const { keyVariables } = analyse(
      'subscription ($s: [Symbol!]!, $v: Boolean!, $d: DeliveryInput) { streamData(symbols: $s, delivery: $d) { price volume @include(if: $v) } }',
    );
    expect(keyVariables).toEqual(['v']);
    expect(
      analyse('subscription ($s: Symbol!, $n: Int) { orderBook(symbol: $s, depth: $n) { sequence } }')
        .keyVariables,
    ).toEqual(['n']);
  });

  it('F2 finds the root field inside a fragment', () => {
    const { rootField, keyText } = analyse(
      'subscription { ...Root } fragment Root on Subscription { streamData(symbols: ["AAPL"]) { price } }',
    );
    expect(rootField.name.value).toBe('streamData');
    expect(keyText).not.toContain('AAPL');
  });
});

describe('the schema', () => {
  it('F9 has a live source for every subscription field', () => {
    for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
      expect(field.extensions['tickroom.live'], field.name).toBeDefined();
    }
  });
});
