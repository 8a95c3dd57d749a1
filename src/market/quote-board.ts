import type { TradeBar } from './bars/trade-bars.ts';
import { Calendars } from './calendar/calendars.ts';
import { EventClocks } from './events/event-time.ts';
import { advance, isOlder, type Stamp, stampOf } from './events/field-order.ts';
import type { DecimalText, QuoteReport, TradeReport } from './events/market-event.ts';
import type { QuoteState, TradeState } from './events/market-state.ts';
import { changeOf, extreme, isSameValue, later, sum } from './events/quote-figures.ts';
import { isHalted } from './instruments/instrument-listing.ts';
import type { Instruments } from './instruments/instruments.ts';
import {
  beginDay,
  beginsDay,
  EMPTY_DAY,
  extendDay,
  FIELDS,
  type Figures,
  isOver,
  type QuoteEntry,
  set,
  setDay,
} from './quotes/quote-day.ts';
import { RecentTrades } from './quotes/recent-trades.ts';

/** A price of a day that is over. */
interface LatePrice {
  /** start of that day */
  readonly day: number;
  readonly price: DecimalText | null | undefined;
  readonly stamp: Stamp;
  readonly isOfTrade: boolean;
}

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
 * - What is older never replaces what is newer, field by field and whatever kind of report brought it, see `isOlder`.
 * - A trading day begins with a trade, or with a report whose figures are others than those of the day before. Other
 *   reports of a later day, such as bids overnight, change nothing of a day's figures. Days follow the events' own times,
 *   see `EventClocks`, so a recording of 2019 has its own days. Of the day before, late prices and corrections change the
 *   close alone, which is the previous close here.
 * - The day's figures agree: a trade or last price beyond high or low extends them, and trades add to the volume and
 *   turnover of the newest report, unless it says that its figures are authoritative.
 *
 * What is returned is undefined where nothing changed.
 */
export class QuoteBoard {
  readonly #entries = new Map<string, QuoteEntry>();
  readonly #staleAfterMs: number;
  readonly #clocks: EventClocks;
  readonly #calendars: Calendars;
  readonly #instruments: Pick<Instruments, 'get'>;

  /**
   * @param staleAfterMs a symbol of which nothing was heard for longer, while its market was open, is stale
   * @param clocks decide when events happened
   * @param calendars decide which trading day that is
   * @param instruments know whose trading is halted
   */
  constructor(
    staleAfterMs: number,
    clocks = new EventClocks(),
    calendars = new Calendars(),
    instruments: Pick<Instruments, 'get'> = { get: () => undefined },
  ) {
    this.#staleAfterMs = staleAfterMs;
    this.#clocks = clocks;
    this.#calendars = calendars;
    this.#instruments = instruments;
  }

  get(symbol: string): QuoteState | undefined {
    return this.#entries.get(symbol)?.state;
  }

  /** Goes on from a quote that another instance published; a time in it that cannot be is unknown here, too. */
  restore(state: QuoteState, now: number): void {
    const { symbol } = state;
    const entry = this.#entry(symbol, now);
    const event = this.#clocks.judge(symbol, state.exchangeTime, Math.min(state.receivedAt, now));
    entry.state = { ...state, exchangeTime: event.exchangeTime };
    entry.day = this.#calendars.dayStart(symbol, event.time);
    entry.isDayGuessed = event.exchangeTime === null;
    entry.isPriceOfDay = state.high !== null;
    entry.openedAt = state.open === null ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    const stamp = stampOf(event, null, '');
    for (const field of FIELDS) entry.stamps.set(field, advance(stamp, undefined));
  }

  /**
   * The day as its bar has it, which counts every trade: of a day that the quote does not know, and where the quote
   * misses some of its trades, since whoever kept it stopped between a trade and its quote.
   * @param before the trading day before; undefined: not known
   */
  restoreDay(
    symbol: string,
    { start, lastTradeAt, turnover, prices }: TradeBar,
    before: TradeBar | undefined,
    now: number,
  ): QuoteState | undefined {
    if (!prices) return undefined;
    const entry = this.#entry(symbol, now);
    const { state } = entry;
    if (isSameValue(state.price, prices.close)) entry.isPriceOfTrade = true;
    const isNew = entry.day < start || state.volume === null;
    if (entry.day > start || (!isNew && prices.volume.lte(state.volume))) return undefined;
    const event = this.#clocks.judge(symbol, lastTradeAt, now);
    const stamp = stampOf(event, null, '');
    const day: Figures = isNew ? {} : state;
    entry.day = start;
    entry.isDayGuessed = false;
    entry.isPriceOfDay = true;
    entry.isPriceOfTrade = true;
    entry.openedAt = Number.NEGATIVE_INFINITY;
    const changes: Figures = { exchangeTime: later(state.exchangeTime, event.exchangeTime) };
    set(entry, changes, 'price', prices.close, stamp);
    if (isNew) changes.previousClose = before?.prices?.close ?? state.price ?? state.previousClose;
    changes.open = day.open ?? prices.open;
    changes.high = extreme(day.high ?? null, prices.high, 1);
    changes.low = extreme(day.low ?? null, prices.low, -1);
    changes.volume = prices.volume.toFixed();
    changes.turnover = turnover.toFixed();
    return this.#put(entry, now, changes);
  }

