import { COIN_ALIASES, COINS, FIAT, QUOTE_CURRENCIES } from './quote-currencies.ts';
import { isDate, type SymbolKind, type SymbolParts } from './symbol-parts.ts';

const BASE = /^[\p{L}\p{N}]{1,20}$/u;
const QUOTE = /^[A-Z0-9]{2,10}$/;
/** Kraken's older names: X before a coin, Z before a currency. */
const KRAKEN = /^X([A-Z]{3})Z([A-Z]{3})$/;
/** Stablecoins whose name is that of USD with the last letter of many coins before it. */
const RARE_QUOTES: ReadonlySet<string> = new Set(['BUSD', 'TUSD']);

const coinOf = (name: string): string => COIN_ALIASES[name] ?? name;

interface Split {
  readonly base: string;
  readonly quote: string;
}

/**
 * Splits a pair that has no separator, by the quote currency that it ends with. Where there are several, one whose base
 * is a known coin wins; then plain USD over BUSD and TUSD; then the longest.
 * @param text in capitals
 */
export function splitPair(text: string): Split | undefined {
  const [, coin = '', currency = ''] = KRAKEN.exec(text) ?? [];
  if (COINS.has(coin) && FIAT.has(currency)) return { base: coin, quote: currency };
  if (/^[A-Z]{6}$/.test(text) && FIAT.has(text.slice(0, 3)) && FIAT.has(text.slice(3))) {
    return { base: text.slice(0, 3), quote: text.slice(3) };
  }
  let best: Split | undefined;
  for (const quote of QUOTE_CURRENCIES) {
    if (!text.endsWith(quote)) continue;
    const base = text.slice(0, -quote.length);
    if (!BASE.test(base) || /^[0-9]*$/.test(base) || base === quote) continue;
    if (!best || rankOf({ base, quote }) > rankOf(best)) best = { base, quote };
  }
  return best;
}

const rankOf = ({ base, quote }: Split): number =>
  (COINS.has(base) ? 100 : 0) + (RARE_QUOTES.has(quote) ? 0 : 50) + quote.length;

/** A pair that was written without a separator; words as short as tickers are none. @param text in capitals */
export function pairSymbol(text: string): SymbolParts | undefined {
  const isTicker = /^[A-Z]{1,5}$/.test(text) && !/^[A-Z]USD[TC]$/.test(text);
  const split = isTicker ? undefined : splitPair(text);
  return split && pairOf(split.base, split.quote);
}

/** @param base,quote in capitals */
export function pairOf(base: string, quote: string): SymbolParts | undefined {
  if (!BASE.test(base) || !QUOTE.test(quote)) return undefined;
  const [coin, currency] = [coinOf(base), coinOf(quote)];
  const isForeignExchange = FIAT.has(coin) && FIAT.has(currency);
  if (coin === currency) return undefined;
  return {
    symbol: `${coin}/${currency}`,
    kind: isForeignExchange ? 'FX' : 'SPOT',
    market: isForeignExchange ? 'FX' : 'CRYPTO',
    exchange: null,
    currency,
  };
}

export interface Contract {
  /** what it is settled in; of an inverse contract the base */
  readonly settle: string;
  /** YYMMDD */
  readonly expiry?: string | undefined;
  readonly strike?: string | undefined;
  readonly right?: string | undefined;
}

/** A perpetual, dated future or option on a pair, written as ccxt does: `BTC/USDT:USDT-261225-100000-C`. */
export function contractOf(base: string, quote: string, contract: Contract): SymbolParts | undefined {
  const pair = pairOf(base, quote);
  const { expiry, strike, right } = contract;
  const settle = coinOf(contract.settle);
  if (!pair || !QUOTE.test(settle) || (expiry !== undefined && !isDate(expiry))) return undefined;
  if ((strike === undefined) !== (right === undefined) || (strike !== undefined && expiry === undefined)) {
    return undefined;
  }
  let kind: SymbolKind = 'PERPETUAL';
  if (strike !== undefined) kind = 'OPTION';
  else if (expiry !== undefined) kind = 'FUTURE';
  const term = [expiry, strike, right].filter((part) => part !== undefined);
  const symbol = [`${pair.symbol}:${settle}`, ...term].join('-');
  return { ...pair, symbol, kind, market: 'CRYPTO', currency: settle };
}
