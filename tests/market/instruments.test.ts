import { describe, expect, it } from 'vitest';
import { Instruments } from '../../src/market/instruments.ts';

function listed(): Instruments {
  const instruments = new Instruments();
  for (const [symbol, name] of [
    ['MSFT', 'Microsoft'],
    ['AAPL', 'Apple'],
    ['600519', '贵州茅台'],
    ['TAP', 'Molson Coors'],
    ['APA', 'APA Corporation'],
    ['SNAP', 'Snap'],
  ] as const) {
    instruments.add({ symbol, name });
  }
  return instruments;
}
const symbols = (text?: string): string[] =>
  listed()
    .search(text)
    .map(({ symbol }) => symbol);

describe('the search for instruments', () => {
  it('puts what starts with the text before what holds it, each by symbol', () => {
    expect(symbols('ap')).toEqual(['APA', 'AAPL', 'SNAP', 'TAP']);
    expect(symbols('A')).toEqual(['AAPL', 'APA', 'SNAP', 'TAP']);
    expect(symbols('茅台')).toEqual(['600519']);
    expect(symbols('MICRO')).toEqual(['MSFT']);
    expect(symbols('no such')).toEqual([]);
  });

  it('lists all by symbol without a text', () => {
    const all = ['600519', 'AAPL', 'APA', 'MSFT', 'SNAP', 'TAP'];
    expect([symbols(), symbols(''), symbols('  ')]).toEqual([all, all, all]);
  });

  it('has one listing a symbol, with the newest name', () => {
    const instruments = listed();
    instruments.add({ symbol: 'AAPL', name: 'Apple Inc.' });
    expect(instruments.get('AAPL')?.name).toBe('Apple Inc.');
    expect(instruments.search()).toHaveLength(6);
    expect(instruments.get('NONE')).toBeUndefined();
  });
});
