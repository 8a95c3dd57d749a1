import type { MarketSink } from '../../market/events/market-event.ts';

/** What a feed is given to work with. */
export interface FeedContext {
  readonly sink: MarketSink;
  /** Aborted when the feed is to stop; timers and sockets of the feed end with it. */
  readonly signal: AbortSignal;
  /** Tells the supervisor that the feed delivers; the first call turns its state to RUNNING. */
  readonly onAlive: () => void;
}

/**
 * A source of market data. `run` delivers to the sink until the signal aborts (then it resolves), the source is
 * exhausted (resolves: the feed is finished) or it fails (rejects: the supervisor restarts it with backoff).
 */
export interface Feed {
  readonly name: string;
  /** Checks what can be checked before anything starts. @throws Error in one sentence that says what to correct */
  check?(): Promise<void>;
  run(context: FeedContext): Promise<void>;
}

export type FeedState = 'STARTING' | 'RUNNING' | 'BACKING_OFF' | 'FINISHED' | 'STOPPED';

export interface FeedStatus {
  readonly name: string;
  readonly state: FeedState;
  /** epoch ms; null before the first event */
  readonly lastEventAt: number | null;
  /** over the last ten seconds */
  readonly eventsPerSecond: number;
  /** events since the start */
  readonly events: number;
  /** why it backs off, for operators */
  readonly lastError: string | null;
  /** symbols it named that could not be read, the first twenty */
  readonly unreadSymbols: readonly string[];
  /** reports dropped because their symbol could not be read */
  readonly unreadReports: number;
}
