import { useTexts } from '../i18n/texts.ts';
import { language } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { ARROW, clock, grouped } from '../ui/format.ts';
import { TableHead } from '../ui/table-head.tsx';
import type { TapeState } from './use-tape.ts';

const SIDES = { BUY: 'buy', SELL: 'sell', NEUTRAL: 'neutral' } as const;
const DIRECTIONS = { BUY: 'up', SELL: 'down', NEUTRAL: 'flat' } as const;

/** Trade after trade, the newest first. */
export function Tape({ entries, error }: TapeState) {
  const texts = useTexts();
  const inLanguage = useStore(language);
  return (
    <section className="panel tape" aria-label={texts.symbol.tape}>
      <header className="panel-head">
        <h2>{texts.symbol.tape}</h2>
      </header>
      <ErrorNote error={error} />
      {entries.length === 0 && <p className="foot muted">{texts.symbol.noTrades}</p>}
      <table className="live-data">
        <TableHead labels={[texts.symbol.time, texts.symbol.price, texts.symbol.size, texts.symbol.side]} />
        <tbody>
          {entries.map((entry) =>
            entry.kind === 'gap' ? (
              <tr key={entry.key} className="gap">
                <td colSpan={4}>{texts.symbol[entry.isOutage ? 'outageGap' : 'gap'](entry.missing)}</td>
              </tr>
            ) : (
              <tr key={entry.trade.sequence} className={DIRECTIONS[entry.trade.side]}>
                <td className="muted">{clock(entry.trade.receivedAt, inLanguage)}</td>
                <td>{grouped(entry.trade.price)}</td>
                <td>{grouped(entry.trade.size)}</td>
                <td>
                  <span className="arrow" aria-hidden="true">
                    {ARROW[DIRECTIONS[entry.trade.side]]}
                  </span>
                  {texts.symbol[SIDES[entry.trade.side]]}
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </section>
  );
}
