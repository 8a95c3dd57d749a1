import { lazy, Suspense } from 'react';
import { useWide } from '../ui/use-media.ts';
import { Watchlist } from './watchlist.tsx';

/** Charts come when they are looked at. */
const SymbolPage = lazy(() => import('./symbol-page.tsx'));

/** The watchlist, or a symbol; both, where there is room. */
export function MarketsPage({ symbol }: { readonly symbol: string | undefined }) {
  const isWide = useWide();
  return (
    <div className={`markets ${symbol === undefined ? '' : 'has-symbol'}`}>
      {(symbol === undefined || isWide) && <Watchlist current={symbol} />}
      {symbol !== undefined && (
        <Suspense fallback={null}>
          <SymbolPage key={symbol} symbol={symbol} />
        </Suspense>
      )}
    </div>
  );
}
