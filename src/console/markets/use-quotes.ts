import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { CombinedError } from 'urql';
import { listen } from '../session/listen.ts';
import type { Session } from '../session/session.ts';
import { useSession } from '../session/use-session.ts';
import { type Column, selectionOf } from './columns.ts';
import { Watch } from './documents.ts';
import { QuoteBoard, type QuoteRow } from './quote-board.ts';
import { dropRefused, refusesSymbols } from './refused-symbols.ts';

const boards = new WeakMap<Session, QuoteBoard>();

/** Kept as long as the session, so that trails survive a visit to another page. */
export function boardOf(session: Session): QuoteBoard {
  const board = boards.get(session) ?? new QuoteBoard();
  boards.set(session, board);
  return board;
}

/** Feeds the board with these symbols, asking for what these columns need. @returns why it ended, if it did */
export function useQuoteFeed(
  symbols: readonly string[],
  columns: readonly Column[],
): CombinedError | undefined {
  const session = useSession();
  const [error, setError] = useState<CombinedError>();
  const wanted = symbols.join('\n');
  const selection = JSON.stringify(selectionOf(columns));
  useEffect(() => {
    setError(undefined);
    if (wanted === '') return;
    const board = boardOf(session);
    const variables = {
      ...(JSON.parse(selection) as ReturnType<typeof selectionOf>),
      symbols: wanted.split('\n'),
    };
    let isCurrent = true;
    const stop = listen(session, Watch, variables, {
      next: ({ streamData }) => board.accept(streamData),
      async error(ended) {
        // without what was refused it is subscribed anew
        const isMended = refusesSymbols(ended) && (await dropRefused(session.client, variables.symbols));
        if (isCurrent && !isMended) setError(ended);
      },
    });
    return () => {
      isCurrent = false;
      stop();
    };
  }, [session, wanted, selection]);
  return error;
}

/** The newest of one symbol; undefined: nothing was heard yet. */
export function useQuoteRow(symbol: string): QuoteRow | undefined {
  const board = boardOf(useSession());
  const subscribe = useCallback((listener: () => void) => board.subscribe(symbol, listener), [board, symbol]);
  return useSyncExternalStore(subscribe, () => board.row(symbol));
}
