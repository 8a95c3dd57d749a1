import { isTexts, sharedStore } from '../state/saved.ts';

const FIRST = [
  '600519',
  '300750',
  '002594',
  '688981',
  'HK.00700',
  'HK.09988',
  'AAPL',
  'NVDA',
  'TSLA',
  'MSFT',
];

/** The symbols somebody watches, in their order. */
export const watchlist = sharedStore<readonly string[]>('watchlist', FIRST, isTexts);

export function watch(symbol: string): void {
  if (!watchlist.get().includes(symbol)) watchlist.set([...watchlist.get(), symbol]);
}

export function unwatch(symbol: string): void {
  watchlist.set(watchlist.get().filter((watched) => watched !== symbol));
}
