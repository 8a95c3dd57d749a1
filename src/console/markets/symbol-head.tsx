import type { SymbolQuoteSubscription } from '../gql/graphql.ts';
import { useTexts } from '../i18n/texts.ts';
import { language } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { compact, directionOf, grouped, signed } from '../ui/format.ts';
import { SignedNumber } from '../ui/signed-number.tsx';

import { changeText } from './change-text.ts';
import { unwatch, watch } from './watchlist-store.ts';

interface SymbolHeadProps {
  readonly symbol: string;
  readonly name: string | undefined;
  readonly quote: SymbolQuoteSubscription['streamData'] | undefined;
  readonly isWatched: boolean;
}

/** The price in large, and the day so far. */
export function SymbolHead({ symbol, name, quote, isWatched }: SymbolHeadProps) {
  const texts = useTexts();
  const inLanguage = useStore(language);
  const direction = directionOf(quote?.change);
  const figures = [
    [texts.symbol.open, grouped(quote?.open)],
    [texts.symbol.high, grouped(quote?.high)],
    [texts.symbol.low, grouped(quote?.low)],
    [texts.symbol.previousClose, grouped(quote?.previousClose)],
    [texts.symbol.volume, compact(quote?.volume, inLanguage)],
    [texts.symbol.turnover, compact(quote?.turnover, inLanguage)],
  ] as const;
  return (
    <section className={`panel symbol-head ${quote?.stale ? 'is-stale' : ''}`} aria-label={symbol}>
      <div className="title">
        <h1>
          {symbol} <span className="name">{name}</span>
        </h1>
        {quote?.stale && (
          <span className="badge stale" title={texts.markets.staleHint}>
            {texts.markets.stale}
          </span>
        )}
        <button
          type="button"
          className="button"
          onClick={() => (isWatched ? unwatch(symbol) : watch(symbol))}
        >
          <span aria-hidden="true">{isWatched ? '★' : '☆'}</span>
          {isWatched ? texts.symbol.unwatch : texts.symbol.watch}
        </button>
      </div>
      <p className={`big-price num live-data ${direction}`}>
        <span data-testid="price">{grouped(quote?.price)}</span>
        <span className="changes">
          <SignedNumber direction={direction} text={changeText(quote?.change, quote?.price)} arrow />
          <SignedNumber direction={direction} text={signed(quote?.changePercent, '%')} />
        </span>
      </p>
      <dl className="figures live-data">
        {figures.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
