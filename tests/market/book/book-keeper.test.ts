import { describe, expect, it } from 'vitest';
import { BOOK_WHOLE_EVERY, BookKeeper } from '../../../src/market/book/book-keeper.ts';
import type { BookState } from '../../../src/market/events/market-state.ts';

const level = (price: string, size = '1') => ({ price, size });

function setUp() {
  const published: BookState[] = [];
  const tops: unknown[] = [];
  const keeper = new BookKeeper({
    writer: 'me',
    publish: (topic, state) => {
      expect(topic).toBe(`book:${state.symbol}`);
      published.push(state);
    },
    now: () => 1_700_000_000_000,
    onTop: (...top) => tops.push(top),
  });
  const whole = (sourceSequence: number | null = null) =>
    keeper.accept({ symbol: 'AAPL', bids: [level('9')], asks: [level('11')], sourceSequence });
  const change = (first: number | null, last: number | null, size = '5') =>
    keeper.acceptChanges({
      symbol: 'AAPL',
      bids: [level('9', size)],
      asks: [],
      firstSourceSequence: first,
      lastSourceSequence: last,
    });
  const kinds = () => published.map(({ kind }) => kind);
  return { keeper, published, tops, whole, change, kinds };
}

describe('the book keeper', () => {
  it('knows no changes before a whole book', () => {
    const { change, published } = setUp();
    expect(change(1, 1)).toBe('unknown');
    expect(published).toEqual([]);
  });

  it('M4 joins changes to the snapshot as Binance demands: U <= lastUpdateId + 1 <= u', () => {
    const { whole, change, kinds } = setUp();
    whole(100);
    expect(change(95, 99)).toBe('outdated');
    expect(change(98, 100)).toBe('outdated');
    expect(change(99, 103)).toBe('applied');
    expect(change(104, 104)).toBe('applied');
    expect(change(103, 104)).toBe('outdated');
    expect(kinds()).toEqual(['whole', 'changes', 'changes']);
  });

  it('M4 tells a gap once and refuses changes until a whole book comes', () => {
    const { whole, change, kinds, published } = setUp();
    whole(100);
    expect(change(102, 103)).toBe('gap');
    expect(change(101, 104)).toBe('gap');
    expect(kinds()).toEqual(['whole', 'stale']);
    expect(published[1]).toMatchObject({ symbol: 'AAPL', reason: 'gap', receivedAt: 1_700_000_000_000 });
    whole(110);
    expect(change(111, 111)).toBe('applied');
    expect(kinds()).toEqual(['whole', 'stale', 'whole', 'changes']);
  });

  it('applies changes of sources without sequences, and adopts a numbering that begins later', () => {
    const { whole, change } = setUp();
    whole();
    expect(change(null, null)).toBe('applied');
    expect(change(7, 8)).toBe('applied');
    expect(change(10, 10)).toBe('gap');
  });

  it('M5 finds a wrong checksum, publishes none of those changes, and refuses more', () => {
    const { keeper, whole, kinds, published } = setUp();
    whole();
    const report = { symbol: 'AAPL', bids: [level('9', '2')], asks: [], checksum: 1 };
    expect(keeper.acceptChanges(report)).toBe('checksum');
    expect(keeper.acceptChanges({ ...report, checksum: null })).toBe('checksum');
    expect(kinds()).toEqual(['whole', 'stale']);
    expect(published[1]).toMatchObject({ reason: 'checksum' });
    whole();
    expect(keeper.acceptChanges({ ...report, checksum: null })).toBe('applied');
  });

  it('publishes a whole book at least every 500 events', () => {
    const { whole, change, kinds, published } = setUp();
    whole(0);
    for (let n = 1; n <= 2 * BOOK_WHOLE_EVERY; n += 1) change(n, n, String(n));
    const wholes = kinds().flatMap((kind, index) => (kind === 'whole' ? [index] : []));
    expect(wholes).toEqual([0, BOOK_WHOLE_EVERY, 2 * BOOK_WHOLE_EVERY]);
    expect(published[BOOK_WHOLE_EVERY]).toMatchObject({ bids: [level('9', '500')], asks: [level('11')] });
  });

  it('tells readers what fell beyond the depth of the book', () => {
    const { keeper, published } = setUp();
    keeper.accept({ symbol: 'AAPL', bids: [level('9'), level('8')], asks: [], maxDepth: 2 });
    keeper.acceptChanges({ symbol: 'AAPL', bids: [level('10')], asks: [] });
    expect(published[1]).toMatchObject({ bids: [level('10'), level('8', '0')], asks: [] });
  });

  it('tells the best prices when they are others', () => {
    const { keeper, whole, change, tops } = setUp();
    whole();
    change(null, null);
    keeper.acceptChanges({ symbol: 'AAPL', bids: [], asks: [level('11', '0')], exchangeTime: 5 });
    keeper.acceptChanges({ symbol: 'AAPL', bids: [level('12')], asks: [level('10')] });
    expect(tops).toEqual([
      ['AAPL', '9', '11', null],
      ['AAPL', '9', null, 5],
      ['AAPL', '12', '10', null],
    ]);
  });

  it('X2 publishes the whole book after an event that does not follow the last one', () => {
    const { keeper, whole, change, kinds } = setUp();
    const at = (epoch: string, sequence: number) =>
      keeper.published('AAPL', { topic: 'book:AAPL', epoch, sequence, payload: {} });
    whole(10);
    at('e', 1);
    change(11, 11);
    at('e', 2);
    expect(kinds()).toEqual(['whole', 'changes']);
    // somebody else wrote
    change(12, 12);
    at('e', 4);
    expect(kinds()).toEqual(['whole', 'changes', 'changes', 'whole']);
    at('e', 5);
    // the bus lost its memory
    change(13, 13);
    at('f', 1);
    expect(kinds().slice(4)).toEqual(['changes', 'whole']);
    at('f', 2);
    expect(kinds().length).toBe(6);
  });

  it('X4 a book of another instance is stale until its source gives it whole', () => {
    const { keeper, whole, change, kinds, published } = setUp();
    keeper.suspend('AAPL');
    keeper.suspend('AAPL');
    expect(published).toMatchObject([{ kind: 'stale', reason: 'takeover' }]);
    expect(change(1, 1)).toBe('gap');
    whole(10);
    expect(change(11, 11)).toBe('applied');
    expect(kinds()).toEqual(['stale', 'whole', 'changes']);
  });

  it('X5 publishes every book again as it is when readers may have missed something', () => {
    const { keeper, whole, change, kinds } = setUp();
    whole(10);
    keeper.publishAgain();
    change(20, 20);
    keeper.publishAgain();
    expect(kinds()).toEqual(['whole', 'whole', 'stale', 'stale']);
  });
});
