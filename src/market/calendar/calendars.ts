import { futuresHours } from '../symbols/china-futures.ts';
import { resolveSymbol, type SymbolParts } from '../symbols/symbol.ts';
import { isGlobexProduct } from '../symbols/us-futures.ts';
import { ExchangeCalendar, type SessionStatus } from './exchange-calendar.ts';
import { type HolidayOverrides, tablesOf } from './holiday-tables.ts';
import { dateOf, dateText, offsetOf, timeAt, type Zone } from './local-time.ts';
import {
  CHINA_FIXED_PRICE,
  CHINA_FUTURES,
  CHINA_STOCKS,
  FOREIGN_EXCHANGE,
  GLOBEX_FUTURES,
  HONG_KONG,
  HONG_KONG_FUTURES,
  type SessionRules,
  UNITED_STATES,
  UNITED_STATES_OPTIONS,
} from './session-rules.ts';

/** A period of trading. */
export interface Period {
  /** epoch ms */
  readonly start: number;
  /** exclusive */
  readonly end: number;
  /** from here on what happened is in it, such as the opening auction */
  readonly takesFrom: number;
}

const ALWAYS: SessionStatus = { state: 'OPEN', since: Number.NEGATIVE_INFINITY, nextChangeAt: null };
const UNKNOWN: SessionStatus = { state: 'UNKNOWN', since: null, nextChangeAt: null };

/** The clock by which a symbol without a calendar has its days. */
const zoneOf = (parts: SymbolParts | undefined): Zone => {
  if (parts?.market === 'US' || parts?.market === 'FX') return 'NEW_YORK';
  return parts?.market === 'CN' || parts?.market === 'HK' ? 'SHANGHAI' : 'UTC';
};

/**
 * When instruments trade: sessions, trading days and the periods of bars, of every symbol. Where there is no calendar, or
 * its tables do not reach, the clock's rule holds.
 */
export class Calendars {
  readonly #overrides: HolidayOverrides;
  readonly #calendars = new Map<SessionRules, ExchangeCalendar>();
  /** by what a symbol says, so that a trade costs one look-up */
  readonly #known = new WeakMap<SymbolParts, ExchangeCalendar | 'none'>();

  /** @param overrides years of markets that take the place of ours */
  constructor(overrides: HolidayOverrides = []) {
    this.#overrides = overrides;
  }

  /** What the market of a symbol is doing. @param time epoch ms */
  statusAt(symbol: string, time: number): SessionStatus {
    const parts = resolveSymbol(symbol);
    if (parts?.market === 'CRYPTO') return ALWAYS;
    return this.#of(parts)?.statusAt(time) ?? UNKNOWN;
  }

  /**
   * Since when a feed of the symbol should deliver: the start of the open session. Undefined: it is not open, so that
   * silence means nothing. Where nothing is known of sessions it is always open.
   */
  openSince(symbol: string, time: number): number | undefined {
    const { state, since } = this.statusAt(symbol, time);
    if (state === 'UNKNOWN') return Number.NEGATIVE_INFINITY;
    return state === 'OPEN' ? (since ?? Number.NEGATIVE_INFINITY) : undefined;
  }

  /** Whether the quote of a symbol may have changed in a stretch of time: its market was not closed all the while. */
  mayHaveTraded(symbol: string, from: number, to: number): boolean {
    for (let time = from; ; ) {
      const { state, nextChangeAt } = this.statusAt(symbol, time);
      if (state !== 'CLOSED' && state !== 'LUNCH') return true;
      if (nextChangeAt === null || nextChangeAt > to) return false;
      time = nextChangeAt;
    }
  }

  /** Whether the day of a moment is known to have no session. */
  isClosedAllDay(symbol: string, time: number): boolean {
    return this.#of(resolveSymbol(symbol))?.isClosedAllDay(time) ?? false;
  }

  /** When the trading day of a moment begins; epoch ms. */
  dayStart(symbol: string, time: number): number {
    return this.#daysOf(symbol).dayStart(time);
  }

