import { refuse } from './refusal.ts';
import { readSpelling } from './spellings.ts';
import type { MarketCode, SymbolParts } from './symbol-parts.ts';

const MAX_LENGTH = 64;
/** of each of two generations: a few MB at most */
const MAX_CACHED = 20_000;
/** Symbols by every spelling that was read, so that a spelling is read once. The older generation goes as a whole. */
let young = new Map<string, SymbolParts>();
let old = new Map<string, SymbolParts>();

/**
 * The instrument that a text stands for, whatever its spelling; undefined when it is no symbol. Costs one look-up where
 * the spelling was met before.
 */
export function resolveSymbol(text: string): SymbolParts | undefined {
  const known = young.get(text);
  return known ?? readAnew(text);
}

/** The market whose trading day, calendar and fund-flow thresholds a symbol follows; undefined when it is none. */
export function marketOf(symbol: string): MarketCode | undefined {
  return resolveSymbol(symbol)?.market;
}

/**
 * The canonical symbol of a text, as a client or feed writes it: the one address of the instrument, which every answer
 * carries.
 * @throws TickroomError INVALID_SYMBOL with the value, the rule and the nearest symbol
 */
export function parseSymbol(value: unknown): string {
  const parts = typeof value === 'string' ? resolveSymbol(value) : undefined;
  if (parts) return parts.symbol;
  throw refuse(value, typeof value === 'string' ? normalized(value) : undefined);
}

function readAnew(text: string): SymbolParts | undefined {
  let parts = old.get(text);
  if (!parts) {
    const spelling = normalized(text);
    parts = spelling === undefined ? undefined : settled(readSpelling(spelling));
  }
  if (!parts) return undefined;
  if (young.size >= MAX_CACHED) {
    old = young;
    young = new Map();
  }
  young.set(text, parts);
  return parts;
}

/** Full-width forms as plain ones, in capitals, without blanks around and without what nobody sees. */
function normalized(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .trim()
    .toUpperCase();
}

/** A canonical symbol that is read as another one, such as class P of a ticker US, is that other one. */
function settled(parts: SymbolParts | undefined): SymbolParts | undefined {
  const again = parts && readSpelling(parts.symbol.toUpperCase());
  return again && again.symbol !== parts?.symbol ? settled(again) : again;
}
