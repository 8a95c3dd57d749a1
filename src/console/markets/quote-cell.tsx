import type { Texts } from '../i18n/en.ts';
import type { Language } from '../state/preferences.ts';
import { clock, compact, directionOf, grouped, signed } from '../ui/format.ts';
import { SignedNumber } from '../ui/signed-number.tsx';
import { Sparkline } from '../ui/sparkline.tsx';
import { changeText } from './change-text.ts';
import type { Column } from './columns.ts';
import { Price } from './price.tsx';
import type { QuoteRow } from './quote-board.ts';

interface QuoteCellProps {
  readonly column: Column;
  readonly row: QuoteRow;
  readonly texts: Texts;
  readonly language: Language;
}

/** One column of one quote. */
export function QuoteCell({ column, row, texts, language }: QuoteCellProps) {
  const { quote, trail } = row;
  switch (column) {
    case 'price':
      return <Price price={quote.price} direction={row.direction} moves={row.moves} />;
    case 'change':
      return (
        <SignedNumber direction={directionOf(quote.change)} text={changeText(quote.change, quote.price)} />
      );
    case 'changePercent':
      return (
        <SignedNumber direction={directionOf(quote.changePercent)} text={signed(quote.changePercent, '%')} />
      );
    case 'trend':
      return trail.length < 2 ? null : (
        <Sparkline
          values={trail}
          className={directionOf((trail.at(-1) ?? 0) - (trail[0] ?? 0))}
          label={texts.markets.trendOf(quote.symbol)}
        />
      );
    case 'volume':
    case 'turnover':
      return <span className="num">{compact(quote[column], language)}</span>;
    case 'bidAsk':
      return pair(quote.bid, ' / ', quote.ask);
    case 'range':
      return pair(quote.low, ' – ', quote.high);
    case 'open':
      return pair(quote.open, ' / ', quote.previousClose);
    case 'time':
      return <span className="num muted">{clock(quote.receivedAt, language)}</span>;
  }
}

const pair = (one: string | null | undefined, between: string, other: string | null | undefined) => (
  <span className="num">
    {grouped(one)}
    <span className="muted">{between}</span>
    {grouped(other)}
  </span>
);
