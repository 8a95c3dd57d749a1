import { useEffect, useState } from 'react';
import type { CombinedError } from 'urql';
import type { FiguresSubscription } from '../gql/graphql.ts';
import { listen } from '../session/listen.ts';
import { useSession } from '../session/use-session.ts';
import { Figures } from './documents.ts';

export type Stats = FiguresSubscription['stats'];

/** What the server did in one second. */
export interface Sample {
  readonly connections: number;
  readonly subscribers: number;
  readonly delivered: number;
  readonly executed: number;
  readonly conflated: number;
  readonly dropped: number;
}

export interface FiguresState {
  readonly stats: Stats | undefined;
  /** the newest last */
  readonly samples: readonly Sample[];
  readonly error: CombinedError | undefined;
}

const KEPT = 120;

/** The server's figures as they come, and rates made of its counters. */
export function useFigures(): FiguresState {
  const session = useSession();
  const [state, setState] = useState<FiguresState>({ stats: undefined, samples: [], error: undefined });
  useEffect(() => {
    let before: { stats: Stats; at: number } | undefined;
    return listen(
      session,
      Figures,
      {},
      {
        next: ({ stats }) => {
          const at = performance.now();
          // another instance counts from its own beginning
          const sample =
            before?.stats.instance === stats.instance ? sampleOf(before, { stats, at }) : undefined;
          before = { stats, at };
          setState(({ samples }) => ({
            stats,
            samples: sample ? [...samples.slice(1 - KEPT), sample] : samples,
            error: undefined,
          }));
        },
        error: (error) => setState((known) => ({ ...known, error })),
      },
    );
  }, [session]);
  return state;
}

type Timed = { readonly stats: Stats; readonly at: number };

function sampleOf(before: Timed, now: Timed): Sample {
  const seconds = Math.max(0.2, (now.at - before.at) / 1000);
  const { connections, streaming } = now.stats;
  const rate = (name: 'messagesSent' | 'executions' | 'messagesConflated' | 'messagesDropped'): number =>
    (streaming[name] - before.stats.streaming[name]) / seconds;
  return {
    connections: connections.total,
    subscribers: streaming.subscribers,
    delivered: rate('messagesSent'),
    executed: rate('executions'),
    conflated: rate('messagesConflated'),
    dropped: rate('messagesDropped'),
  };
}
