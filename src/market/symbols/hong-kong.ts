import { isDate, isMonth, type SymbolKind, type SymbolParts } from './symbol-parts.ts';

/** Indices under their names, and under the numbers that Futu's interface gives them. */
const INDICES: Readonly<Record<string, string>> = {
  HSI: '800000',
  HSCE: '800100',
  HSCEI: '800100',
  HSTECH: '800700',
};

const FUTURE = /^([A-Z]{3})(MAIN|CURRENT|NEXT|[0-9]{2}([0-9]{2}))$/;
const OPTION = /^[A-Z]{2,6}([0-9]{6})[CP][0-9]{1,9}$/;

const symbolOf = (body: string, kind: SymbolKind, currency = 'HKD', product?: string): SymbolParts => ({
  symbol: `HK.${body}`,
  kind,
  market: 'HK',
  exchange: 'HKEX',
  currency,
  ...(product && { product }),
});

/**
 * A security of Hong Kong by its code of one to five digits, an index (`800000`, `HSI`), a future (`HSImain`, `HSI2512`)
 * or an option.
 * @param text in capitals, without the market
 */
export function hongKongSymbol(text: string): SymbolParts | undefined {
  if (/^[0-9]{1,5}$/.test(text)) {
    const code = text.padStart(5, '0');
    // counters in renminbi: https://www.hkex.com.hk, "Stock Code Allocation Plan"
    const currency = code.startsWith('8') ? 'CNY' : 'HKD';
    return symbolOf(code, kindOf(Number(code)), currency);
  }
  if (/^8[0-9]{5}$/.test(text)) return symbolOf(text, 'INDEX');
  const index = INDICES[text];
  if (index) return symbolOf(index, 'INDEX');
  const [, product = '', term = '', month] = FUTURE.exec(text) ?? [];
  if (product && (month === undefined || isMonth(month))) {
    return symbolOf(product + term.toLowerCase(), 'FUTURE', 'HKD', product);
  }
  const expiry = OPTION.exec(text)?.[1];
  return expiry && isDate(expiry) ? symbolOf(text, 'OPTION') : undefined;
}

/** Exchange traded funds have codes of their own: https://www.hkex.com.hk, "Stock Code Allocation Plan". */
const kindOf = (code: number): SymbolKind =>
  (code >= 2800 && code <= 2849) || (code >= 3000 && code <= 3199) ? 'FUND' : 'STOCK';
