import type { MarketSink } from '../market/events/market-event.ts';
import { type BackoffOptions, backoffMs } from '../primitives/backoff.ts';
import { pause } from '../primitives/pause.ts';
import { EventRate } from './event-rate.ts';
import type { Feed, FeedState, FeedStatus } from './source/feed.ts';
import { SymbolGate } from './symbol-gate.ts';

export interface FeedSupervisorOptions {
  readonly feeds: readonly Feed[];
  readonly sink: MarketSink;
  /** Hears why a feed is restarted. */
  readonly onError: (feed: string, error: unknown) => void;
  /** Pauses between a failure and the restart. @default 500 ms, doubled up to 30 s */
  readonly backoff?: BackoffOptions;
  /** epoch ms; @default Date.now */
  readonly now?: () => number;
}

/** Runs feeds, one run of each at a time, and restarts those that fail. One feed's failure is no other's. */
export class FeedSupervisor {
  readonly #options: FeedSupervisorOptions;
  #stop = new AbortController();
  readonly #runs: FeedRun[];
  #running: Promise<void>[] = [];

  constructor(options: FeedSupervisorOptions) {
    this.#options = options;
    this.#runs = options.feeds.map((feed) => new FeedRun(feed, options));
  }

  /** Starts every feed, again after a stop; calling it while they run does nothing. */
  start(): void {
    if (this.#running.length > 0) return;
    this.#stop = new AbortController();
    this.#running = this.#runs.map((run) => run.keepRunning(this.#stop.signal));
  }

  statuses(): FeedStatus[] {
    const now = (this.#options.now ?? Date.now)();
    return this.#runs.map((run) => run.status(now));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
    this.#running = [];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

class FeedRun {
  readonly #feed: Feed;
  readonly #options: FeedSupervisorOptions;
  readonly #rate = new EventRate();
  readonly #gate = new SymbolGate();
  #state: FeedState = 'STOPPED';
  #lastEventAt: number | null = null;
  #events = 0;
  #lastError: string | null = null;

  constructor(feed: Feed, options: FeedSupervisorOptions) {
    this.#feed = feed;
    this.#options = options;
  }

  status(now: number): FeedStatus {
    const { symbols, reports } = this.#gate.unread;
    return {
      name: this.#feed.name,
      state: this.#state,
      lastEventAt: this.#lastEventAt,
      eventsPerSecond: this.#rate.perSecond(now),
      events: this.#events,
      lastError: this.#lastError,
      unreadSymbols: symbols,
      unreadReports: reports,
    };
  }

  /** Resolves when the feed is finished or the signal aborts; never rejects. */
  async keepRunning(signal: AbortSignal): Promise<void> {
    const backoff = this.#options.backoff ?? { firstMs: 500, maxMs: 30_000 };
    const now = this.#options.now ?? Date.now;
    let failures = 0;
    while (!signal.aborted) {
      this.#state = 'STARTING';
      const startedAt = now();
      try {
        await this.#feed.run({ sink: this.#counting(now), signal, onAlive: () => this.#alive() });
        this.#state = signal.aborted ? 'STOPPED' : 'FINISHED';
        return;
      } catch (error) {
        if (signal.aborted) break;
        this.#lastError = error instanceof Error ? error.message : String(error);
        this.#options.onError(this.#feed.name, error);
      }
      this.#state = 'BACKING_OFF';
      // a failure after a long run is not one of a series
      failures = now() - startedAt > backoff.maxMs ? 1 : failures + 1;
      await pause(backoffMs(failures, backoff), signal);
    }
    this.#state = 'STOPPED';
  }

  #alive(): void {
    if (this.#state === 'STARTING') this.#state = 'RUNNING';
  }

  #count(now: () => number): void {
    this.#lastEventAt = now();
    this.#events += 1;
    this.#rate.add(this.#lastEventAt);
    this.#alive();
  }

  #counting(now: () => number): MarketSink {
    const sink = this.#gate.before(this.#options.sink);
    return {
      listInstrument: (instrument) => sink.listInstrument(instrument),
      acceptQuote: (report) => {
        this.#count(now);
        sink.acceptQuote(report);
      },
      acceptTrade: (report) => {
        this.#count(now);
        // a feed numbers its own trades
        return sink.acceptTrade(
          report.source === undefined ? { ...report, source: this.#feed.name } : report,
        );
      },
      acceptBook: (report) => {
        this.#count(now);
        sink.acceptBook(report);
      },
      acceptBookChanges: (report) => {
        this.#count(now);
        return sink.acceptBookChanges(report);
      },
    };
  }
}
