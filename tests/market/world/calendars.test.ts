import { describe, expect, it } from 'vitest';
import { Calendars } from '../../../src/market/calendar/calendars.ts';
import { BUILT_IN_TABLES, endingTables } from '../../../src/market/calendar/holiday-tables.ts';
import { SESSION_DAYS, type SessionDay } from './session-days.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const calendars = new Calendars();
const at = (text: string): number => Date.parse(text);
/** Before midnight with a sign: "-06:45" is 17:15 of the day before. */
function minuteOf(clock: string): number {
  const [, sign, hours, minutes] = /^(-?)(\d\d):(\d\d)$/.exec(clock) ?? [];
  return (sign ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** As `expect(found).toBe(expected)`, without its cost while it holds: millions of them took half a minute. */
function same(found: unknown, expected: unknown, clock = ''): void {
  if (!Object.is(found, expected)) expect(found, clock).toBe(expected);
}
/** The first is not after the second. */
function ordered(first: number, second: number, clock = ''): void {
  if (!(first <= second)) expect(first, clock).toBeLessThanOrEqual(second);
}

/** "00:00 A 09:00 B 24:00" by minute. */
function byMinute(text: string): { value: string; until: number }[] {
  const parts = text.split(' ');
  return Array.from({ length: (parts.length - 1) / 2 }, (_, i) => {
    const [from = '', value = '', to = ''] = parts.slice(2 * i, 2 * i + 3);
    return Array.from({ length: minuteOf(to) - minuteOf(from) }, () => ({ value, until: minuteOf(to) }));
  }).flat();
}

const rows = SESSION_DAYS.flatMap((day) =>
  day.symbols.map((symbol) => [symbol, day.date, day.why, day] as const),
);

describe('every minute of a day', () => {
  it.each(rows)('M25 of %s on %s: %s', (symbol, date, _why, day) => {
    const midnight = at(`${date}T00:00:00${day.offset}`);
    const [states, days] = [byMinute(day.states), byMinute(day.days)];
    expect([states.length, days.length]).toEqual([1440, 1440]);
    for (let minute = 0; minute < 1440; minute += 1) {
      for (const time of [midnight + minute * MINUTE, midnight + (minute + 1) * MINUTE - 1]) {
        const clock = new Date(time - midnight).toISOString().slice(11, 16);
        const { state, nextChangeAt } = calendars.statusAt(symbol, time);
        same(state, states[minute]?.value, clock);
        const until = states[minute]?.until ?? 0;
        if (until < 1440) same(nextChangeAt, midnight + until * MINUTE, clock);
        else if (nextChangeAt !== null) ordered(midnight + DAY, nextChangeAt, clock);
        same(calendars.tradingDay(symbol, time), days[minute]?.value, clock);
        const start = calendars.dayStart(symbol, time);
        ordered(start, time, clock);
        ordered(time + 1, calendars.dayEnd(symbol, time), clock);
        same(calendars.tradingDay(symbol, start), days[minute]?.value, clock);
        for (const length of [1, 5, 15, 60]) expectBar(symbol, day, midnight, time, length * MINUTE);
      }
    }
  });

  /** The bar of the stretch that takes the minute; elsewhere one that holds it and overlaps no other. */
  function expectBar(
    symbol: string,
    { bars }: SessionDay,
    midnight: number,
    time: number,
    length: number,
  ): void {
    const bar = calendars.period(symbol, time, length);
    const moment = (clock: string): number => midnight + minuteOf(clock) * MINUTE;
    const taken = bars.find(([from, to]) => time >= moment(from) && time < moment(to));
    if (taken) {
      const [, , from, to] = taken.map(moment) as [number, number, number, number];
      const inside = Math.min(Math.max(time, from), to - 1);
      const start = from + Math.floor((inside - from) / length) * length;
      same(bar.start, start);
      same(bar.end, Math.min(start + length, to));
      ordered(bar.takesFrom, time);
      return;
    }
    ordered(bar.start, time);
    ordered(time + 1, bar.end);
    for (const [from, to] of bars) {
      same(bar.end <= moment(from) || bar.start >= moment(to) || bar.end <= bar.start, true);
    }
  }

  it.each([
    ['EUR/USD', '2026-03-08T21:00:00Z', 'the clocks went forward that morning'],
    ['EUR/USD', '2026-11-01T22:00:00Z', 'the clocks went back that morning'],
    ['US.ESmain', '2026-03-08T22:00:00Z', 'the clocks went forward that morning'],
    ['US.ESmain', '2026-11-01T23:00:00Z', 'the clocks went back that morning'],
  ])('M25 the week of %s begins at %s, since %s', (symbol, opens) => {
    const { state, nextChangeAt } = calendars.statusAt(symbol, at(opens) - 1);
    expect([state, nextChangeAt]).toEqual(['CLOSED', at(opens)]);
    expect(calendars.statusAt(symbol, at(opens)).state).toBe('OPEN');
  });

  it('M25 a state that goes on over midnight says when it really ends', () => {
    const night = calendars.statusAt('SHFE.aumain', at('2026-11-27T22:00:00+08:00'));
    expect(night.nextChangeAt).toBe(at('2026-11-28T02:30:00+08:00'));
    const friday = at('2026-11-27T17:00:00-05:00');
    expect(calendars.statusAt('EUR/USD', at('2026-11-24T12:00:00Z')).nextChangeAt).toBe(friday);
    const golden = calendars.statusAt('600519', at('2026-09-30T15:00:00+08:00'));
    expect(golden).toMatchObject({ state: 'CLOSED', nextChangeAt: at('2026-10-08T09:15:00+08:00') });
    const last = calendars.statusAt('600519', at('2026-12-31T16:00:00+08:00'));
    expect(last).toMatchObject({ state: 'CLOSED', nextChangeAt: at('2027-01-01T00:00:00+08:00') });
    expect(calendars.statusAt('BTC/USDT', 0).nextChangeAt).toBeNull();
  });

  it('M25 trading days go on in order, minute by minute, also where the tables end', () => {
    for (const symbol of [
      '600519',
      'SHFE.aumain',
      'HK.HSImain',
      'AAPL',
      'US.ESmain',
      'EUR/USD',
      'BTC/USDT',
    ]) {
      let before = Number.NEGATIVE_INFINITY;
      for (let time = at('2026-12-20T00:00:00Z'); time < at('2027-01-12T00:00:00Z'); time += 15 * MINUTE) {
        const start = calendars.dayStart(symbol, time);
        expect(start).toBeGreaterThanOrEqual(before);
        expect(start).toBeLessThanOrEqual(time);
        before = start;
      }
    }
  });
});

describe('holiday tables', () => {
  it('M26 name weekdays of their year only, each once, with the notice they are from', () => {
    for (const { year, source, holidays, halfDays } of BUILT_IN_TABLES) {
      const dates = [...Object.keys(holidays), ...Object.keys(halfDays)];
      expect(new Set(dates).size).toBe(dates.length);
      expect(source.length).toBeGreaterThan(20);
      for (const date of dates) {
        expect(new Date(date).getUTCFullYear(), date).toBe(year);
        expect([0, 6], date).not.toContain(new Date(date).getUTCDay());
      }
    }
  });

  it('M26 an operator may replace a year or add one, and is told a quarter before the last one ends', () => {
    const own = new Calendars([
      { market: 'CN', year: 2027, source: 'test', holidays: { '2027-01-04': 'test' }, halfDays: {} },
      { market: 'US', year: 2026, source: 'test', holidays: {}, halfDays: { '2026-11-26': 'test' } },
    ]);
    const state = (symbol: string, time: string) => own.statusAt(symbol, at(time)).state;
    expect(state('600519', '2027-01-04T10:00:00+08:00')).toBe('CLOSED');
    expect(state('600519', '2027-01-05T10:00:00+08:00')).toBe('OPEN');
    expect(state('AAPL', '2026-11-26T12:59:00-05:00')).toBe('OPEN');
    expect(state('AAPL', '2026-11-26T13:00:00-05:00')).toBe('POST');
    expect(endingTables([], at('2026-09-30T23:59:59Z'))).toEqual([]);
    const ending = [
      { market: 'CN', lastYear: 2026 },
      { market: 'HK', lastYear: 2026 },
    ];
    expect(endingTables([], at('2026-10-01T00:00:00Z'))).toEqual(ending);
    const more = { market: 'CN', year: 2027, source: 'test', holidays: {}, halfDays: {} } as const;
    expect(endingTables([more], at('2026-10-01T00:00:00Z'))).toEqual(ending.slice(1));
  });
});