  /**
   * A trade moves the price, unless a newer report set it, and the day's figures.
   * @param now epoch ms of receipt
   */
  applyTrade(
    report: TradeReport & { readonly turnover: DecimalText },
    now: number,
    event = this.#clocks.judge(report.symbol, report.exchangeTime, now, report.exchangeNanos),
  ): QuoteState | undefined {
    const { symbol, price, size, turnover } = report;
    const entry = this.#entry(symbol, now);
    const day = this.#calendars.dayStart(symbol, event.time);
    const stamp = stampOf(event, report.sourceSequence, 'trades');
    if (isOver(entry, day, event)) return this.#applyLate(entry, { day, price, stamp, isOfTrade: true }, now);
    if (day !== entry.day) beginDay(entry, day);
    entry.isDayGuessed &&= event.exchangeTime === null;
    const changes: Figures = { exchangeTime: later(entry.state.exchangeTime, event.exchangeTime) };
    if (set(entry, changes, 'price', price, stamp)) entry.isPriceOfTrade = true;
    if (!entry.isAuthoritative) {
      extendDay(entry, changes, price, event);
      // a snapshot that is newer than the trade holds it already
      if (!isOlder(stamp, entry.stamps.get('volume'))) {
        changes.volume = sum(entry.state.volume, size);
        changes.turnover = sum(entry.state.turnover, turnover);
        entry.recent.add({ stamp, price, size, turnover });
      }
    }
    return this.#put(entry, now, changes);
  }

  /**
   * A trade was corrected. Figures that the source gave as snapshots stay until its next one; those that were made of
   * trades are those of the day's bar.
   * @param after as it counts now; undefined: it never counted
   * @param days the newest bars of days, newest first, with the correction in them
   */
  correct(
    before: TradeState,
    after: TradeState | undefined,
    days: readonly TradeBar[],
    now: number,
  ): QuoteState | undefined {
    const { symbol } = before;
    const entry = this.#entries.get(symbol);
    const event = this.#clocks.judge(symbol, before.exchangeTime, before.receivedAt, before.exchangeNanos);
    if (!entry) return undefined;
    const stamp = stampOf(event, before.sourceSequence, 'trades');
    const day = this.#calendars.dayStart(symbol, event.time);
    if (day === entry.before?.day) return this.#correctClose(entry, { before, after, stamp }, days, now);
    if (day !== entry.day) return undefined;
    const { state, stamps } = entry;
    const changes: Figures = {};
    const today = days.find(({ start }) => start === entry.day);
    const prices = today?.prices;
    // it may be this trade's, and then the price is that of the newest trade which counts
    if (entry.isPriceOfTrade && isSameValue(state.price, before.price)) {
      changes.price = prices?.close ?? state.previousClose;
    } else if (after && entry.isPriceOfTrade && !isOlder(stamp, stamps.get('price'))) {
      changes.price = prices?.close ?? after.price;
    }
    if (!entry.isAuthoritative) {
      const isGiven = (field: 'open' | 'high' | 'low' | 'volume' | 'turnover') => stamps.has(field);
      if (entry.openedAt !== Number.NEGATIVE_INFINITY || !isGiven('open'))
        changes.open = prices?.open ?? null;
      if (!isGiven('high')) changes.high = prices?.high ?? null;
      if (!isGiven('low')) changes.low = prices?.low ?? null;
      // a snapshot that is newer than the trade is right by itself
      if (!isGiven('volume')) changes.volume = prices?.volume.toFixed() ?? null;
      else if (!isOlder(stamp, stamps.get('volume'))) {
        changes.volume = sum(sum(state.volume, `-${before.size}`), after?.size ?? '0');
      }
      if (!isGiven('turnover')) changes.turnover = today?.turnover.toFixed() ?? null;
      else if (!isOlder(stamp, stamps.get('turnover'))) {
        changes.turnover = sum(sum(state.turnover, `-${before.turnover}`), after?.turnover ?? '0');
      }
    }
    return this.#put(entry, now, changes);
  }

