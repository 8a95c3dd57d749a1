import { type ChinaPrefix, chinaSymbol } from './china.ts';
import { chinaFuture, FUTURES_EXCHANGES } from './china-futures.ts';
import { separatedPair } from './contracts.ts';
import { hongKongSymbol } from './hong-kong.ts';
import { pairOf, pairSymbol } from './pairs.ts';
import { FIAT } from './quote-currencies.ts';
import type { SymbolParts } from './symbol-parts.ts';
import { unitedStatesFuture, unitedStatesIndex, unitedStatesSymbol } from './united-states.ts';

type Reader = (body: string) => SymbolParts | undefined;

const china =
  (prefix: ChinaPrefix): Reader =>
  (body) =>
    chinaSymbol(body, prefix);
const unitedStates: Reader = (body) => unitedStatesSymbol(body, true);

/**
 * The names of a market before or after a code: those of exchanges, of Yahoo, Futu, East Money, Bloomberg, TradingView,
 * Google, JoinQuant, and ISO 10383.
 */
const MARKETS: Readonly<Record<string, Reader>> = {
  ...Object.fromEntries(
    ['SH', 'SS', 'SSE', 'SHA', 'SHSE', 'XSHG', 'XSSC'].map((name) => [name, china('SH')]),
  ),
  ...Object.fromEntries(['SZ', 'SZSE', 'SHE', 'XSHE', 'XSEC'].map((name) => [name, china('SZ')])),
  ...Object.fromEntries(['BJ', 'BJSE'].map((name) => [name, china('BJ')])),
  ...Object.fromEntries(['CN', 'CH'].map((name) => [name, (body: string) => chinaSymbol(body)])),
  ...Object.fromEntries(['HK', 'HKG', 'HKEX', 'SEHK', 'XHKG'].map((name) => [name, hongKongSymbol])),
  ...Object.fromEntries(
    ['US', 'NASDAQ', 'NYSE', 'AMEX', 'NYSEARCA', 'XNAS', 'XNYS', 'XASE', 'ARCX', 'BATS', 'OTC'].map(
      (name) => [name, unitedStates],
    ),
  ),
  ...Object.fromEntries(
    Object.entries(FUTURES_EXCHANGES).map(([name, exchange]) => [
      name,
      (body: string) => chinaFuture(body, exchange),
    ]),
  ),
  FX: (body) => foreignExchange(body),
};

/** East Money's numbers of markets. */
const EAST_MONEY: Readonly<Record<string, Reader>> = {
  '0': (body) => (/^(?:4|8|92)/.test(body) ? chinaSymbol(body, 'BJ') : chinaSymbol(body, 'SZ')),
  '1': china('SH'),
  '116': hongKongSymbol,
  '105': unitedStates,
  '106': unitedStates,
  '107': unitedStates,
};

/** The market codes that may stand before or after a code, for refusals. */
export const isMarketName = (name: string): boolean => Object.hasOwn(MARKETS, name);

/**
 * Reads a symbol in any of the spellings that people and vendors have for it. What is read as something today stays so:
 * the market that is named decides, then what digits and letters alone can be.
 * @param text in capitals, without blanks around it
 */
export function readSpelling(text: string): SymbolParts | undefined {
  return withMarket(text) ?? digits(text) ?? letters(text);
}

function withMarket(text: string): SymbolParts | undefined {
  const [, before = '', after = ''] = /^([A-Z]{2,8})[.:](.+)$/.exec(text) ?? [];
  const prefixed = Object.hasOwn(MARKETS, before) ? MARKETS[before]?.(after) : undefined;
  if (prefixed) return prefixed;
  // Bloomberg writes "700 HK Equity"
  const [, code = '', market = ''] = /^(.+?)[.: ]([A-Z]{2,8})(?: EQUITY)?$/.exec(text) ?? [];
  const suffixed = Object.hasOwn(MARKETS, market) ? MARKETS[market]?.(code) : undefined;
  if (suffixed) return suffixed;
  const [, joined = '', number = ''] = /^(SH|SZ|BJ|HK)([0-9]+)$/.exec(text) ?? [];
  if (joined) return MARKETS[joined]?.(number) ?? chinaFuture(text);
  const [, place = '', body = ''] = /^([0-9]{1,3})\.(.+)$/.exec(text) ?? [];
  return Object.hasOwn(EAST_MONEY, place) ? EAST_MONEY[place]?.(body) : undefined;
}

function digits(text: string): SymbolParts | undefined {
  if (/^[0-9]{6}$/.test(text)) return chinaSymbol(text);
  return /^[0-9]{5}$/.test(text) ? hongKongSymbol(text) : undefined;
}

function letters(text: string): SymbolParts | undefined {
  return (
    yahoo(text) ??
    unitedStatesSymbol(text.replace(/^O:/, ''), false) ??
    separatedPair(text) ??
    foreignExchange(text) ??
    chinaFuture(text) ??
    pairSymbol(text)
  );
}

/** `^GSPC`, `^HSI`, `ES=F`, `EURUSD=X`. */
function yahoo(text: string): SymbolParts | undefined {
  if (text.startsWith('^')) return hongKongSymbol(text.slice(1)) ?? unitedStatesIndex(text);
  if (text.startsWith('.')) return unitedStatesIndex(text);
  if (text.endsWith('=F')) return unitedStatesFuture(`${text.slice(0, -2)}MAIN`);
  if (text.endsWith('=X')) return foreignExchange(text.slice(0, -2));
  return undefined;
}

/** `EURUSD`, `EUR.USD`; `CNH` alone is what a dollar costs, as Yahoo has it. */
function foreignExchange(text: string): SymbolParts | undefined {
  const [, base = '', quote = ''] = /^([A-Z]{3})[./]?([A-Z]{3})$/.exec(text) ?? [];
  return FIAT.has(base) && FIAT.has(quote) ? pairOf(base, quote) : undefined;
}
