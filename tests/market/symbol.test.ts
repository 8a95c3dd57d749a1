import { describe, expect, it } from 'vitest';
import { marketOf, parseSymbol } from '../../src/market/symbol.ts';

describe('symbols', () => {
  it.each([
    ['600519', 'CN'],
    ['SH.600519', 'CN'],
    ['SZ.000001', 'CN'],
    ['BJ.430047', 'CN'],
    ['HK.00700', 'HK'],
    ['AAPL', 'US'],
    ['BRK.B', 'US'],
    ['US.AAPL', 'US'],
    ['BTC/USDT', 'CRYPTO'],
    ['1INCH/USD', 'CRYPTO'],
  ])('M1 %s is of %s', (symbol, market) => {
    expect(marketOf(symbol)).toBe(market);
    expect(parseSymbol(symbol)).toBe(symbol);
  });

  it.each([
    '',
    'aapl',
    '60051',
    '6005190',
    'HK.700',
    'XX.600519',
    'BTC/',
    '/USDT',
    'AAPL ',
    'AAPL\n',
    7,
    null,
  ])('M1 %j is INVALID_SYMBOL and is told what is accepted', (text) => {
    expect(() => parseSymbol(text)).toThrow(
      expect.objectContaining({ code: 'INVALID_SYMBOL', message: expect.stringContaining('"600519"') }),
    );
  });
});
