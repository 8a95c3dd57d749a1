import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bookChecksum } from '../../../src/market/book/book-checksum.ts';
import type { BookLevel } from '../../../src/market/events/market-event.ts';
import { startServer, type TestServer } from '../../support/server.ts';

/**
 * Order books as exchanges send them, through `publishOrderBook`: what goes in, what is right, why, and where the rule
 * comes from.
 */
interface Row {
  readonly title: string;
  /** where the rule comes from */
  readonly rule: string;
  readonly symbol: string;
  readonly input: readonly BookInput[];
  readonly right: {
    readonly bids: readonly string[];
    readonly asks: readonly string[];
    readonly stale?: boolean;
    readonly crossed?: boolean;
  };
  /** of each input; absent: every one is taken */
  readonly outcomes?: readonly string[];
}

interface BookInput {
  readonly kind?: 'WHOLE' | 'CHANGES';
  readonly bids?: readonly BookLevel[];
  readonly asks?: readonly BookLevel[];
  readonly firstSequence?: number;
  readonly lastSequence?: number;
  readonly previousLastSequence?: number;
  readonly maxDepth?: number;
  readonly checksum?: number;
}

const at = (...prices: string[]): BookLevel[] => prices.map((price) => ({ price, size: '1.0' }));
const gone = (...prices: string[]): BookLevel[] => prices.map((price) => ({ price, size: '0' }));
const ten = Array.from({ length: 10 }, (_, i) => `${i + 1}.0`);
const KRAKEN = 'https://docs.kraken.com/exchange/guides/websockets/book-v2';
const FUTURES =
  'https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/How-to-manage-a-local-order-book-correctly';

const ROWS: readonly Row[] = [
  {
    title: 'M15 a level that falls out of a source of depth 10 is dropped without a change that says so',
    rule: KRAKEN,
    symbol: 'DEPTH/USD',
    input: [
      { bids: at('0.9'), asks: at(...ten), maxDepth: 10 },
      { kind: 'CHANGES', asks: at('2.5') },
      {
        kind: 'CHANGES',
        asks: [...gone('2.5'), ...at('11.0')],
        checksum: bookChecksum(at('0.9'), at(...ten.slice(0, 9), '11.0')),
      },
    ],
    right: { bids: ['0.9'], asks: [...ten.slice(0, 9), '11.0'] },
  },
  {
    title: 'M15 changes may say the depth, too',
    rule: KRAKEN,
    symbol: 'LATE/USD',
    input: [
      { bids: at('3', '2', '1'), asks: [] },
      { kind: 'CHANGES', bids: at('4'), maxDepth: 3 },
    ],
    right: { bids: ['4', '3', '2'], asks: [] },
  },
  {
    title:
      'M16 nothing is missing where the last message ended, although numbers between belong to other books',
    rule: FUTURES,
    symbol: 'SOL/USDT',
    input: [
      { bids: at('99'), asks: at('101'), lastSequence: 1000 },
      { kind: 'CHANGES', bids: at('98'), firstSequence: 990, lastSequence: 1005, previousLastSequence: 980 },
      {
        kind: 'CHANGES',
        bids: at('97'),
        firstSequence: 1020,
        lastSequence: 1030,
        previousLastSequence: 1005,
      },
      {
        kind: 'CHANGES',
        bids: at('96'),
        firstSequence: 1020,
        lastSequence: 1030,
        previousLastSequence: 1005,
      },
      {
        kind: 'CHANGES',
        bids: at('95'),
        firstSequence: 1050,
        lastSequence: 1061,
        previousLastSequence: 1030,
      },
    ],
    outcomes: ['1', '1', '1', '0', '1'],
    right: { bids: ['99', '98', '97', '95'], asks: ['101'] },
  },
  {
    title: 'M16 a message whose predecessor never came leaves a gap, however its first number looks',
    rule: FUTURES,
    symbol: 'ADA/USDT',
    input: [
      { bids: at('99'), asks: at('101'), lastSequence: 1000 },
      {
        kind: 'CHANGES',
        bids: at('98'),
        firstSequence: 1001,
        lastSequence: 1005,
        previousLastSequence: 1002,
      },
    ],
    outcomes: ['1', 'gap'],
    right: { bids: ['99'], asks: ['101'], stale: true },
  },
  {
    title: 'M16 a source that numbers anew and names the number before continues',
    rule: 'https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel',
    symbol: 'OKB/USDT',
    input: [
      { bids: at('9'), asks: at('10'), lastSequence: 900 },
      { kind: 'CHANGES', bids: at('8'), lastSequence: 900, previousLastSequence: 900 },
      { kind: 'CHANGES', bids: at('7'), lastSequence: 3, previousLastSequence: 900 },
      { kind: 'CHANGES', bids: at('6'), lastSequence: 5, previousLastSequence: 3 },
    ],
    right: { bids: ['9', '8', '7', '6'], asks: ['10'] },
  },
  {
    title: 'M17 a book whose best bid is above its best ask is marked as crossed',
    rule: 'continuous trading matches such orders at once',
    symbol: 'CROSS/USD',
    input: [{ bids: at('3'), asks: at('2') }],
    right: { bids: ['3'], asks: ['2'], crossed: true },
  },
  {
    title: 'M17 so is a locked one, also when the two texts differ, and the mark goes with the cause',
    rule: 'continuous trading matches such orders at once',
    symbol: 'LOCK/USD',
    input: [{ bids: at('2.0'), asks: at('2.00') }],
    right: { bids: ['2.0'], asks: ['2.00'], crossed: true },
  },
  {
    title: 'M17 one that was uncrossed by a change is not marked, nor is one with an empty side',
    rule: 'continuous trading matches such orders at once',
    symbol: 'MEND/USD',
    input: [
      { bids: at('3', '1'), asks: at('2') },
      { kind: 'CHANGES', bids: gone('3'), asks: gone('2') },
    ],
    right: { bids: ['1'], asks: [], crossed: false },
  },
];

