import type { HolidayTable } from './holidays/holiday-table.ts';
import { dateOf, dateText, isWeekend, timeAt } from './local-time.ts';
import type { DayPlan, Phase, SessionRules, SessionState, Stretch } from './session-rules.ts';

/** What a market is doing, and when that changes. */
export interface SessionStatus {
  readonly state: SessionState;
  /** epoch ms; since when, where that is known */
  readonly since: number | null;
  /** epoch ms; null: never, or not known */
  readonly nextChangeAt: number | null;
}

/** Trading of some stretch of a day, in epoch ms. */
export interface BarStretch {
  readonly from: number;
  readonly to: number;
  /** what is stamped from here to there is in the bars of the stretch */
  readonly takesFrom: number;
  readonly takesTo: number;
}

type DateKind = 'FULL' | 'HALF' | 'CLOSED' | 'UNKNOWN';

interface Segment {
  readonly state: SessionState;
  readonly from: number;
  readonly to: number;
}

/** The longest closure there was is eleven days; the tables are not searched for longer. */
const MAX_CLOSED_DAYS = 20;
/** of dates of one calendar: years of them */
const MAX_KEPT = 2000;
const NEVER: SessionStatus = { state: 'CLOSED', since: null, nextChangeAt: null };

/**
 * The sessions and trading days of one kind of instrument. Days that no table covers are UNKNOWN, and there the clock's
 * rule holds: a trading day is a local day. Dates are days since 1970-01-01 on the market's clocks; times epoch ms.
 */
export class ExchangeCalendar {
  readonly #rules: SessionRules;
  readonly #tables: ReadonlyMap<number, HolidayTable>;
  readonly #segments = new Map<number, readonly Segment[]>();
  readonly #stretches = new Map<number, readonly BarStretch[]>();
  /** the trading day asked for last: most questions are about now */
  #day = { from: 0, to: 0, date: 0 };
  #status: SessionStatus & { readonly until: number } = { ...NEVER, until: 0 };

  /** @param tables of the market, by year */
  constructor(rules: SessionRules, tables: ReadonlyMap<number, HolidayTable>) {
    this.#rules = rules;
    this.#tables = tables;
  }

  /** When the trading day of a moment begins: that of a night session in the evening before. */
  dayStart(time: number): number {
    return this.#dayOf(time).from;
  }

  /** When it ends, exclusive. */
  dayEnd(time: number): number {
    return this.#dayOf(time).to;
  }

