import { pairSymbol } from './pairs.ts';
import { isDate, isMonth, type SymbolKind, type SymbolParts } from './symbol-parts.ts';
import { fromMonthCode } from './us-futures.ts';

/** Indices under the names that Yahoo gives them. */
const YAHOO_INDICES: Readonly<Record<string, string>> = { GSPC: 'SPX' };
/** What Yahoo writes after the dash, and the exchanges after the point. */
const SUFFIXES: Readonly<Record<string, string>> = { WT: 'WS', UN: 'U', RI: 'RT' };

const PREFERRED = /^([A-Z]{1,6})(?:[./ -]PR[.-]?|\^|-P)([A-Z])$/;
const CLASS = /^([A-Z]{1,6})[./ -]([A-Z]{1,2})$/;
/** of two letters: warrants, units, rights, when issued. Others are taken after `US.` only. */
const KNOWN_SUFFIX = /^(?:[A-Z]|WS|RT|WI|CL)$/;
// https://www.theocc.com: root, date of expiry, right, strike in thousandths
const OPTION = /^([A-Z]{1,5}[0-9]?) *([0-9]{6})([CP])([0-9]{1,8})$/;
const FUTURE = /^([A-Z0-9]{1,3}?)(MAIN|[0-9]{2}([0-9]{2}))$/;

const symbolOf = (symbol: string, kind: SymbolKind): SymbolParts => ({
  symbol,
  kind,
  market: 'US',
  exchange: null,
  currency: 'USD',
});

/**
 * A ticker (`AAPL`), a class of shares (`BRK.B`, `BRK-B`, `BRK/B`), preferred shares (`BAC.PRL`, `BAC-PL`) or an option
 * (`AAPL261218C00150000`).
 * @param text in capitals, without the market
 * @param isNamed the market was named: what alone would be something else is taken too, and keeps the prefix
 */
export function unitedStatesSymbol(text: string, isNamed: boolean): SymbolParts | undefined {
  const future = isNamed || fromMonthCode(text) ? unitedStatesFuture(text) : undefined;
  if (future) return future;
  if (/^[A-Z]{1,6}$/.test(text)) {
    const isPair = pairSymbol(text) !== undefined;
    return isPair && !isNamed ? undefined : symbolOf(isPair ? `US.${text}` : text, 'STOCK');
  }
  const [, preferred, series] = PREFERRED.exec(text) ?? [];
  if (preferred) return symbolOf(`${preferred}.PR${series}`, 'STOCK');
  const [, ticker, written = ''] = CLASS.exec(text) ?? [];
  if (ticker) {
    const suffix = SUFFIXES[written] ?? written;
    if (KNOWN_SUFFIX.test(suffix)) return symbolOf(`${ticker}.${suffix}`, 'STOCK');
    return isNamed ? symbolOf(`US.${ticker}.${suffix}`, 'STOCK') : undefined;
  }
  const [, root, expiry = '', right, strike = ''] = OPTION.exec(text) ?? [];
  if (root && isDate(expiry)) {
    return symbolOf(`${root}${expiry}${right}${strike.padStart(8, '0')}`, 'OPTION');
  }
  return isNamed ? unitedStatesIndex(text) : undefined;
}

/** `.SPX`, or `^GSPC` as Yahoo writes it. */
export function unitedStatesIndex(text: string): SymbolParts | undefined {
  const name = /^[.^]([A-Z][A-Z0-9]{1,9})$/.exec(text)?.[1];
  return name === undefined ? undefined : symbolOf(`US..${YAHOO_INDICES[name] ?? name}`, 'INDEX');
}

/** `ESmain`, `ES2612`, `ESZ26`. */
export function unitedStatesFuture(text: string): SymbolParts | undefined {
  const [, product = '', term = '', month] = FUTURE.exec(fromMonthCode(text) ?? text) ?? [];
  if (!product || (month !== undefined && !isMonth(month))) return undefined;
  return { ...symbolOf(`US.${product}${term.toLowerCase()}`, 'FUTURE'), product };
}
