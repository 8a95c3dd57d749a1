import { useEffect } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { hrefOf } from '../state/route.ts';
import { useStore } from '../state/store.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { messageOf } from '../ui/error-note.tsx';
import { useWide } from '../ui/use-media.ts';
import { SymbolQuote } from './documents.ts';
import { FundFlow } from './fund-flow.tsx';
import { useNames } from './instruments.ts';
import { Ladder } from './ladder.tsx';
import { PriceChart } from './price-chart.tsx';
import { SymbolHead } from './symbol-head.tsx';
import { Tape } from './tape.tsx';
import { useCandles, useReading } from './use-candles.ts';
import { useLatest } from './use-latest.ts';
import { useTape } from './use-tape.ts';
import { watchlist } from './watchlist-store.ts';

/** Everything about one symbol. */
export default function SymbolPage({ symbol }: { readonly symbol: string }) {
  const texts = useTexts();
  const isWide = useWide();
  const { data, error } = useLatest(SymbolQuote, { symbols: [symbol] });
  const quote = data?.streamData;
  const candles = useCandles(symbol);
  const tape = useTape(symbol, candles.accept);
  useReading(candles);
  const name = useNames().get(symbol);
  const isWatched = useStore(watchlist).includes(symbol);
  useEffect(() => {
    document.title = quote?.price ? `${quote.price} ${symbol} · Tickroom` : `${symbol} · Tickroom`;
    return () => {
      document.title = 'Tickroom';
    };
  }, [quote?.price, symbol]);
  return (
    <div className="symbol-page">
      {!isWide && (
        <a className="back" href={hrefOf('markets')}>
          ‹ {texts.markets.back}
        </a>
      )}
      {error ? (
        <section className="panel">
          <EmptyState title={texts.symbol.unknown(symbol)} hint={messageOf(error)} />
        </section>
      ) : (
        <>
          <SymbolHead symbol={symbol} name={name} quote={quote} isWatched={isWatched} />
          <div className="symbol-grid">
            <PriceChart candles={candles} isStale={quote?.stale ?? false} />
            <Ladder symbol={symbol} />
            <FundFlow symbol={symbol} />
            <Tape {...tape} />
          </div>
        </>
      )}
    </div>
  );
}