  /** The trading day of a moment, YYYY-MM-DD. */
  tradingDay(time: number): string {
    return dateText(this.#dayOf(time).date);
  }

  /** Whether the trading day of a moment has no session: a weekend or holiday. */
  isClosedAllDay(time: number): boolean {
    return this.#kindOf(this.#dayOf(time).date) === 'CLOSED';
  }

  /** What the market is doing at a moment. */
  statusAt(time: number): SessionStatus {
    const known = this.#status;
    if (known.since !== null && time >= known.since && time < known.until) return known;
    const status = this.#statusAnew(time);
    this.#status = { ...status, until: status.nextChangeAt ?? Number.NEGATIVE_INFINITY };
    return status;
  }

  /** The stretches of trading of the local day of a moment, by time; none where the clock's rule holds. */
  stretchesAt(time: number): readonly BarStretch[] {
    const date = dateOf(this.#rules.zone, time);
    const known = this.#stretches.get(date);
    if (known) return known;
    const found = this.#plans(date).flatMap(({ plan, base }) =>
      plan.stretches.map((stretch) => this.#stretchAt(base, stretch)),
    );
    found.sort((a, b) => a.from - b.from);
    return keep(this.#stretches, date, found);
  }

  #stretchAt(base: number, { from, to, before, after }: Stretch): BarStretch {
    const [start, end] = [this.#at(base, from), this.#at(base, to)];
    return { from: start, to: end, takesFrom: start - before, takesTo: end + after };
  }

  #at = (date: number, ms: number): number => timeAt(this.#rules.zone, date, ms);

  #kindOf(date: number): DateKind {
    const { holidays } = this.#rules;
    if (!holidays) return isWeekend(date) ? 'CLOSED' : 'FULL';
    const text = dateText(date);
    const table = this.#tables.get(Number(text.slice(0, 4)));
    if (!table) return 'UNKNOWN';
    if (isWeekend(date) || text in table.holidays) return 'CLOSED';
    return text in table.halfDays ? 'HALF' : 'FULL';
  }

  /** The first trading day from a date on, in a direction; undefined: the tables do not say. */
  #tradingDate(from: number, step: 1 | -1): number | undefined {
    for (let i = 0; i < MAX_CLOSED_DAYS; i += 1) {
      const kind = this.#kindOf(from + i * step);
      if (kind === 'UNKNOWN') return undefined;
      if (kind !== 'CLOSED') return from + i * step;
    }
    return undefined;
  }

  #dayOf(time: number): { readonly from: number; readonly to: number; readonly date: number } {
    if (time >= this.#day.from && time < this.#day.to) return this.#day;
    const date = dateOf(this.#rules.zone, time);
    this.#day = this.#rolled(time, date) ?? { from: this.#at(date, 0), to: this.#at(date + 1, 0), date };
    return this.#day;
  }

  /** The trading day where it begins before midnight; undefined: by the clock. */
  #rolled(time: number, date: number) {
    const { rollsAt } = this.#rules;
    if (rollsAt === undefined || this.#kindOf(date) === 'UNKNOWN') return undefined;
    const isOver = time >= this.#at(date, rollsAt);
    const trading = this.#tradingDate(isOver ? date + 1 : date, 1);
    const before = this.#tradingDate((trading ?? date + 1) - 1, -1);
    const from = before === undefined ? undefined : this.#at(before, rollsAt);
    if (trading === undefined) {
      // the tables end here: the evening is a day of its own, so that days go on in order
      const next = this.#at(date + 1, 0);
      return from === undefined ? undefined : { from: Math.max(from, this.#at(date, 0)), to: next, date };
    }
    return { from: from ?? this.#at(trading, 0), to: this.#at(trading, rollsAt), date: trading };
  }

  /** What is run on a local date: its own day, the rest of the night before, and the evening. */
  #plans(date: number): { readonly plan: DayPlan; readonly base: number }[] {
    const { day, halfDay } = this.#rules;
    const kind = this.#kindOf(date);
    const own = kind === 'CLOSED' ? this.#holidayOf(date)?.day : kind === 'HALF' ? (halfDay ?? day) : day;
    return [
      ...this.#nightOf(date - 1),
      ...(own && kind !== 'UNKNOWN' ? [{ plan: own, base: date }] : []),
      ...this.#nightOf(date),
    ];
  }

  /** What is run on a holiday that is a weekday; undefined: nothing, or it is none. */
  #holidayOf(date: number): SessionRules['holiday'] {
    return isWeekend(date) || this.#kindOf(date) !== 'CLOSED' ? undefined : this.#rules.holiday;
  }

  /** The session that begins in the evening of a date. */
  #nightOf(date: number): { readonly plan: DayPlan; readonly base: number }[] {
    const { night } = this.#rules;
    if (!night) return [];
    const [kind, tomorrow] = [this.#kindOf(date), this.#kindOf(date + 1)];
    const isTrading = kind === 'FULL' || kind === 'HALF';
    const isBeforeTrading = tomorrow === 'FULL' || tomorrow === 'HALF';
    const isFriday = isWeekend(date + 1) && !isWeekend(date);
    const monday = this.#kindOf(date + 3);
    const runs = {
      EVE: isBeforeTrading,
      FULL_DAY: kind === 'FULL',
      NO_HOLIDAY: isTrading && (isFriday ? monday === 'FULL' || monday === 'HALF' : isBeforeTrading),
    };
    const plan = runs[night.when] ? night : this.#holidayOf(date + 1)?.night;
    return plan ? [{ plan, base: date }] : [];
  }

  /** What happens on a local date and in the night before it, by time; between them it is closed. */
  #segmentsOf(date: number): readonly Segment[] {
    const known = this.#segments.get(date);
    if (known) return known;
    const found = this.#plans(date).flatMap(({ plan, base }) =>
      plan.phases.map(({ state, from, to }: Phase) => ({
        state,
        from: this.#at(base, from),
        to: this.#at(base, to),
      })),
    );
    found.sort((a, b) => a.from - b.from);
    return keep(this.#segments, date, found);
  }

  #statusAnew(time: number): SessionStatus {
    const date = dateOf(this.#rules.zone, time);
    if (this.#kindOf(date) === 'UNKNOWN') return { state: 'UNKNOWN', since: null, nextChangeAt: null };
    const now = this.#segmentsOf(date).find(({ from, to }) => time >= from && time < to);
    if (now) return { state: now.state, since: this.#begins(now, date), nextChangeAt: this.#ends(now, date) };
    const before = this.#segmentsOf(date).findLast(({ to }) => to <= time);
    for (let ahead = 0; ahead < MAX_CLOSED_DAYS; ahead += 1) {
      if (this.#kindOf(date + ahead) === 'UNKNOWN') {
        const nextChangeAt = this.#at(date + ahead, 0);
        return { state: 'CLOSED', since: before?.to ?? this.#at(date, 0), nextChangeAt };
      }
      const next = this.#segmentsOf(date + ahead).find(({ from }) => from > time);
      if (next) return { state: 'CLOSED', since: before?.to ?? this.#at(date, 0), nextChangeAt: next.from };
    }
    return NEVER;
  }

  /** The end of a state that may go on over midnight. */
  #ends({ state, to }: Segment, date: number): number {
    let end = to;
    for (const ahead of [0, 1, 2, 3, 4, 5, 6]) {
      for (const next of this.#segmentsOf(date + ahead)) {
        if (next.from === end && next.state === state) end = next.to;
      }
    }
    return end;
  }

  #begins({ state, from }: Segment, date: number): number {
    const today = this.#segmentsOf(date).concat(this.#segmentsOf(date - 1));
    const before = today.find((other) => other.to === from && other.state === state);
    return before?.from ?? from;
  }
}

function keep<T>(map: Map<number, T>, key: number, value: T): T {
  if (map.size >= MAX_KEPT) map.clear();
  map.set(key, value);
  return value;
}
