import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renamedTopic } from '../../../src/market/events/topics.ts';
import { marketOf, parseSymbol, resolveSymbol } from '../../../src/market/symbols/symbol.ts';
import { REFUSED, SPELLINGS } from '../world/spellings.ts';

describe('symbols', () => {
  it.each(SPELLINGS)(
    'M1 %s (%s of %s) is one instrument in every spelling',
    (symbol, kind, market, spellings) => {
      expect(resolveSymbol(symbol)).toMatchObject({ symbol, kind, market });
      expect(spellings.map(parseSymbol)).toEqual(spellings.map(() => symbol));
      expect(marketOf(symbol)).toBe(market);
    },
  );

  it.each(REFUSED)(
    'M1 %j is refused by the rule of "%s", and the nearest is %s',
    (text, rule, suggestion) => {
      expect(() => parseSymbol(text)).toThrow(
        expect.objectContaining({
          code: 'INVALID_SYMBOL',
          message: expect.stringMatching(new RegExp(`${rule}.*${suggestion ?? '"600519"'}`)),
          details: suggestion === undefined ? {} : { suggestion },
        }),
      );
    },
  );

  it('M1 what was a symbol before there was one spelling is one still', () => {
    const before = fc.oneof(
      ...[
        /^[0-9]{6}$/,
        /^(?:SH|SZ|BJ)\.[0-9]{6}$/,
        /^HK\.[0-9]{5}$/,
        /^US\.[A-Z]{1,6}(?:[.-][A-Z]{1,2})?$/,
        /^[A-Z]{1,6}(?:\.[A-Z])?$/,
        /^[A-Z0-9]{1,15}\/[A-Z0-9]{2,10}$/,
      ].map((form) => fc.stringMatching(form)),
    );
    fc.assert(
      fc.property(before, (text) => {
        fc.pre(new Set(text.replace('XBT', 'BTC').split('/')).size === text.split('/').length);
        expect(resolveSymbol(text)).toBeDefined();
      }),
      { seed: 15, numRuns: 2000 },
    );
  });

  it('M1 a canonical symbol is its own canonical symbol, and no text makes the parser fail', () => {
    const parts = [
      'SH',
      'HK',
      'US',
      '.',
      '-',
      '/',
      ':',
      '_',
      '6',
      '00',
      '2501',
      'rb',
      'BTC',
      'USDT',
      'P',
      'PERP',
      '币',
      ' ',
      '^',
    ];
    const text = fc.oneof(
      fc.array(fc.constantFrom(...parts), { maxLength: 7 }).map((some) => some.join('')),
      fc.string({ unit: 'binary', maxLength: 80 }),
    );
    fc.assert(
      fc.property(text, (written) => {
        const symbol = resolveSymbol(written)?.symbol;
        if (symbol !== undefined) expect(resolveSymbol(symbol)?.symbol).toBe(symbol);
        else expect(() => parseSymbol(written)).toThrow(expect.objectContaining({ code: 'INVALID_SYMBOL' }));
      }),
      { seed: 15, numRuns: 20_000 },
    );
  });

  it('M1 what is suggested is a symbol', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (written) => {
        try {
          parseSymbol(written);
        } catch (error) {
          const { suggestion } = (error as { details: { suggestion?: string } }).details;
          if (suggestion !== undefined) expect(parseSymbol(suggestion)).toBe(suggestion);
        }
      }),
      { seed: 15, numRuns: 5000 },
    );
  });

  it('M1 a topic of an older spelling is known to have a new name', () => {
    expect(renamedTopic('trade:SH.600519')).toBe('trade:600519');
    expect(renamedTopic('trade:BTC/USDT:USDT')).toBe('trade:BTC/USDT:USDT');
    expect(renamedTopic('room:600519')).toBe('room:600519');
  });
});