describe('order books as the world sends them', () => {
  let server: TestServer;
  let token: string;
  beforeAll(async () => {
    server = await startServer();
    token = await server.token('feed', 'PUBLISHER');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const publish = async (symbol: string, input: BookInput): Promise<string> => {
    const { data, errors } = await server.post(
      'mutation ($input: OrderBookInput!) { publishOrderBook(input: $input) { accepted } }',
      { input: { symbol, bids: [], asks: [], ...input } },
      token,
    );
    const accepted = (data as { publishOrderBook: { accepted: number } } | null)?.publishOrderBook.accepted;
    return String(errors?.[0]?.extensions?.reason ?? errors?.[0]?.message ?? accepted);
  };

  it.each(ROWS)('$title', async ({ symbol, input, right, outcomes }) => {
    const seen: string[] = [];
    for (const one of input) seen.push(await publish(symbol, one));
    expect(seen).toEqual(outcomes ?? input.map(() => '1'));
    const { data } = await server.post(
      'query ($symbol: Symbol!) { orderBook(symbol: $symbol, depth: 100) { bids { price } asks { price } stale crossed } }',
      { symbol },
    );
    const { orderBook } = data as {
      orderBook: { bids: BookLevel[]; asks: BookLevel[]; stale: boolean; crossed: boolean };
    };
    expect({
      bids: orderBook.bids.map(({ price }) => price),
      asks: orderBook.asks.map(({ price }) => price),
      stale: orderBook.stale,
      crossed: orderBook.crossed,
    }).toEqual({ stale: false, crossed: false, ...right });
  });

  it('M17 snapshots and deltas carry the mark', async () => {
    const symbol = 'WIRE/USD';
    await publish(symbol, { bids: at('3'), asks: at('2') });
    const updates = server.client().iterate<{ orderBookChanges: { __typename: string; crossed: boolean } }>({
      query: `subscription { orderBookChanges(symbol: "${symbol}") {
        __typename ... on OrderBookSnapshot { crossed } ... on OrderBookDelta { crossed }
      } }`,
    });
    const next = async () => (await updates.next()).value?.data?.orderBookChanges;
    expect(await next()).toEqual({ __typename: 'OrderBookSnapshot', crossed: true });
    await publish(symbol, { kind: 'CHANGES', bids: gone('3') });
    expect(await next()).toEqual({ __typename: 'OrderBookDelta', crossed: false });
    await updates.return?.();
  });

  it('M15 M16 numbers that cannot be are refused with what they must be', async () => {
    const refused = (input: BookInput) => publish('BAD/USD', input);
    expect(await refused({ maxDepth: 0 })).toBe(
      'maxDepth of BAD/USD is 0: it must be 1 to 5000 levels a side, or absent for all.',
    );
    expect(await refused({ maxDepth: 5001 })).toContain('maxDepth of BAD/USD is 5001');
    expect(await refused({ kind: 'CHANGES', firstSequence: 10, lastSequence: 7 })).toBe(
      'firstSequence of BAD/USD is 10, after its lastSequence 7: exchange them.',
    );
  });
});
