import { useEffect, useState } from 'react';
import type { CombinedError } from 'urql';
import type { TapeSubscription } from '../gql/graphql.ts';
import { listen } from '../session/listen.ts';
import { useSession } from '../session/use-session.ts';
import { onNextFrame } from '../state/frames.ts';
import type { CandleTrade } from './candle-book.ts';
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

/**
 * The trades of a symbol, each one in order: what was lost is told by the server, and shown.
 * @param onTrade hears each one at once
 */
export function useTape(symbol: string, onTrade: (trade: CandleTrade) => void): TapeState {
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
          if (trade.kind !== 'TRADE') {
            // the chart misses this sequence with the next trade, and reads its candles again
            kept = kept.flatMap((entry) => correctedEntry(entry, trade));
            onNextFrame(show);
            return;
          }
          onTrade({ ...trade, at: timeOf(trade) });
          const gap = readGap(extensions);
          const entry: TapeEntry = { kind: 'trade', trade };
          kept = [entry, ...(gap ? [gap] : []), ...kept].slice(0, MOST);
          onNextFrame(show);
        },
        error: setError,
      },
    );
  }, [session, symbol, onTrade]);
  return { entries, error };
}

/** What is left of an entry after a correction: of a busted trade nothing. */
function correctedEntry(entry: TapeEntry, correction: TapeSubscription['trades']): readonly TapeEntry[] {
  if (entry.kind !== 'trade' || entry.trade.id !== correction.correctedId) return [entry];
  const { price, size, side } = correction;
  return correction.kind === 'BUST' ? [] : [{ kind: 'trade', trade: { ...entry.trade, price, size, side } }];
}

const DAY_MS = 86_400_000;

/** When a trade happened, as the server takes it: the source's time, unless it is absurd. */
function timeOf({ exchangeTime, receivedAt }: TapeSubscription['trades']): number {
  const received = Date.parse(receivedAt);
  return exchangeTime === null ? received : Math.min(Date.parse(exchangeTime), received + DAY_MS);
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
