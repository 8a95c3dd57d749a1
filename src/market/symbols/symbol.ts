/** Symbols as the rest of the house uses them; how they are read is in `symbols/`. */
export { marketOf, parseSymbol, resolveSymbol } from './resolve-symbol.ts';
export { type MarketCode, SYMBOL_KINDS, type SymbolKind, type SymbolParts } from './symbol-parts.ts';
