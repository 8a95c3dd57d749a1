import Big from 'big.js';
import { compareDecimals } from './decimal.ts';
import type { DecimalText, QuoteReport, TradeReport } from './market-event.ts';
import type { QuoteState } from './market-state.ts';
import { marketOf } from './symbol.ts';
import { dayStart, eventTime } from './trading-day.ts';

const DAY_MS = 86_400_000;

/** What a feed may report of the day itself; trades then leave it alone until the next day. */
type DayTotal = 'open' | 'volume' | 'turnover';

interface Entry {
  state: QuoteState;
  /** epoch ms of the last sign of life, published or not */
  heardAt: number;
  /** start of the trading day that open, high, low, volume and turnover belong to; -Infinity: of none yet */
  day: number;
  /** newest exchange time, and how far behind receipt it was */
  clock: { time: number; lag: number } | undefined;
  /** of the day's earliest and of the newest trade */
  openedAt: number;
  tradedAt: number;
  readonly given: Set<DayTotal>;
}

const EMPTY_DAY = { open: null, high: null, low: null, volume: null, turnover: null } as const;

const EMPTY = {
  ...EMPTY_DAY,
  price: null,
  previousClose: null,
  change: null,
  changePercent: null,
  bid: null,
  ask: null,
  exchangeTime: null,
  stale: false,
} as const;

/**
 * The current quote of every symbol. Each state is immutable, so that it can be published as it is.
 *
 * The day is that of the newest exchange time, whatever the wall clock says, so a recording of 2019 has its own days.
 * Events without exchange time belong to the day of receipt, or to the recording's day where one is being replayed.
 * Events of an earlier day change nothing. What is returned is undefined where nothing changed.
 */
export class QuoteBoard {
  readonly #entries = new Map<string, Entry>();
  readonly #staleAfterMs: number;

  /** @param staleAfterMs a symbol of which nothing was heard for longer is stale */
  constructor(staleAfterMs: number) {
    this.#staleAfterMs = staleAfterMs;
  }

  get(symbol: string): QuoteState | undefined {
    return this.#entries.get(symbol)?.state;
  }

  /** Goes on from a quote that another instance published. What its feed gave of the day's totals is not known. */
  restore(state: QuoteState, now: number): void {
    const entry = this.#entry(state.symbol, now);
    const { exchangeTime, receivedAt } = state;
    const time = exchangeTime ?? receivedAt;
    entry.state = state;
    entry.day = dayStart(marketOf(state.symbol) ?? 'CRYPTO', time);
    entry.tradedAt = time;
    if (exchangeTime !== null) entry.clock = { time: exchangeTime, lag: receivedAt - exchangeTime };
  }

