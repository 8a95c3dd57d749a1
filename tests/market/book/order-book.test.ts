import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import { anyChanges, NaiveBook } from './book-model.ts';

const level = (price: string, size = '1') => ({ price, size });

describe('an order book', () => {
  it('M3 has the top N of a naive book under any order of updates, whole or changes', () => {
    fc.assert(
      fc.property(
        anyChanges,
        fc.array(
          fc.record({ changes: anyChanges, whole: fc.integer({ min: 0, max: 9 }).map((n) => n === 0) }),
        ),
        fc.integer({ min: 1, max: 12 }),
        fc.option(fc.integer({ min: 1, max: 8 })),
        (first, steps, depth, maxDepth) => {
          const book = new OrderBook('BTC/USDT');
          const model = new NaiveBook();
          book.applyWhole(first.bids, first.asks, maxDepth);
          model.replace(first);
          if (maxDepth) model.cut(maxDepth);
          for (const { changes, whole } of steps) {
            if (whole) {
              book.applyWhole(changes.bids, changes.asks, maxDepth);
              model.replace(changes);
            } else {
              book.applyChanges(changes.bids, changes.asks);
              model.apply(changes);
            }
            if (maxDepth) model.cut(maxDepth);
            expect(book.top(depth)).toEqual(model.top(depth));
            expect(book.bestBid).toEqual(model.top(1).bids[0]);
            expect(book.bestAsk).toEqual(model.top(1).asks[0]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('M2 M3 takes prices of equal value for one level and keeps the newest text', () => {
    const book = new OrderBook('AAPL');
    book.applyWhole([level('1.0'), level('0.9')], []);
    book.applyChanges([level('1.00', '7')], []);
    expect(book.top(5).bids).toEqual([level('1.00', '7'), level('0.9')]);
    book.applyChanges([level('1', '0.00')], []);
    expect(book.top(5).bids).toEqual([level('0.9')]);
  });

  it('M2 keeps apart prices that one double cannot', () => {
    const book = new OrderBook('BTC/USDT');
    const [low, high] = ['0.10000000000000000000001', '0.10000000000000000000002'];
    book.applyWhole([level(low), level(high)], [level(high), level(low)]);
    expect(book.top(5).bids.map(({ price }) => price)).toEqual([high, low]);
    expect(book.top(5).asks.map(({ price }) => price)).toEqual([low, high]);
    book.applyChanges([level(high, '0')], [level(low, '0')]);
    expect(book.top(5)).toEqual({ bids: [level(low)], asks: [level(high)] });
  });

  it('M3 is cut after each set of changes, not within it, and says what fell out', () => {
    const book = new OrderBook('BTC/USDT');
    book.applyWhole([level('10'), level('9'), level('8')], [], 2);
    expect(book.top(9).bids).toEqual([level('10'), level('9')]);
    expect(book.applyChanges([level('11')], [])).toEqual({ bids: [level('9')], asks: [] });
    expect(book.applyChanges([level('12'), level('11', '0')], [])).toEqual({ bids: [], asks: [] });
    expect(book.top(9).bids).toEqual([level('12'), level('10')]);
  });

  it('M2 computes spread and mid exactly, and none when a side is empty', () => {
    const book = new OrderBook('BTC/USDT');
    expect([book.spread(), book.mid()]).toEqual([null, null]);
    book.applyWhole([level('0.1')], []);
    expect([book.spread(), book.mid()]).toEqual([null, null]);
    book.applyChanges([], [level('0.30000000000000000000001')]);
    expect([book.spread(), book.mid()]).toEqual(['0.20000000000000000000001', '0.200000000000000000000005']);
    book.applyChanges([level('0.4')], []);
    expect(book.spread()).toBe('-0.09999999999999999999999');
  });

  it('hands out tops that later changes do not touch', () => {
    const book = new OrderBook('AAPL');
    book.applyWhole([level('2'), level('1')], []);
    const before = book.top(2);
    book.applyChanges([level('2', '5'), level('1', '0')], []);
    expect(before.bids).toEqual([level('2'), level('1')]);
  });
});
