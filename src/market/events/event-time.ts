import { EARLIEST } from './instant.ts';

/** Clocks of sources and ours differ by so much; a stamp that is further ahead of its receipt is wrong. */
export const MAX_CLOCK_SKEW_MS = 5000;
/** An event so far behind the newest one of its symbol is no late report: its stamp is wrong. */
const MAX_LATE_MS = 31 * 86_400_000;
const DAY_MS = 86_400_000;

/** When an event happened, as far as its source can be believed. */
export interface EventTime {
  /** epoch ms by which candles, fund flow and trading days count it; never missing */
  readonly time: number;
  /** epoch ms as its source said; null: it said nothing, or what cannot be */
  readonly exchangeTime: number | null;
  /** nanoseconds beyond `exchangeTime`; 0 where that is null */
  readonly nanos: number;
  /** its source's clock was ahead of its receipt, within what is allowed */
  readonly isAhead: boolean;
}

/** Of a symbol: its newest exchange time, and how far behind receipt that was. */
interface SourceClock {
  readonly time: number;
  readonly lag: number;
}

/**
 * Decides when events happened, which is the one rule for time:
 *
 * - An event cannot happen after its receipt. A stamp up to five seconds ahead is a clock that runs fast and is kept;
 *   one further ahead is unknown.
 * - A stamp before 1980, or more than 31 days behind the newest one of its symbol, is unknown.
 * - An event of unknown time counts at its receipt; while a recording is replayed, at the recording's newest time.
 */
export class EventClocks {
  readonly #clocks = new Map<string, SourceClock>();

  /**
   * @param exchangeTime epoch ms as the source says; null: it does not say
   * @param receivedAt epoch ms
   */
  judge(
    symbol: string,
    exchangeTime: number | null | undefined,
    receivedAt: number,
    nanos: number | null | undefined = 0,
  ): EventTime {
    const clock = this.#clocks.get(symbol);
    if (exchangeTime == null || !isPossible(exchangeTime, receivedAt, clock)) {
      const isReplay = clock !== undefined && clock.lag > DAY_MS;
      return { time: isReplay ? clock.time : receivedAt, exchangeTime: null, nanos: 0, isAhead: false };
    }
    if (!clock || exchangeTime >= clock.time) {
      this.#clocks.set(symbol, { time: exchangeTime, lag: receivedAt - exchangeTime });
    }
    return {
      time: exchangeTime,
      exchangeTime,
      nanos: nanos ?? 0,
      isAhead: exchangeTime > receivedAt,
    };
  }

  /** A report with its time where that can be, else without. */
  judged<R extends { readonly symbol: string; readonly exchangeTime?: number | null }>(
    report: R,
    receivedAt: number,
  ): R {
    const { symbol, exchangeTime } = report;
    if (exchangeTime == null) return report;
    return { ...report, exchangeTime: this.judge(symbol, exchangeTime, receivedAt).exchangeTime };
  }
}

function isPossible(exchangeTime: number, receivedAt: number, clock: SourceClock | undefined): boolean {
  if (exchangeTime > receivedAt + MAX_CLOCK_SKEW_MS || exchangeTime < EARLIEST) return false;
  return clock === undefined || exchangeTime >= clock.time - MAX_LATE_MS;
}
