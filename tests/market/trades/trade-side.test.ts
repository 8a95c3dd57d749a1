import { describe, expect, it } from 'vitest';
import { TradeSides } from '../../../src/market/events/trade-side.ts';

const decideAll = (prices: string[]) => {
  const sides = new TradeSides();
  return prices.map((price) => sides.decide('AAPL', price, null));
};

describe('the tick rule', () => {
  it('M6 is BUY above the last price, SELL below, and at it as the last move was', () => {
    expect(decideAll(['10', '10.01', '10.01', '10.010', '9.99', '9.99', '10'])).toEqual([
      'NEUTRAL',
      'BUY',
      'BUY',
      'BUY',
      'SELL',
      'SELL',
      'BUY',
    ]);
  });

  it('M6 is NEUTRAL until the price has moved', () => {
    expect(decideAll(['10', '10', '10.0'])).toEqual(['NEUTRAL', 'NEUTRAL', 'NEUTRAL']);
  });

  it('M6 keeps a given side, NEUTRAL included, and learns only the price from it', () => {
    const sides = new TradeSides();
    expect(sides.decide('AAPL', '10', 'SELL')).toBe('SELL');
    expect(sides.decide('AAPL', '11', 'SELL')).toBe('SELL');
    expect(sides.decide('AAPL', '11', undefined)).toBe('BUY');
    expect(sides.decide('AAPL', '12', 'NEUTRAL')).toBe('NEUTRAL');
    expect(sides.decide('AAPL', '11.5', null)).toBe('SELL');
  });

  it('M6 knows each symbol for itself', () => {
    const sides = new TradeSides();
    sides.decide('AAPL', '10', null);
    expect(sides.decide('MSFT', '11', null)).toBe('NEUTRAL');
  });
});