  /** What a source says of a quote: a field that is absent keeps its value, and null clears it. */
  applyReport(report: QuoteReport, now: number): QuoteState | undefined {
    const { symbol } = report;
    const entry = this.#entry(symbol, now);
    const event = this.#clocks.judge(symbol, report.exchangeTime, now, report.exchangeNanos);
    const stamp = stampOf(event, report.sourceSequence, 'quotes');
    const day = this.#calendars.dayStart(symbol, event.time);
    if (isOver(entry, day, event)) {
      return this.#applyLate(entry, { day, price: report.price, stamp, isOfTrade: false }, now);
    }
    // bids come overnight, too, and anything on a weekend: they begin no day
    const isKnown = entry.day !== Number.NEGATIVE_INFINITY;
    const isClosed = isKnown && day > entry.day && this.#calendars.isClosedAllDay(symbol, event.time);
    if (day !== entry.day && !isClosed && beginsDay(entry, report, day)) beginDay(entry, day);
    const isOfDay = day === entry.day;
    entry.isDayGuessed &&= event.exchangeTime === null;
    const { price } = report;
    const newPrice = price == null || isSameValue(price, entry.state.price) ? undefined : price;
    const changes: Figures = { exchangeTime: later(entry.state.exchangeTime, event.exchangeTime) };
    set(entry, changes, 'bid', report.bid, stamp);
    set(entry, changes, 'ask', report.ask, stamp);
    if (isOfDay) {
      if (set(entry, changes, 'price', report.price, stamp)) entry.isPriceOfTrade = false;
      set(entry, changes, 'previousClose', report.previousClose, stamp);
      entry.isAuthoritative = report.authoritative ?? entry.isAuthoritative;
      setDay(entry, changes, report, stamp);
      // a price that is merely repeated may be of the day before
      if (newPrice !== undefined && !entry.isAuthoritative) extendDay(entry, changes, newPrice, event);
    }
    return this.#put(entry, now, changes);
  }

  /**
   * The best prices of the book; null: that side is empty. A book opens no trading day: it is there overnight.
   * @param time epoch ms as the source says; null: it does not say
   */
  applyTop(
    symbol: string,
    bid: DecimalText | null,
    ask: DecimalText | null,
    time: number | null,
    now: number,
  ): QuoteState | undefined {
    const entry = this.#entry(symbol, now);
    const { state } = entry;
    const event = this.#clocks.judge(symbol, time, now);
    const stamp = stampOf(event, null, 'book');
    const changes: Figures = {};
    set(entry, changes, 'bid', bid, stamp);
    set(entry, changes, 'ask', ask, stamp);
    if (!differs(state, changes)) return this.touch(symbol, now);
    return this.#put(entry, now, { ...changes, exchangeTime: later(state.exchangeTime, event.exchangeTime) });
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
      const { symbol } = entry.state;
      const openSince = this.#calendars.openSince(symbol, now);
      if (openSince === undefined || now - openSince <= this.#staleAfterMs) continue;
      if (isHalted(this.#instruments.get(symbol))) continue;
      entry.state = { ...entry.state, stale: true };
      turned.push(entry.state);
    }
    return turned;
  }

  /** Of a day that is over, the close may still be corrected, which is the previous close of the day after. */
  #applyLate(
    entry: QuoteEntry,
    { day, price, stamp, isOfTrade }: LatePrice,
    now: number,
  ): QuoteState | undefined {
    const { before } = entry;
    const isGiven = entry.stamps.has('previousClose');
    if (price == null || day !== before?.day || isGiven || isOlder(stamp, before.price)) {
      return this.touch(entry.state.symbol, now);
    }
    entry.before = { day, price: advance(stamp, before.price), isOfTrade };
    return this.#put(entry, now, { previousClose: price });
  }

  /** The last trade of the day before was corrected, or one took its place. */
  #correctClose(
    entry: QuoteEntry,
    { before, after, stamp }: { before: TradeState; after: TradeState | undefined; stamp: Stamp },
    days: readonly TradeBar[],
    now: number,
  ): QuoteState | undefined {
    const { before: yesterday, state } = entry;
    if (!yesterday?.isOfTrade || entry.stamps.has('previousClose')) return undefined;
    const isLast = isSameValue(state.previousClose, before.price);
    if (!isLast && (!after || isOlder(stamp, yesterday.price))) return undefined;
    const bar = days.find(({ start }) => start < entry.day);
    return this.#put(entry, now, { previousClose: bar?.prices?.close ?? after?.price ?? null });
  }

  #entry(symbol: string, now: number): QuoteEntry {
    let entry = this.#entries.get(symbol);
    if (!entry) {
      entry = {
        state: { ...EMPTY, symbol, receivedAt: now },
        heardAt: now,
        day: Number.NEGATIVE_INFINITY,
        isDayGuessed: true,
        stamps: new Map(),
        openedAt: Number.POSITIVE_INFINITY,
        openedNanos: 0,
        isPriceOfDay: false,
        isPriceOfTrade: false,
        isAuthoritative: false,
        recent: new RecentTrades(),
        before: undefined,
      };
      this.#entries.set(symbol, entry);
    }
    return entry;
  }

  #put(entry: QuoteEntry, now: number, changes: Figures): QuoteState | undefined {
    entry.heardAt = now;
    const { state } = entry;
    if (!state.stale && !differs(state, changes)) return undefined;
    const next = { ...state, ...changes, receivedAt: now, stale: false };
    entry.state = { ...next, ...changeOf(next.price, next.previousClose) };
    return entry.state;
  }
}

function differs(state: QuoteState, changes: Figures): boolean {
  for (const name in changes) {
    const field = name as keyof Figures;
    if (changes[field] !== state[field]) return true;
  }
  return false;
}
