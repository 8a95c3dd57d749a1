import { memo } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { language } from '../state/preferences.ts';
import { hrefOf } from '../state/route.ts';
import { useStore } from '../state/store.ts';
import { ARROW, directionOf } from '../ui/format.ts';
import type { Column } from './columns.ts';
import { QuoteCell } from './quote-cell.tsx';
import { useQuoteRow } from './use-quotes.ts';
import { unwatch } from './watchlist-store.ts';

interface WatchlistRowProps {
  readonly symbol: string;
  readonly name: string | undefined;
  readonly columns: readonly Column[];
  /** its place in the whole list, from 1: the list shows a part of itself */
  readonly position: number;
  readonly isCurrent: boolean;
  readonly isEditable: boolean;
}

/** Renders when its own quote changes, and not when another's does. */
export const WatchlistRow = memo(function WatchlistRow(props: WatchlistRowProps) {
  const { symbol, name, columns, position, isCurrent, isEditable } = props;
  const texts = useTexts();
  const inLanguage = useStore(language);
  const row = useQuoteRow(symbol);
  const stale = row?.quote.stale ?? false;
  const direction = directionOf(row?.quote.change ?? row?.quote.changePercent);
  return (
    <tr
      className={`quote-row ${stale ? 'is-stale' : ''} ${isCurrent ? 'is-current' : ''}`}
      aria-rowindex={position + 1}
      data-symbol={symbol}
    >
      <th scope="row">
        <a href={hrefOf('markets', symbol)} aria-current={isCurrent ? 'page' : undefined} data-row={position}>
          <span className="symbol">
            {symbol}
            {ARROW[direction] && (
              <span
                className={`arrow ${direction}`}
                role="img"
                aria-label={texts.markets[direction === 'up' ? 'up' : 'down']}
              >
                {ARROW[direction]}
              </span>
            )}
          </span>
          <span className="name">{name ?? ''}</span>
        </a>
        {stale && (
          <span className="badge stale" title={texts.markets.staleHint}>
            {texts.markets.stale}
          </span>
        )}
      </th>
      {columns.map((column) => (
        <td key={column} className={`cell-${column}`}>
          {row && <QuoteCell column={column} row={row} texts={texts} language={inLanguage} />}
        </td>
      ))}
      {isEditable && (
        <td className="cell-remove">
          <button
            type="button"
            className="icon-button remove"
            aria-label={texts.markets.removeSymbol(symbol)}
            onClick={() => unwatch(symbol)}
          >
            ✕
          </button>
        </td>
      )}
    </tr>
  );
});
