import { quoted, TickroomError } from '../errors.ts';

export type MarketCode = 'CN' | 'HK' | 'US' | 'CRYPTO';

const FORMS: readonly (readonly [RegExp, MarketCode])[] = [
  [/^[0-9]{6}$/, 'CN'],
  [/^(?:SH|SZ|BJ)\.[0-9]{6}$/, 'CN'],
  [/^HK\.[0-9]{5}$/, 'HK'],
  [/^US\.[A-Z]{1,6}(?:[.-][A-Z]{1,2})?$/, 'US'],
  [/^[A-Z]{1,6}(?:\.[A-Z])?$/, 'US'],
  [/^[A-Z0-9]{1,15}\/[A-Z0-9]{2,10}$/, 'CRYPTO'],
];

const ACCEPTED =
  'a 6-digit A-share ("600519"), a US ticker ("AAPL", "BRK.B"), a market prefix ("HK.00700", "US.AAPL", "SH.600519") or a crypto pair ("BTC/USDT")';

/** The market whose trading day and fund-flow thresholds a symbol follows; undefined when it is no symbol. */
export function marketOf(symbol: string): MarketCode | undefined {
  return FORMS.find(([form]) => form.test(symbol))?.[1];
}

/**
 * Checks a symbol as a client or feed writes it. Symbols are case-sensitive and are not rewritten: `600519` and
 * `SH.600519` are two addresses.
 * @throws TickroomError INVALID_SYMBOL saying what is accepted
 */
export function parseSymbol(text: unknown): string {
  if (typeof text === 'string' && marketOf(text)) return text;
  throw new TickroomError('INVALID_SYMBOL', `${quoted(text)} is not a symbol: use ${ACCEPTED}.`);
}
