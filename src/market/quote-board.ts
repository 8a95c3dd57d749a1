import { EventClocks, type EventTime } from './event-time.ts';
import { advance, type FieldStamp, isOlder, type Stamp, stampOf } from './field-order.ts';
import type { DecimalText, QuoteReport, TradeReport } from './market-event.ts';
import type { QuoteState } from './market-state.ts';
import { changeOf, extreme, isSameValue, later, sum } from './quote-figures.ts';
import { RecentTrades } from './recent-trades.ts';
import { marketOf } from './symbol.ts';
import { dayStart } from './trading-day.ts';

/** The figures of one trading day. */
const DAY_FIELDS = ['open', 'high', 'low', 'volume', 'turnover'] as const;
/** Of these, what trades add to. */
const SUMMED = ['high', 'low', 'volume', 'turnover'] as const;
/** What reports set. */
const FIELDS = ['price', 'previousClose', 'bid', 'ask', ...DAY_FIELDS] as const;
type Field = (typeof FIELDS)[number];
type Figures = { -readonly [F in Field | 'exchangeTime']?: QuoteState[F] };

interface Entry {
  state: QuoteState;
  /** epoch ms of the last sign of life, published or not */
  heardAt: number;
  /** start of the trading day that open, high, low, volume and turnover belong to; -Infinity: of none yet */
  day: number;
  /** the day is that of receipt, as no source has told a time yet */
  isDayGuessed: boolean;
  /** the newest report that set each field; of volume and turnover, and of high and low, the newest snapshot */
  readonly stamps: Map<Field, FieldStamp>;
  /** of the earliest price of the day, epoch ms; Infinity: there was none; -Infinity: a report gave the open */
  openedAt: number;
  /** nanoseconds beyond `openedAt` */
  openedNanos: number;
  /** the price came on the day, and is not that of the day before */
  isPriceOfDay: boolean;
  /** the source says that its figures of the day are the exchange's own */
  isAuthoritative: boolean;
  recent: RecentTrades;
  /** the trading day before, and the report that gave its last price */
  before: { readonly day: number; readonly price: FieldStamp | undefined } | undefined;
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
 * - What is older never replaces what is newer, field by field and whatever kind of report brought it, see `isOlder`.
 * - A trading day begins with a trade, or with a report whose figures are others than those of the day before. Other
 *   reports of a later day, such as bids overnight, change nothing of a day's figures. Days follow the events' own times,
 *   see `EventClocks`, so a recording of 2019 has its own days; trades of an earlier day change nothing here.
 * - The day's figures agree: a trade or last price beyond high or low extends them, and trades add to the volume and
 *   turnover of the newest report, unless it says that its figures are authoritative.
 *
 * What is returned is undefined where nothing changed.
 */
export class QuoteBoard {
  readonly #entries = new Map<string, Entry>();
  readonly #staleAfterMs: number;
  readonly #clocks: EventClocks;

  /**
   * @param staleAfterMs a symbol of which nothing was heard for longer is stale
   * @param clocks decide when events happened
   */
  constructor(staleAfterMs: number, clocks = new EventClocks()) {
    this.#staleAfterMs = staleAfterMs;
    this.#clocks = clocks;
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
    entry.day = dayOf(symbol, event.time);
    entry.isDayGuessed = event.exchangeTime === null;
    entry.isPriceOfDay = state.high !== null;
    entry.openedAt = state.open === null ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    const stamp = stampOf(event, null, '');
    for (const field of FIELDS) entry.stamps.set(field, advance(stamp, undefined));
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
    const day = dayOf(symbol, event.time);
    if (isOver(entry, day, event)) return this.touch(symbol, now);
    if (day !== entry.day) beginDay(entry, day);
    entry.isDayGuessed &&= event.exchangeTime === null;
    const stamp = stampOf(event, report.sourceSequence, 'trades');
    const changes: Figures = { exchangeTime: later(entry.state.exchangeTime, event.exchangeTime) };
    set(entry, changes, 'price', price, stamp);
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

  /** What a source says of a quote: a field that is absent keeps its value, and null clears it. */
  applyReport(report: QuoteReport, now: number): QuoteState | undefined {
    const { symbol } = report;
    const entry = this.#entry(symbol, now);
    const event = this.#clocks.judge(symbol, report.exchangeTime, now, report.exchangeNanos);
    const stamp = stampOf(event, report.sourceSequence, 'quotes');
    const day = dayOf(symbol, event.time);
    if (isOver(entry, day, event)) return this.#applyLate(entry, report, day, stamp, now);
    // bids come overnight, too: they begin no day
    if (day !== entry.day && beginsDay(entry, report, day)) beginDay(entry, day);
    const isOfDay = day === entry.day;
    entry.isDayGuessed &&= event.exchangeTime === null;
    const { price } = report;
    const newPrice = price == null || isSameValue(price, entry.state.price) ? undefined : price;
    const changes: Figures = { exchangeTime: later(entry.state.exchangeTime, event.exchangeTime) };
    for (const field of ['price', 'previousClose', 'bid', 'ask'] as const) {
      set(entry, changes, field, report[field], stamp);
    }
    if (isOfDay) {
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
      entry.state = { ...entry.state, stale: true };
      turned.push(entry.state);
    }
    return turned;
  }

  /** Of a day that is over, the close may still be corrected, which is the previous close of the day after. */
  #applyLate(
    entry: Entry,
    { symbol, price }: QuoteReport,
    day: number,
    stamp: Stamp,
    now: number,
  ): QuoteState | undefined {
    const { before } = entry;
    const isGiven = entry.stamps.has('previousClose');
    if (price == null || day !== before?.day || isGiven || isOlder(stamp, before.price)) {
      return this.touch(symbol, now);
    }
    entry.before = { day, price: advance(stamp, before.price) };
    return this.#put(entry, now, { previousClose: price });
  }

