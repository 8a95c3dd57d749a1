import type { EventTime } from '../events/event-time.ts';
import { advance, type FieldStamp, isOlder, type Stamp } from '../events/field-order.ts';
import type { DecimalText, QuoteReport } from '../events/market-event.ts';
import type { QuoteState } from '../events/market-state.ts';
import { extreme, isSameValue } from '../events/quote-figures.ts';
import { RecentTrades } from './recent-trades.ts';

/** The figures of one trading day. */
const DAY_FIELDS = ['open', 'high', 'low', 'volume', 'turnover'] as const;
/** Of these, what trades add to. */
const SUMMED = ['high', 'low', 'volume', 'turnover'] as const;
/** What reports set. */
export const FIELDS = ['price', 'previousClose', 'bid', 'ask', ...DAY_FIELDS] as const;
type Field = (typeof FIELDS)[number];
/** Fields that a report changes. */
export type Figures = { -readonly [F in Field | 'exchangeTime']?: QuoteState[F] };

/** What is kept of one symbol. */
export interface QuoteEntry {
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
  /** the price is that of a trade, and not one that a report gave */
  isPriceOfTrade: boolean;
  /** the source says that its figures of the day are the exchange's own */
  isAuthoritative: boolean;
  recent: RecentTrades;
  /** the trading day before, the report that gave its last price, and whether that was a trade */
  before:
    | { readonly day: number; readonly price: FieldStamp | undefined; readonly isOfTrade: boolean }
    | undefined;
}

/** A day of which nothing is known. */
export const EMPTY_DAY = { open: null, high: null, low: null, volume: null, turnover: null } as const;

/** Whether an event is of a day that is over. A guessed day gives way to the first that a source tells. */
export function isOver(entry: QuoteEntry, day: number, event: EventTime): boolean {
  const isCorrected = entry.isDayGuessed && event.exchangeTime !== null;
  return day < entry.day && !isCorrected;
}

/** Whether a report's figures are others than those of the day before it. */
export function beginsDay({ state, day: known }: QuoteEntry, report: QuoteReport, day: number): boolean {
  if (day < known || known === Number.NEGATIVE_INFINITY) return true;
  const figures = ['price', 'previousClose', ...DAY_FIELDS] as const;
  return figures.some((field) => report[field] != null && !isSameValue(report[field], state[field]));
}

/** The day's figures begin anew, and the last price is the previous close. An earlier day takes the place of a guess. */
export function beginDay(entry: QuoteEntry, day: number): void {
  const { state, stamps } = entry;
  if (day > entry.day && entry.day !== Number.NEGATIVE_INFINITY) {
    entry.before = { day: entry.day, price: stamps.get('price'), isOfTrade: entry.isPriceOfTrade };
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
export function set(
  { stamps }: QuoteEntry,
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
export function setDay(entry: QuoteEntry, changes: Figures, report: QuoteReport, stamp: Stamp): void {
  if (set(entry, changes, 'open', report.open, stamp)) {
    entry.openedAt = report.open === null ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }
  let isGiven = false;
  for (const field of SUMMED) if (set(entry, changes, field, report[field], stamp)) isGiven = true;
  if (!isGiven || entry.isAuthoritative) return;
  const { high = null, low = null, volume = null, turnover = null } = changes;
  const figures = entry.recent.addAfter(stamp, { high, low, volume, turnover });
  // what was cleared stays so, and what the report leaves out was summed up trade by trade
  for (const field of SUMMED) if (changes[field] != null) changes[field] = figures[field];
  const { price = entry.state.price } = changes;
  if (price === null || !entry.isPriceOfDay) return;
  if (changes.high) changes.high = extreme(changes.high, price, 1);
  if (changes.low) changes.low = extreme(changes.low, price, -1);
}

/** A price of the day makes its open, where none came before it, and extends high and low. */
export function extendDay(
  entry: QuoteEntry,
  changes: Figures,
  price: DecimalText,
  { time, nanos }: EventTime,
): void {
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
