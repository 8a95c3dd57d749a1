import { describe, expect, it } from 'vitest';
import type { InstrumentListing } from '../../../src/market/instruments/instrument-listing.ts';
import { Instruments } from '../../../src/market/instruments/instruments.ts';

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

  it('M28 puts what the text is a spelling of first, and looks into names of every language', () => {
    const instruments = listed();
    instruments.add({ symbol: 'HK.00700', name: 'Tencent', names: { 'zh-Hans': '腾讯控股' } });
    instruments.add({ symbol: 'SH.000001', name: 'SSE Composite' });
    instruments.add({ symbol: '000001', name: 'Ping An Bank' });
    const found = (text: string) => instruments.search(text).map(({ symbol }) => symbol);
    expect(found('0700.hk')).toEqual(['HK.00700']);
    expect(found('腾讯')).toEqual(['HK.00700']);
    expect(found('sz000001')).toEqual(['000001']);
    expect(found('000001.SS')).toEqual(['SH.000001']);
    expect(found('000001')).toEqual(['000001', 'SH.000001']);
    expect(found('ＡＡＰＬ')).toEqual(['AAPL']);
  });

  it('M28 tells only what is new, and keeps what a report leaves out', () => {
    const told: InstrumentListing[] = [];
    const instruments = new Instruments((listing) => told.push(listing));
    instruments.add({ symbol: 'AAPL', name: 'AAPL' });
    instruments.add({ symbol: 'AAPL', name: 'Apple', lotSize: '1', names: { en: 'Apple' } });
    instruments.add({ symbol: 'AAPL', name: 'AAPL' });
    instruments.add({ symbol: 'AAPL', lotSize: '1' });
    instruments.add({ symbol: 'AAPL', lotSize: null, tickSize: '0.01' });
    const known = { symbol: 'AAPL', name: 'Apple', names: { en: 'Apple' } };
    expect(told).toEqual([
      { symbol: 'AAPL', name: 'AAPL' },
      { ...known, lotSize: '1' },
      { ...known, tickSize: '0.01' },
    ]);
  });

  it('has one listing a symbol, with the newest name', () => {
    const instruments = listed();
    instruments.add({ symbol: 'AAPL', name: 'Apple Inc.' });
    expect(instruments.get('AAPL')?.name).toBe('Apple Inc.');
    expect(instruments.search()).toHaveLength(6);
    expect(instruments.get('NONE')).toBeUndefined();
  });
});
