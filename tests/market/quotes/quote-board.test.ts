import { describe, expect, it } from 'vitest';
import { QuoteBoard } from '../../../src/market/quote-board.ts';

const at = (text: string): number => Date.parse(text);
const MORNING = at('2024-05-06T02:00:00Z');
const DAY = 86_400_000;

function setUp(symbol = '600519') {
  const board = new QuoteBoard(30_000);
  const trade = (price: string, time: number | null, { size = '100', now = time ?? MORNING } = {}) =>
    board.applyTrade(
      { symbol, price, size, turnover: String(Number(price) * Number(size)), exchangeTime: time },
      now,
    );
  return { board, trade, symbol };
}

describe('the quote board', () => {
  it("M11 makes the day's figures from trades, exactly", () => {
    const { trade } = setUp();
    trade('10.1', MORNING);
    trade('9.9', MORNING + 1, { size: '0.1' });
    expect(trade('10', MORNING + 2, { size: '0.2' })).toMatchObject({
      price: '10',
      open: '10.1',
      high: '10.1',
      low: '9.9',
      volume: '100.3',
      previousClose: null,
      change: null,
      exchangeTime: MORNING + 2,
    });
  });

  it.each([
    ['10.05', '10', '0.05', '0.50'],
    ['1.00005', '1', '0.00005', '0.01'],
    ['1.00004', '1', '0.00004', '0.00'],
    ['0.99999', '1', '-0.00001', '0.00'],
    ['0.99995', '1', '-0.00005', '-0.01'],
    ['7', '7.00', '0', '0.00'],
    ['5', '0', '5', null],
  ])(
    'says that %s after %s is a change of %s or %s percent',
    (price, previousClose, change, changePercent) => {
      const { board, symbol } = setUp();
      const quote = board.applyReport({ symbol, price, previousClose }, MORNING);
      expect(quote).toMatchObject({ change, changePercent });
    },
  );

  it('begins anew on the next trading day of the market, with the last price as previous close', () => {
    const { trade } = setUp();
    trade('10', at('2024-05-06T15:59:59Z'));
    expect(trade('11', at('2024-05-06T16:00:00Z'))).toMatchObject({
      open: '11',
      high: '11',
      low: '11',
      volume: '100',
      turnover: '1100',
      previousClose: '10',
      change: '1',
      changePercent: '10.00',
    });
  });

  it('M11 takes previous close from the feed where it tells one', () => {
    const { board, trade, symbol } = setUp();
    trade('10', MORNING);
    const report = { symbol, previousClose: '10.5', exchangeTime: MORNING + DAY };
    expect(board.applyReport(report, MORNING + DAY)).toMatchObject({ previousClose: '10.5', volume: null });
    expect(trade('10.5', MORNING + DAY + 1)).toMatchObject({ previousClose: '10.5', change: '0' });
  });

  it('M11 leaves alone what the feed gives of the day as the exchange’s own, until the next day', () => {
    const { board, trade, symbol } = setUp();
    const day = { open: '9', volume: '5000', turnover: '47000', high: '12', low: '8', authoritative: true };
    board.applyReport({ symbol, ...day, exchangeTime: MORNING }, MORNING);
    const quote = trade('13', MORNING + 1);
    expect(quote).toMatchObject({ price: '13', open: '9', volume: '5000', turnover: '47000', high: '12' });
    expect(trade('13', MORNING + DAY)).toMatchObject({ open: '13', volume: '100' });
  });

  it('is not moved by a late trade of a day that is over', () => {
    const { trade } = setUp();
    trade('10', MORNING);
    const before = trade('11', MORNING + DAY);
    expect(trade('99', MORNING - 1, { now: MORNING + DAY + 1 })).toBeUndefined();
    expect(trade('11', MORNING + DAY + 2)).toMatchObject({
      ...before,
      volume: '200',
      turnover: '2200',
      exchangeTime: MORNING + DAY + 2,
      receivedAt: MORNING + DAY + 2,
    });
  });

  it('counts a late trade of the day, but keeps the newest price', () => {
    const { trade } = setUp();
    trade('10', MORNING + 5);
    trade('11', MORNING + 9);
    expect(trade('8', MORNING + 1)).toMatchObject({
      price: '11',
      open: '8',
      low: '8',
      volume: '300',
      exchangeTime: MORNING + 9,
    });
  });

  it('follows a recording by its own days, also when quotes without time came first or come between', () => {
    const { board, trade, symbol } = setUp();
    const now = at('2026-11-23T00:00:00Z');
    board.applyReport({ symbol, price: '9', previousClose: '9' }, now);
    const first = at('2019-02-01T02:00:00Z');
    expect(trade('10', first, { now })).toMatchObject({ price: '10', volume: '100' });
    board.applyTop(symbol, '9', '11', null, now);
    board.applyReport({ symbol, ask: '12' }, now);
    expect(trade('11', first + 1, { now })).toMatchObject({ price: '11', volume: '200', ask: '12' });
    expect(trade('12', at('2019-02-11T02:00:00Z'), { now })).toMatchObject({
      volume: '100',
      previousClose: '11',
    });
  });

  it('recovers from one time that is far ahead', () => {
    const { trade } = setUp();
    trade('10', MORNING * 1000, { now: MORNING });
    expect(trade('11', MORNING + 2 * DAY)).toMatchObject({ price: '11', volume: '100', previousClose: '10' });
  });

  it('has nothing to tell when a report or the top of the book changes nothing', () => {
    const { board, symbol } = setUp();
    expect(board.applyReport({ symbol, price: '10', bid: '9' }, MORNING)).toBeDefined();
    expect(board.applyReport({ symbol, price: '10' }, MORNING + 1)).toBeUndefined();
    expect(board.applyTop(symbol, '9', '11', null, MORNING)).toMatchObject({
      bid: '9',
      ask: '11',
      price: '10',
    });
    expect(board.applyTop(symbol, '9', '11', MORNING, MORNING + 1)).toBeUndefined();
    expect(board.applyTop(symbol, null, '11', null, MORNING + 1)).toMatchObject({ bid: null });
  });

  it('never changes a state that it gave away', () => {
    const { trade } = setUp();
    const first = Object.freeze(trade('10', MORNING));
    trade('11', MORNING + 1);
    expect(first).toMatchObject({ price: '10', volume: '100' });
  });

  it('M10 turns stale once, and fresh with the next sign of life', () => {
    const { board, trade, symbol } = setUp();
    trade('10', MORNING);
    expect(board.sweep(MORNING + 30_000)).toEqual([]);
    expect(board.sweep(MORNING + 30_001)).toMatchObject([{ symbol, stale: true, receivedAt: MORNING }]);
    expect(board.sweep(MORNING + 60_000)).toEqual([]);
    expect(board.touch(symbol, MORNING + 61_000)).toMatchObject({ stale: false, price: '10' });
    expect(board.touch(symbol, MORNING + 80_000)).toBeUndefined();
    expect(board.sweep(MORNING + 100_000)).toEqual([]);
    expect(board.sweep(MORNING + 110_001)).toHaveLength(1);
    expect(board.applyReport({ symbol, price: '10' }, MORNING + 120_000)).toMatchObject({ stale: false });
  });
});
