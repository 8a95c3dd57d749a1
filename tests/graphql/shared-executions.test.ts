import { type DocumentNode, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { eventProjection } from '../../src/fanout/payload/event-projection.ts';
import { analyseLiveOperation } from '../../src/graphql/live/live-operation.ts';
import { SharedExecutions } from '../../src/graphql/live/shared-executions.ts';
import { schema } from '../../src/graphql/schema/index.ts';

function untyped(text: string): { shared: string | undefined; isTyped: boolean } {
  const document: DocumentNode = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const { untypedText, keyText } = analyseLiveOperation(schema, document, '');
  return { shared: untypedText, isTyped: keyText !== untypedText };
}

describe('selections that differ in __typename only', () => {
  it('F17 share a key, as urql and Apollo Client send them', () => {
    const urql = untyped('subscription { orderBook(symbol: "A") { symbol bids { price size } } }');
    const apollo = untyped(
      'subscription { orderBook(symbol: "A") { symbol bids { price size __typename } __typename } }',
    );
    expect(urql.shared).toBeDefined();
    expect(apollo.shared).toBe(urql.shared);
    expect([urql.isTyped, apollo.isTyped]).toEqual([false, true]);
  });

  it.each([
    ['an alias', '{ orderBook(symbol: "A") { symbol type: __typename } }'],
    ['a directive', '{ orderBook(symbol: "A") { symbol __typename @include(if: true) } }'],
    ['nothing else selected', '{ orderBook(symbol: "A") { bids { __typename } } }'],
    ['another field under that name', '{ orderBook(symbol: "A") { __typename: symbol } }'],
    ['values of users', '{ roomMessages(roomId: "cm") { __typename message { metadata } } }'],
  ])('F17 share nothing with %s', (_what, text) => {
    expect(untyped(`subscription ${text}`).shared).toBeUndefined();
  });
});

/** An execution of a selection with or without `__typename`, and how often it ran. */
function selection(isTyped: boolean) {
  const ran: unknown[] = [];
  const execute = (payload: unknown): object => {
    ran.push(payload);
    const { n, errors } = payload as { n: number; errors?: true };
    const level = isTyped ? { price: '1', __typename: 'Level' } : { price: '1' };
    const book = { n, bids: [level, level], best: null, ...(isTyped && { __typename: 'Book' }) };
    return { data: { book }, ...(errors && { errors: [{ locations: isTyped ? 2 : 1 }] }) };
  };
  return { ran, execute };
}

describe('a shared execution', () => {
  it.each([
    ['the one with it', true],
    ['the one without it', false],
  ])(
    'F17 runs once per event, and each group has its own bytes, when %s comes first',
    (_name, typedFirst) => {
      const executions = new SharedExecutions();
      const [typed, plain] = [selection(true), selection(false)];
      const withIt = executions.open('k', true, typed.execute);
      const without = executions.open('k', false, plain.execute);
      for (let n = 0; n < 3; n += 1) {
        const payload = { n };
        const order = typedFirst ? [withIt, without] : [without, withIt];
        const results = new Map(order.map((one) => [one, JSON.stringify(one.execute(payload))]));
        expect(results.get(withIt)).toBe(JSON.stringify(selection(true).execute(payload)));
        expect(results.get(without)).toBe(JSON.stringify(selection(false).execute(payload)));
      }
      expect([typed.ran.length, plain.ran.length]).toEqual([3, 0]);
    },
  );

  it('F17 is each group’s own while the other kind has no group', () => {
    const executions = new SharedExecutions();
    const [typed, plain] = [selection(true), selection(false)];
    const withIt = executions.open('k', true, typed.execute);
    const without = executions.open('k', false, plain.execute);
    withIt.close();
    expect(JSON.stringify(without.execute({ n: 1 }))).not.toContain('__typename');
    expect([typed.ran.length, plain.ran.length]).toEqual([0, 1]);
    without.close();
    const again = executions.open('k', true, typed.execute);
    expect(JSON.stringify(again.execute({ n: 1 }))).toContain('__typename');
    again.close();
  });

  it('F17 leaves errors to each group, since they name places in its document', () => {
    const executions = new SharedExecutions();
    const [typed, plain] = [selection(true), selection(false)];
    const withIt = executions.open('k', true, typed.execute);
    const without = executions.open('k', false, plain.execute);
    const payload = { n: 1, errors: true };
    expect(without.execute(payload)).toEqual(selection(false).execute(payload));
    expect(withIt.execute(payload)).toEqual(selection(true).execute(payload));
  });

  it('F17 is for policies whose groups have the same payload of an event', () => {
    const event = { topic: 't', epoch: 'e', sequence: 1, payload: {} };
    expect(eventProjection.next(event)?.payload).toBe(event);
  });
});
