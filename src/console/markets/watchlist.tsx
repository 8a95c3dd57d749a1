import { type KeyboardEvent, useRef } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useStore } from '../state/store.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { useMedia } from '../ui/use-media.ts';
import { useWindowRows } from '../ui/use-window-rows.ts';
import { Bandwidth } from './bandwidth.tsx';
import { ColumnPicker } from './column-picker.tsx';
import { chosenColumns, NARROW_COLUMNS } from './columns.ts';
import { useNames } from './instruments.ts';
import { refusedSymbols } from './refused-symbols.ts';
import { SymbolSearch } from './symbol-search.tsx';
import { useQuoteFeed } from './use-quotes.ts';
import { WatchlistRow } from './watchlist-row.tsx';
import { watchlist } from './watchlist-store.ts';

const ROW_HEIGHT = 40;
const ROW_HEIGHT_TOUCH = 52;

interface WatchlistProps {
  /** the symbol that is open beside it */
  readonly current: string | undefined;
}

/** The symbols one watches, moving. Only rows in view are in the document. */
export function Watchlist({ current }: WatchlistProps) {
  const texts = useTexts();
  const symbols = useStore(watchlist);
  const chosen = useStore(chosenColumns);
  const columns = current === undefined ? chosen : NARROW_COLUMNS;
  const names = useNames();
  const refused = useStore(refusedSymbols);
  const error = useQuoteFeed(symbols, columns);
  const scroller = useRef<HTMLElement>(null);
  const rowHeight = useMedia('(max-width: 699px)') ? ROW_HEIGHT_TOUCH : ROW_HEIGHT;
  const { first, last } = useWindowRows(scroller, symbols.length, rowHeight);
  return (
    <section className="panel watchlist" aria-label={texts.markets.title}>
      <header className="panel-head">
        <h1>
          {texts.markets.title} <span className="count">{symbols.length}</span>
        </h1>
        <SymbolSearch />
        {current === undefined && <ColumnPicker />}
      </header>
      {current === undefined && <Bandwidth columns={columns} />}
      <ErrorNote title={texts.markets.refused} error={error} />
      {refused.map(({ symbol, reason }) => (
        <ErrorNote key={symbol} title={texts.markets.notWatched(symbol)} error={new Error(reason)} />
      ))}
      {symbols.length === 0 ? (
        <EmptyState title={texts.markets.empty} hint={texts.markets.emptyHint} />
      ) : (
        <section
          className="scroller"
          ref={scroller}
          onKeyDown={moveFocus}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          aria-label={texts.markets.title}
        >
          <table
            className="quotes live-data"
            aria-rowcount={symbols.length + 1}
            style={{ '--row': `${rowHeight}px` } as object}
          >
            <thead>
              <tr aria-rowindex={1}>
                <th scope="col">{texts.markets.symbol}</th>
                {columns.map((column) => (
                  <th key={column} scope="col" className={`cell-${column}`}>
                    {texts.markets[column]}
                  </th>
                ))}
                {current === undefined && (
                  <th scope="col" className="cell-remove">
                    <span className="sr-only">{texts.common.remove}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              <Spacer rows={first} height={rowHeight} />
              {symbols.slice(first, last).map((symbol, i) => (
                <WatchlistRow
                  key={symbol}
                  symbol={symbol}
                  name={names.get(symbol)}
                  columns={columns}
                  position={first + i + 1}
                  isCurrent={symbol === current}
                  isEditable={current === undefined}
                />
              ))}
              <Spacer rows={symbols.length - last} height={rowHeight} />
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

const Spacer = ({ rows, height }: { readonly rows: number; readonly height: number }) =>
  rows > 0 ? <tr style={{ height: rows * height }} /> : null;

/** Arrow keys go from row to row, as in a list. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const at = document.activeElement?.getAttribute('data-row');
  if (by === undefined || !at) return;
  const next = event.currentTarget.querySelector<HTMLElement>(`[data-row="${Number(at) + by}"]`);
  if (!next) return;
  event.preventDefault();
  next.focus();
}
