import { contractOf, pairOf, splitPair } from './pairs.ts';
import { FIAT, QUOTE_CURRENCIES } from './quote-currencies.ts';
import type { SymbolParts } from './symbol-parts.ts';

/** ccxt: `BTC/USDT`, `BTC/USDT:USDT`, `BTC/USDT:USDT-261225`, `BTC/USD:BTC-261225-100000-C`. */
const SLASHED =
  /^([^/:\s]+)\/([^/:\s-]+)(?::([A-Z0-9]+)(?:-([0-9]{6})(?:-([0-9]+(?:\.[0-9]+)?)-([CP]))?)?)?$/u;
/** OKX, Bybit, KuCoin: `BTC-USDT`, `BTC_USDT`, `BTC-USDT-SWAP`, `BTC-USD-261225`, `BTC-USD-261225-100000-C`. */
const DASHED =
  /^([\p{L}\p{N}]+)[-_]([A-Z0-9]{2,10})(?:[-_](?:(SWAP|PERP|PERPETUAL)|([0-9]{6})(?:-([0-9]+)-([CP]))?))?$/u;
/** Deribit: `BTC-PERPETUAL`, `BTC-25DEC26`, `BTC-25DEC26-100000-C`. */
const DERIBIT = /^([A-Z]+)-(?:PERPETUAL|PERP|([0-9]{1,2})([A-Z]{3})([0-9]{2})(?:-([0-9]+)-([CP]))?)$/;
/** Binance and TradingView: `BTCUSDT_261225`, `BTCUSD_PERP`, `BTCUSDT.P`. */
const COMPACT = /^([\p{L}\p{N}]+)(?:_(PERP)|\.(P)|_([0-9]{6}))$/u;

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');

/** Contracts in dollars are settled in the coin, all others in what they are quoted in. */
const settleOf = (base: string, quote: string): string => (quote === 'USD' ? base : quote);

/** A pair, or a contract on one, with separators, as exchanges and ccxt write it. @param text in capitals */
export function separatedPair(text: string): SymbolParts | undefined {
  const slashed = SLASHED.exec(text);
  if (slashed) {
    const [, base = '', quote = '', settle, expiry, strike, right] = slashed;
    return settle ? contractOf(base, quote, { settle, expiry, strike, right }) : pairOf(base, quote);
  }
  return deribit(text) ?? compact(text) ?? dashed(text);
}

function deribit(text: string): SymbolParts | undefined {
  const [, base, day, month = '', year, strike, right] = DERIBIT.exec(text) ?? [];
  if (!base) return undefined;
  if (day === undefined) return contractOf(base, 'USD', { settle: base });
  const number = String(MONTHS.indexOf(month) + 1).padStart(2, '0');
  return contractOf(base, 'USD', {
    settle: base,
    expiry: `${year}${number}${day.padStart(2, '0')}`,
    strike,
    right,
  });
}

function dashed(text: string): SymbolParts | undefined {
  const [, base = '', quote = '', perpetual, expiry, strike, right] = DASHED.exec(text) ?? [];
  if (!base) return undefined;
  if (perpetual !== undefined || expiry !== undefined) {
    return contractOf(base, quote, { settle: settleOf(base, quote), expiry, strike, right });
  }
  // two letters after a dash are a kind of US share
  const isQuote = QUOTE_CURRENCIES.includes(quote) || FIAT.has(quote) || /^[A-Z0-9]{3,}$/.test(quote);
  return isQuote && !/^PR[A-Z]$/.test(quote) ? pairOf(base, quote) : undefined;
}

function compact(text: string): SymbolParts | undefined {
  const [, pair = '', , , expiry] = COMPACT.exec(text) ?? [];
  const split = pair ? splitPair(pair) : undefined;
  return split && contractOf(split.base, split.quote, { settle: settleOf(split.base, split.quote), expiry });
}
