import Big from 'big.js';
import { compareDecimals } from './decimal.ts';
import type { DecimalText, QuoteReport, TradeReport } from './market-event.ts';
import type { QuoteState } from './market-state.ts';
import { marketOf } from './symbol.ts';
import { dayStart } from './trading-day.ts';

interface Entry {
  state: QuoteState;
  /** start of the trading day that open, high, low, volume and turnover belong to */
  day: number;
}

const EMPTY = {
  price: null,
  open: null,
  high: null,
  low: null,
  previousClose: null,
  change: null,
  changePercent: null,
  volume: null,
  turnover: null,
  bid: null,
  ask: null,
  exchangeTime: null,
  stale: false,
} as const;

/** The current quote of every symbol. Each state is immutable, so that it can be published as it is. */
export class QuoteBoard {
  readonly #entries = new Map<string, Entry>();
  readonly #staleAfterMs: number;

  /** @param staleAfterMs a symbol without events for longer is stale */
  constructor(staleAfterMs: number) {
    this.#staleAfterMs = staleAfterMs;
  }

  /**
   * A trade moves price, the day's range, volume and turnover.
   * @param now epoch ms
   */
  applyTrade(report: TradeReport & { readonly turnover: DecimalText }, now: number): QuoteState {
    const { symbol, price, size } = report;
    const entry = this.#entry(symbol, report.exchangeTime ?? now, now);
    const { state } = entry;
    return this.#put(entry, now, {
      price,
      open: state.open ?? price,
      high: extreme(state.high, price, 1),
      low: extreme(state.low, price, -1),
      volume: sum(state.volume, size),
      turnover: sum(state.turnover, report.turnover),
      exchangeTime: report.exchangeTime ?? state.exchangeTime,
    });
  }

  /** What a feed says of a quote; what it leaves out is kept. */
  applyReport(report: QuoteReport, now: number): QuoteState {
    const entry = this.#entry(report.symbol, report.exchangeTime ?? now, now);
    const { symbol: _symbol, ...given } = report;
    return this.#put(entry, now, withoutAbsent(given));
  }

  /** @returns undefined when best bid and ask are as they were */
  applyTop(
    symbol: string,
    bid: DecimalText | null,
    ask: DecimalText | null,
    time: number | null,
    now: number,
  ) {
    const entry = this.#entry(symbol, time ?? now, now);
    const { state } = entry;
    if (state.bid === bid && state.ask === ask && !state.stale) {
      // only `receivedAt` moves: the symbol is alive, but there is nothing to tell
      entry.state = { ...state, receivedAt: now };
      return undefined;
    }
    return this.#put(entry, now, { bid, ask, exchangeTime: time ?? state.exchangeTime });
  }

  /** Those that have turned stale since the last sweep. */
  sweep(now: number): QuoteState[] {
    const turned: QuoteState[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.state.stale || now - entry.state.receivedAt <= this.#staleAfterMs) continue;
      entry.state = { ...entry.state, stale: true };
      turned.push(entry.state);
    }
    return turned;
  }

  #entry(symbol: string, time: number, now: number): Entry {
    const day = dayStart(marketOf(symbol) ?? 'CRYPTO', time);
    const entry = this.#entries.get(symbol);
    if (!entry) {
      const made: Entry = { state: { ...EMPTY, symbol, receivedAt: now }, day };
      this.#entries.set(symbol, made);
      return made;
    }
    // a report of yesterday that comes late must not take the day back
    if (day > entry.day) {
      const { price, previousClose } = entry.state;
      entry.day = day;
      entry.state = {
        ...entry.state,
        previousClose: price ?? previousClose,
        open: null,
        high: null,
        low: null,
        volume: null,
        turnover: null,
      };
    }
    return entry;
  }

  #put(entry: Entry, now: number, changes: Partial<QuoteState>): QuoteState {
    const next = { ...entry.state, ...changes, receivedAt: now, stale: false };
    entry.state = { ...next, ...changeOf(next.price, next.previousClose) };
    return entry.state;
  }
}

function changeOf(price: DecimalText | null, previousClose: DecimalText | null) {
  if (price === null || previousClose === null) return { change: null, changePercent: null };
  const close = new Big(previousClose);
  const change = new Big(price).minus(close);
  return {
    change: change.toFixed(),
    changePercent: close.eq(0) ? null : change.times(100).div(close).toFixed(2, Big.roundHalfUp),
  };
}

const sum = (a: DecimalText | null, b: DecimalText): DecimalText =>
  a === null ? b : new Big(a).plus(b).toFixed();

function extreme(known: DecimalText | null, price: DecimalText, sign: 1 | -1): DecimalText {
  return known === null || compareDecimals(price, known) * sign > 0 ? price : known;
}

/** Feeds leave fields out as null or undefined: both mean "as before". */
function withoutAbsent(given: Omit<QuoteReport, 'symbol'>): Partial<QuoteState> {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== null && value !== undefined),
  );
}
