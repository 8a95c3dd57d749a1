import { useMemo } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { grouped } from '../ui/format.ts';
import { TableHead } from '../ui/table-head.tsx';
import { Ladder as LadderDocument } from './documents.ts';
import { useLatest } from './use-latest.ts';

const DEPTH = 10;

interface Level {
  readonly price: string;
  readonly size: string;
}

interface Rung extends Level {
  /** everything up to here */
  readonly total: number;
}

function rungsOf(levels: readonly Level[]): Rung[] {
  let total = 0;
  return levels.map((level) => {
    total += Number(level.size);
    return { ...level, total };
  });
}

/** The order book as a ladder: asks above, bids below, and how much rests up to each price. */
export function Ladder({ symbol }: { readonly symbol: string }) {
  const texts = useTexts();
  const { data, error } = useLatest(LadderDocument, { symbol, depth: DEPTH });
  const book = data?.orderBook;
  const asks = useMemo(() => rungsOf(book?.asks ?? []), [book]);
  const bids = useMemo(() => rungsOf(book?.bids ?? []), [book]);
  const most = Math.max(asks.at(-1)?.total ?? 0, bids.at(-1)?.total ?? 0, 1);
  return (
    <section className="panel ladder" aria-label={texts.symbol.book} data-sequence={book?.sequence}>
      <header className="panel-head">
        <h2>{texts.symbol.book}</h2>
        {book?.stale && (
          <span className="badge stale" title={texts.symbol.staleBook}>
            {texts.markets.stale}
          </span>
        )}
      </header>
      <ErrorNote error={error} />
      {book?.stale && <p className="foot muted">{texts.symbol.staleBook}</p>}
      <table className={`live-data ${book?.stale ? 'is-stale' : ''}`}>
        <TableHead labels={[texts.symbol.price, texts.symbol.size, texts.symbol.total]} />
        <tbody className="asks">
          <tr className="sr-only">
            <th colSpan={3}>{texts.symbol.asks}</th>
          </tr>
          {asks.toReversed().map((rung) => (
            <RungRow key={rung.price} side="ask" rung={rung} most={most} />
          ))}
        </tbody>
        <tbody className="spread">
          <tr>
            <td colSpan={3}>
              <div>
                <span>
                  {texts.symbol.spread} <b className="num">{grouped(book?.spread)}</b>
                </span>
                <span>
                  {texts.symbol.mid} <b className="num">{grouped(book?.mid)}</b>
                </span>
              </div>
            </td>
          </tr>
        </tbody>
        <tbody className="bids">
          <tr className="sr-only">
            <th colSpan={3}>{texts.symbol.bids}</th>
          </tr>
          {bids.map((rung) => (
            <RungRow key={rung.price} side="bid" rung={rung} most={most} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RungRowProps {
  readonly side: 'ask' | 'bid';
  readonly rung: Rung;
  readonly most: number;
}

function RungRow({ side, rung, most }: RungRowProps) {
  return (
    <tr className={`rung ${side}`} data-side={side} data-price={rung.price} data-size={rung.size}>
      <td className={side === 'ask' ? 'down' : 'up'}>{grouped(rung.price)}</td>
      <td>{grouped(rung.size)}</td>
      <td className="depth" style={{ '--share': rung.total / most } as object}>
        {grouped(String(rung.total))}
      </td>
    </tr>
  );
}