  /** When the trading day of a moment ends, exclusive; epoch ms. */
  dayEnd(symbol: string, time: number): number {
    return this.#daysOf(symbol).dayEnd(time);
  }

  /** The trading day of a moment, YYYY-MM-DD: of a night session the next one. */
  tradingDay(symbol: string, time: number): string {
    return this.#daysOf(symbol).tradingDay(time);
  }

  /** The period of a moment, counted from the start of its session. @param length of it in ms, up to an hour */
  period(symbol: string, time: number, length: number): Period {
    const parts = resolveSymbol(symbol);
    const stretches = this.#of(parts)?.stretchesAt(time) ?? [];
    let [after, before] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const { from, to, takesFrom, takesTo } of stretches) {
      if (time >= takesFrom && time < takesTo) {
        const inside = Math.min(Math.max(time, from), to - 1);
        const start = from + Math.floor((inside - from) / length) * length;
        // a print after the close is in the last bar of the stretch before, not before the next one
        return {
          start,
          end: Math.min(start + length, to),
          takesFrom: start === from ? Math.max(takesFrom, after) : start,
        };
      }
      if (takesTo <= time) after = takesTo;
      else before = Math.min(before, takesFrom);
    }
    const offset = offsetOf(zoneOf(parts), time);
    const start = Math.floor((time + offset) / length) * length - offset;
    const from = Math.max(start, after);
    return { start: from, end: Math.min(start + length, before), takesFrom: from };
  }

  #daysOf(symbol: string): Days {
    const parts = resolveSymbol(symbol);
    return this.#of(parts) ?? CLOCKS[zoneOf(parts)];
  }

  #of(parts: SymbolParts | undefined): ExchangeCalendar | undefined {
    if (!parts) return undefined;
    let known = this.#known.get(parts);
    if (!known) {
      known = this.#calendarBy(rulesOf(parts)) ?? 'none';
      this.#known.set(parts, known);
    }
    return known === 'none' ? undefined : known;
  }

  #calendarBy(rules: SessionRules | undefined): ExchangeCalendar | undefined {
    if (!rules) return undefined;
    const known = this.#calendars.get(rules);
    if (known) return known;
    const made = new ExchangeCalendar(
      rules,
      rules.holidays ? tablesOf(rules.holidays, this.#overrides) : new Map(),
    );
    this.#calendars.set(rules, made);
    return made;
  }
}

/** Which sessions an instrument has; undefined: none, or none that are known here. */
function rulesOf({ symbol, kind, market, product }: SymbolParts): SessionRules | undefined {
  switch (market) {
    case 'CN': {
      const hours = product === undefined ? undefined : futuresHours(product);
      if (hours) return CHINA_FUTURES[hours];
      return kind === 'STOCK' && /^(?:68|30[0-2])/.test(symbol) ? CHINA_FIXED_PRICE : CHINA_STOCKS;
    }
    case 'HK':
      return kind === 'FUTURE' ? HONG_KONG_FUTURES : HONG_KONG;
    case 'US':
      if (kind === 'FUTURE') return isGlobexProduct(product ?? '') ? GLOBEX_FUTURES : undefined;
      return kind === 'OPTION' ? UNITED_STATES_OPTIONS : UNITED_STATES;
    case 'FX':
      return FOREIGN_EXCHANGE;
    case 'CRYPTO':
      return undefined;
  }
}

type Days = Pick<ExchangeCalendar, 'dayStart' | 'dayEnd' | 'tradingDay'>;

const localDays = (zone: Zone): Days => ({
  dayStart: (time) => timeAt(zone, dateOf(zone, time)),
  dayEnd: (time) => timeAt(zone, dateOf(zone, time) + 1),
  tradingDay: (time) => dateText(dateOf(zone, time)),
});

/** Local days, where there is no calendar. */
const CLOCKS: Readonly<Record<Zone, Days>> = {
  SHANGHAI: localDays('SHANGHAI'),
  NEW_YORK: localDays('NEW_YORK'),
  UTC: localDays('UTC'),
};
