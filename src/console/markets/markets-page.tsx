import { useWide } from '../ui/use-media.ts';
import { SymbolPage } from './symbol-page.tsx';
import { Watchlist } from './watchlist.tsx';

/** The watchlist, or a symbol; both, where there is room. */
export function MarketsPage({ symbol }: { readonly symbol: string | undefined }) {
  const isWide = useWide();
  return (
    <div className={`markets ${symbol === undefined ? '' : 'has-symbol'}`}>
      {(symbol === undefined || isWide) && <Watchlist current={symbol} />}
      {symbol !== undefined && <SymbolPage key={symbol} symbol={symbol} />}
    </div>
  );
}
