import { useEffect, useState } from 'react';
import { gql, useSubscription } from 'urql';

interface Trade {
  readonly cursor: string;
  readonly price: string;
  readonly size: string;
  readonly sequence: number;
}

interface Gap {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

interface Resume {
  readonly id: string;
  readonly recovered: boolean;
  readonly replayed: number;
  readonly reason: string | null;
}

const TRADES = gql<{ trades: Trade }, { symbols: readonly string[] }>`
  subscription ($symbols: [Symbol!]!) { trades(symbols: $symbols) { cursor price size sequence } }
`;
const MAX_TRADES = 20;

/** The newest trades of a symbol. It says when trades are missing, and how the subscription went on after a lost connection. */
export function TradeTape({ symbol }: { symbol: string }) {
  const [notes, setNotes] = useState<readonly string[]>([]);
  const [{ data: trades = [], error, extensions }] = useSubscription(
    { query: TRADES, variables: { symbols: [symbol] } },
    (before: readonly Trade[] = [], { trades: trade }) => {
      // what was on its way when the connection broke arrives twice
      if (before.some(({ cursor }) => cursor === trade.cursor)) return before;
      return [trade, ...before].slice(0, MAX_TRADES);
    },
  );

  const gap: Gap | undefined = extensions?.gap;
  const resume: Resume | undefined = extensions?.resume;
  // urql repeats the extensions of one result on all later ones: each note is read once, by its id
  // biome-ignore lint/correctness/useExhaustiveDependencies: a note with the same id is the same note
  useEffect(() => {
    if (gap) setNotes((before) => [...before, `Trades ${gap.from}–${gap.to} are missing (${gap.reason}).`]);
  }, [gap?.id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a note with the same id is the same note
  useEffect(() => {
    if (!resume) return;
    const outcome = resume.recovered
      ? `${resume.replayed} trades replayed`
      : `trades are missing (${resume.reason})`;
    setNotes((before) => [...before, `Reconnected: ${outcome}.`]);
  }, [resume?.id]);

  if (error) return <p role="alert">{error.message}</p>;
  return (
    <section>
      <h2>Trades of {symbol}</h2>
      {notes.map((note, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: notes are only appended
        <p role="status" key={index}>
          {note}
        </p>
      ))}
      <ol>
        {trades.map(({ cursor, price, size, sequence }) => (
          <li key={cursor} data-sequence={sequence}>
            {size} @ {price}
          </li>
        ))}
      </ol>
    </section>
  );
}