  /**
   * A trade moves the price, unless a newer trade came before it, and the day's figures.
   * @param now epoch ms
   */
  applyTrade(report: TradeReport & { readonly turnover: DecimalText }, now: number): QuoteState | undefined {
    const { symbol, price, size } = report;
    const entry = this.#entry(symbol, now);
    const time = timeOf(entry, report.exchangeTime, now);
    if (!enterDay(entry, report.exchangeTime, time, now)) return this.touch(symbol, now);
    const { state, given } = entry;
    const opens = state.open === null || (!given.has('open') && time < entry.openedAt);
    if (opens) entry.openedAt = time;
    const isNewest = time >= entry.tradedAt;
    if (isNewest) entry.tradedAt = time;
    return this.#put(entry, now, {
      price: isNewest ? price : state.price,
      open: opens ? price : state.open,
      high: extreme(state.high, price, 1),
      low: extreme(state.low, price, -1),
      volume: given.has('volume') ? state.volume : sum(state.volume, size),
      turnover: given.has('turnover') ? state.turnover : sum(state.turnover, report.turnover),
      exchangeTime: later(state.exchangeTime, report.exchangeTime),
    });
  }

  /** What a feed says of a quote; what it leaves out is kept. */
  applyReport(report: QuoteReport, now: number): QuoteState | undefined {
    const entry = this.#entry(report.symbol, now);
    if (!enterDay(entry, report.exchangeTime, timeOf(entry, report.exchangeTime, now), now)) {
      return this.touch(report.symbol, now);
    }
    const { state, given } = entry;
    for (const total of ['open', 'volume', 'turnover'] as const) if (report[total] != null) given.add(total);
    return this.#put(entry, now, {
      price: report.price ?? state.price,
      open: report.open ?? state.open,
      high: report.high ?? state.high,
      low: report.low ?? state.low,
      previousClose: report.previousClose ?? state.previousClose,
      volume: report.volume ?? state.volume,
      turnover: report.turnover ?? state.turnover,
      bid: report.bid ?? state.bid,
      ask: report.ask ?? state.ask,
      exchangeTime: later(state.exchangeTime, report.exchangeTime),
    });
  }

  /** The best prices of the book; null: that side is empty. A book opens no trading day: it is there overnight. */
  applyTop(
    symbol: string,
    bid: DecimalText | null,
    ask: DecimalText | null,
    time: number | null,
    now: number,
  ): QuoteState | undefined {
    const entry = this.#entry(symbol, now);
    const { state } = entry;
    if (state.bid === bid && state.ask === ask) return this.touch(symbol, now);
    return this.#put(entry, now, { bid, ask, exchangeTime: later(state.exchangeTime, time) });
  }

  /** Something was heard of the symbol that is not in its quote. Fresh again if it was stale, else undefined. */
  touch(symbol: string, now: number): QuoteState | undefined {
    const entry = this.#entries.get(symbol);
    if (!entry) return undefined;
    entry.heardAt = now;
    return entry.state.stale ? this.#put(entry, now, {}) : undefined;
  }

  /** Every quote. */
  *all(): Iterable<QuoteState> {
    for (const { state } of this.#entries.values()) yield state;
  }

  /** Those that have turned stale since the last sweep. */
  sweep(now: number): QuoteState[] {
    const turned: QuoteState[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.state.stale || now - entry.heardAt <= this.#staleAfterMs) continue;
      entry.state = { ...entry.state, stale: true };
      turned.push(entry.state);
    }
    return turned;
  }

  #entry(symbol: string, now: number): Entry {
    let entry = this.#entries.get(symbol);
    if (!entry) {
      entry = {
        state: { ...EMPTY, symbol, receivedAt: now },
        heardAt: now,
        day: Number.NEGATIVE_INFINITY,
        clock: undefined,
        openedAt: Number.NEGATIVE_INFINITY,
        tradedAt: Number.NEGATIVE_INFINITY,
        given: new Set(),
      };
      this.#entries.set(symbol, entry);
    }
    return entry;
  }

  #put(entry: Entry, now: number, changes: Partial<QuoteState>): QuoteState | undefined {
    entry.heardAt = now;
    const { state } = entry;
    if (!state.stale && !differs(state, changes)) return undefined;
    const next = { ...state, ...changes, receivedAt: now, stale: false };
    entry.state = { ...next, ...changeOf(next.price, next.previousClose) };
    return entry.state;
  }
}

function timeOf({ clock }: Entry, exchangeTime: number | null | undefined, now: number): number {
  const isReplay = clock !== undefined && clock.lag > DAY_MS;
  return isReplay && exchangeTime == null ? clock.time : eventTime(exchangeTime, now);
}

/** Begins a new day where the time is of one. @returns false for an event of a day that is over */
function enterDay(entry: Entry, exchangeTime: number | null | undefined, time: number, now: number): boolean {
  const { clock, state } = entry;
  const day = dayStart(marketOf(state.symbol) ?? 'CRYPTO', time);
  // a day that was only guessed from the time of receipt gives way to the first that the source tells
  const isGuess = exchangeTime != null && clock === undefined;
  if (day < entry.day && !isGuess) return false;
  if (exchangeTime != null && (!clock || time >= clock.time)) entry.clock = { time, lag: now - time };
  if (isGuess && day < entry.day) entry.tradedAt = Number.NEGATIVE_INFINITY;
  if (day > entry.day && entry.day !== Number.NEGATIVE_INFINITY) {
    entry.given.clear();
    entry.state = { ...state, ...EMPTY_DAY, previousClose: state.price ?? state.previousClose };
  }
  entry.day = day;
  return true;
}

function differs(state: QuoteState, changes: Partial<QuoteState>): boolean {
  for (const name in changes) {
    const field = name as keyof QuoteState;
    if (changes[field] !== state[field]) return true;
  }
  return false;
}

function changeOf(price: DecimalText | null, previousClose: DecimalText | null) {
  if (price === null || previousClose === null) return { change: null, changePercent: null };
  const close = new Big(previousClose);
  const change = new Big(price).minus(close);
  return { change: change.toFixed(), changePercent: close.eq(0) ? null : percentOf(change, close) };
}

/** A part in percent of a whole that is not zero, with two decimals, half up (away from zero); never `-0.00`. */
export function percentOf(part: Big, whole: Big): DecimalText {
  return part.times(100).div(whole).round(2, Big.roundHalfUp).toFixed(2);
}

const sum = (a: DecimalText | null, b: DecimalText): DecimalText =>
  a === null ? b : new Big(a).plus(b).toFixed();

const later = (a: number | null, b: number | null | undefined): number | null =>
  a === null || b == null ? (b ?? a) : Math.max(a, b);

function extreme(known: DecimalText | null, price: DecimalText, sign: 1 | -1): DecimalText {
  return known === null || compareDecimals(price, known) * sign > 0 ? price : known;
}
