import { useEffect, useState } from 'react';
import type { CombinedError } from 'urql';
import type { TapeSubscription } from '../gql/graphql.ts';
import { listen } from '../session/listen.ts';
import { useSession } from '../session/use-session.ts';
import { onNextFrame } from '../state/frames.ts';
import { Tape } from './documents.ts';

/** A trade, or a hole where trades were lost. */
export type TapeEntry =
  | { readonly kind: 'trade'; readonly trade: TapeSubscription['trades'] }
  | {
      readonly kind: 'gap';
      readonly key: string;
      readonly missing: number;
      /** not the fault of whoever reads */
      readonly isOutage: boolean;
    };

export interface TapeState {
  /** the newest first */
  readonly entries: readonly TapeEntry[];
  readonly error: CombinedError | undefined;
}

const MOST = 60;

/** The trades of a symbol, each one in order: what was lost is told by the server, and shown. */
export function useTape(symbol: string): TapeState {
  const session = useSession();
  const [entries, setEntries] = useState<readonly TapeEntry[]>([]);
  const [error, setError] = useState<CombinedError>();
  useEffect(() => {
    let kept: TapeEntry[] = [];
    const show = (): void => setEntries(kept);
    setError(undefined);
    return listen(
      session,
      Tape,
      { symbols: [symbol] },
      {
        next: ({ trades: trade }, extensions) => {
          const gap = readGap(extensions);
          const entry: TapeEntry = { kind: 'trade', trade };
          kept = [entry, ...(gap ? [gap] : []), ...kept].slice(0, MOST);
          onNextFrame(show);
        },
        error: setError,
      },
    );
  }, [session, symbol]);
  return { entries, error };
}

/** `extensions.gap { from to reason }`: what was lost before this trade. */
function readGap(extensions: Record<string, unknown> | undefined): TapeEntry | undefined {
  const gap = extensions?.gap as { from?: number; to?: number; reason?: string } | undefined;
  if (typeof gap?.from !== 'number' || typeof gap.to !== 'number') return undefined;
  return {
    kind: 'gap',
    key: `${gap.from}-${gap.to}`,
    missing: gap.to - gap.from + 1,
    isOutage: gap.reason === 'OUTAGE',
  };
}
