import type { SymbolKind, SymbolParts } from './symbol-parts.ts';

export type ChinaPrefix = 'SH' | 'SZ' | 'BJ';

const EXCHANGES: Readonly<Record<ChinaPrefix, string>> = { SH: 'SSE', SZ: 'SZSE', BJ: 'BSE' };

interface CodeRange {
  readonly codes: RegExp;
  /** the exchange whose securities bear these digits when nobody names one; undefined: every exchange's, under its prefix */
  readonly home: ChinaPrefix | undefined;
  readonly kind: SymbolKind;
  readonly only?: ChinaPrefix;
  readonly currency?: string;
}

/**
 * The numbering of the three exchanges, most special first. Indices share digits with stocks, so that their prefix stays.
 * Shanghai: https://www.sse.com.cn/lawandrules/ ("证券代码分配规则"); Shenzhen: "深圳证券交易所证券代码区间";
 * Beijing: 43, 83, 87 and 920.
 */
const RANGES: readonly CodeRange[] = [
  { codes: /^(?:000|93|95)/, home: undefined, kind: 'INDEX', only: 'SH' },
  { codes: /^(?:399|97|98)/, home: 'SZ', kind: 'INDEX' },
  { codes: /^899/, home: 'BJ', kind: 'INDEX' },
  { codes: /^(?:60|68)/, home: 'SH', kind: 'STOCK' },
  { codes: /^900/, home: 'SH', kind: 'STOCK', currency: 'USD' },
  { codes: /^5/, home: 'SH', kind: 'FUND' },
  { codes: /^(?:01|02|110|111|113|118|132|204)/, home: 'SH', kind: 'BOND' },
  { codes: /^7/, home: 'SH', kind: 'STOCK' },
  { codes: /^(?:00|30)/, home: 'SZ', kind: 'STOCK' },
  { codes: /^20[01]/, home: 'SZ', kind: 'STOCK', currency: 'HKD' },
  { codes: /^1[568]/, home: 'SZ', kind: 'FUND' },
  { codes: /^1[0123]/, home: 'SZ', kind: 'BOND' },
  { codes: /^(?:43|82|83|87|92)/, home: 'BJ', kind: 'STOCK' },
];

/**
 * A security or index of Shanghai, Shenzhen or Beijing.
 * @param code six digits, or eight of an ETF option
 * @param prefix the exchange that was named
 */
export function chinaSymbol(code: string, prefix?: ChinaPrefix): SymbolParts | undefined {
  if (/^[0-9]{8}$/.test(code)) return etfOption(code, prefix);
  if (!/^[0-9]{6}$/.test(code)) return undefined;
  const range = RANGES.find(
    ({ codes, only, home }) => codes.test(code) && (only ? prefix === only : !prefix || prefix === home),
  );
  const { home, kind = 'STOCK', currency = 'CNY' } = range ?? {};
  const at = prefix ?? home;
  // the prefix stays where the digits alone would be another listing
  const isBare = kind !== 'INDEX' && (prefix === undefined || prefix === home);
  return {
    symbol: isBare || !at ? code : `${at}.${code}`,
    kind,
    market: 'CN',
    exchange: at ? EXCHANGES[at] : null,
    currency,
  };
}

/** ETF options: eight digits that begin with 1 in Shanghai and with 9 in Shenzhen. */
function etfOption(code: string, prefix: ChinaPrefix | undefined): SymbolParts | undefined {
  if (!(prefix === 'SH' && code.startsWith('1')) && !(prefix === 'SZ' && code.startsWith('9')))
    return undefined;
  const exchange = EXCHANGES[prefix];
  return { symbol: `${prefix}.${code}`, kind: 'OPTION', market: 'CN', exchange, currency: 'CNY' };
}
