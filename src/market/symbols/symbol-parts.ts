/** Whose trading day, calendar and fund-flow thresholds an instrument follows. */
export type MarketCode = 'CN' | 'HK' | 'US' | 'CRYPTO' | 'FX';

export const SYMBOL_KINDS = [
  'STOCK',
  'INDEX',
  'FUND',
  'BOND',
  'FUTURE',
  'OPTION',
  'PERPETUAL',
  'SPOT',
  'FX',
] as const;
/** What a symbol stands for, as far as its spelling says. */
export type SymbolKind = (typeof SYMBOL_KINDS)[number];

/** What a symbol says of its instrument. */
export interface SymbolParts {
  /** the canonical spelling: the one address of the instrument */
  readonly symbol: string;
  readonly kind: SymbolKind;
  readonly market: MarketCode;
  /** SSE, SZSE, BSE, HKEX, SHFE, INE, DCE, CZCE, CFFEX or GFEX; null where the spelling does not say it */
  readonly exchange: string | null;
  /** ISO 4217 code, or the quote coin of a pair; null where the spelling does not say it */
  readonly currency: string | null;
  /** of a futures contract or its option: the product as its exchange writes it, such as `rb` */
  readonly product?: string;
}

/** Whether YYMMDD is a day of the calendar. */
export function isDate(text: string): boolean {
  const [year, month, day] = [text.slice(0, 2), text.slice(2, 4), text.slice(4, 6)];
  const date = new Date(Date.UTC(2000 + Number(year), Number(month) - 1, Number(day)));
  return date.toISOString().slice(2, 10) === `${year}-${month}-${day}`;
}

/** Whether MM is a month. */
export const isMonth = (text: string): boolean => /^(?:0[1-9]|1[0-2])$/.test(text);
