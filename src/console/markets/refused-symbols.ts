import type { Client, CombinedError } from 'urql';
import { createStore } from '../state/store.ts';
import { SymbolCheck } from './documents.ts';
import { unwatch } from './watchlist-store.ts';

/** A symbol that the server does not take. */
export interface RefusedSymbol {
  readonly symbol: string;
  /** in the server's words */
  readonly reason: string;
}

/** Those that were not added, or were removed, the last time; shown until another one is added. */
export const refusedSymbols = createStore<readonly RefusedSymbol[]>([]);

const isRefusal = ({ extensions }: CombinedError['graphQLErrors'][number]): boolean =>
  extensions.code === 'INVALID_SYMBOL';

/** Whether a subscription ended because of its symbols: one that is wrong ends it for all of them. */
export const refusesSymbols = (error: CombinedError): boolean => error.graphQLErrors.some(isRefusal);

/** Asks the server about a symbol. @returns undefined: it takes it, or cannot be asked now */
export async function refusalOf(client: Client, symbol: string): Promise<RefusedSymbol | undefined> {
  const { error } = await client.query(SymbolCheck, { symbol }).toPromise();
  const refusal = error?.graphQLErrors.find(isRefusal);
  return refusal && { symbol, reason: refusal.message };
}

/**
 * Removes from the watchlist what the server does not take.
 * @returns whether there was any
 */
export async function dropRefused(client: Client, symbols: readonly string[]): Promise<boolean> {
  const answers = await Promise.all(symbols.map((symbol) => refusalOf(client, symbol)));
  const refused = answers.filter((answer) => answer !== undefined);
  if (refused.length === 0) return false;
  refusedSymbols.set(refused);
  for (const { symbol } of refused) unwatch(symbol);
  return true;
}