  #entry(symbol: string, now: number): Entry {
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
        isAuthoritative: false,
        recent: new RecentTrades(),
        before: undefined,
      };
      this.#entries.set(symbol, entry);
    }
    return entry;
  }

  #put(entry: Entry, now: number, changes: Figures): QuoteState | undefined {
    entry.heardAt = now;
    const { state } = entry;
    if (!state.stale && !differs(state, changes)) return undefined;
    const next = { ...state, ...changes, receivedAt: now, stale: false };
    entry.state = { ...next, ...changeOf(next.price, next.previousClose) };
    return entry.state;
  }
}

const dayOf = (symbol: string, time: number): number => dayStart(marketOf(symbol) ?? 'CRYPTO', time);

/** Whether an event is of a day that is over. A guessed day gives way to the first that a source tells. */
function isOver(entry: Entry, day: number, event: EventTime): boolean {
  const isCorrected = entry.isDayGuessed && event.exchangeTime !== null;
  return day < entry.day && !isCorrected;
}

/** Whether a report's figures are others than those of the day before it. */
function beginsDay({ state, day: known }: Entry, report: QuoteReport, day: number): boolean {
  if (day < known || known === Number.NEGATIVE_INFINITY) return true;
  const figures = ['price', 'previousClose', ...DAY_FIELDS] as const;
  return figures.some((field) => report[field] != null && !isSameValue(report[field], state[field]));
}

/** The day's figures begin anew, and the last price is the previous close. An earlier day takes the place of a guess. */
function beginDay(entry: Entry, day: number): void {
  const { state, stamps } = entry;
  if (day > entry.day && entry.day !== Number.NEGATIVE_INFINITY) {
    entry.before = { day: entry.day, price: stamps.get('price') };
    entry.state = { ...state, ...EMPTY_DAY, previousClose: state.price ?? state.previousClose };
    for (const field of DAY_FIELDS) stamps.delete(field);
    stamps.delete('previousClose');
    entry.openedAt = Number.POSITIVE_INFINITY;
    entry.isPriceOfDay = false;
    entry.isAuthoritative = false;
    entry.recent = new RecentTrades();
  }
  entry.day = day;
}

/** Sets a field unless it was left out, or a newer report set it. */
function set(
  { stamps }: Entry,
  changes: Figures,
  field: Field,
  value: DecimalText | null | undefined,
  stamp: Stamp,
): boolean {
  if (value === undefined) return false;
  const newest = stamps.get(field);
  if (isOlder(stamp, newest)) return false;
  stamps.set(field, advance(stamp, newest));
  changes[field] = value;
  return true;
}

/** The day's figures as a source gives them, with the trades that are newer than its report. */
function setDay(entry: Entry, changes: Figures, report: QuoteReport, stamp: Stamp): void {
  if (set(entry, changes, 'open', report.open, stamp)) {
    entry.openedAt = report.open === null ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }
  const given = SUMMED.filter((field) => set(entry, changes, field, report[field], stamp));
  if (given.length === 0 || entry.isAuthoritative) return;
  const { high = null, low = null, volume = null, turnover = null } = changes;
  const figures = entry.recent.addAfter(stamp, { high, low, volume, turnover });
  // what was cleared stays so, and what the report leaves out was summed up trade by trade
  for (const field of given) if (changes[field] !== null) changes[field] = figures[field];
  const { price = entry.state.price } = changes;
  if (price === null || !entry.isPriceOfDay) return;
  if (changes.high) changes.high = extreme(changes.high, price, 1);
  if (changes.low) changes.low = extreme(changes.low, price, -1);
}

/** A price of the day makes its open, where none came before it, and extends high and low. */
function extendDay(entry: Entry, changes: Figures, price: DecimalText, { time, nanos }: EventTime): void {
  const { openedAt, openedNanos } = entry;
  entry.isPriceOfDay = true;
  if (time < openedAt || (time === openedAt && nanos < openedNanos)) {
    entry.openedAt = time;
    entry.openedNanos = nanos;
    changes.open = price;
  }
  const { high = entry.state.high, low = entry.state.low } = changes;
  changes.high = extreme(high, price, 1);
  changes.low = extreme(low, price, -1);
}

function differs(state: QuoteState, changes: Figures): boolean {
  for (const name in changes) {
    const field = name as keyof Figures;
    if (changes[field] !== state[field]) return true;
  }
  return false;
}
