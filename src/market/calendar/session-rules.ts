import type { FuturesHours } from '../symbols/china-futures.ts';
import type { HolidayMarket } from './holidays/holiday-table.ts';
import { HOUR, MINUTE, type Zone } from './local-time.ts';

export const SESSION_STATES = [
  'PRE',
  'AUCTION',
  'OPEN',
  'LUNCH',
  'CLOSED',
  'POST',
  'HALTED',
  'UNKNOWN',
] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** Part of a day in one state; ms since local midnight, the end exclusive. */
export interface Phase {
  readonly state: SessionState;
  readonly from: number;
  readonly to: number;
}

/**
 * A stretch of trading whose bars begin at its start. What is stamped up to `before` earlier is in its first bar, such as
 * the opening auction; up to `after` later in its last one, such as the closing print. All in ms.
 */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly before: number;
  readonly after: number;
}

/** A day as an exchange runs it. */
export interface DayPlan {
  readonly phases: readonly Phase[];
  readonly stretches: readonly Stretch[];
}

/** A session in the evening, and perhaps past midnight, that belongs to the next trading day. Times since its first midnight. */
export interface NightPlan extends DayPlan {
  /**
   * NO_HOLIDAY: only where the next trading day is the next weekday (China). FULL_DAY: after every day that was not a half
   * one (Hong Kong). EVE: on the evening before each trading day, whatever day that is (currencies).
   */
  readonly when: 'NO_HOLIDAY' | 'FULL_DAY' | 'EVE';
}

/** How one kind of instrument trades. */
export interface SessionRules {
  readonly zone: Zone;
  /** whose holidays; undefined: it knows none */
  readonly holidays: HolidayMarket | undefined;
  readonly day: DayPlan;
  readonly halfDay?: DayPlan;
  readonly night?: NightPlan;
  /** on weekdays that are holidays, and in the evening before; absent: it is closed */
  readonly holiday?: { readonly day: DayPlan; readonly night: DayPlan };
  /** when the next trading day begins, in ms since midnight of a trading day; undefined: at midnight */
  readonly rollsAt?: number;
}

/** "09:30 OPEN 11:30 LUNCH 13:00 …" as phases; "-" is a time of no state. Hours past 24 are of the next morning. */
function phases(text: string): Phase[] {
  const parts = text.split(' ');
  const found: Phase[] = [];
  for (let i = 0; i + 2 < parts.length; i += 2) {
    const state = parts[i + 1];
    if (state === '-') continue;
    found.push({ state: state as SessionState, from: clock(parts[i]), to: clock(parts[i + 2]) });
  }
  return found;
}

function clock(text = ''): number {
  const [hours, minutes] = text.split(':').map(Number);
  return (hours ?? 0) * HOUR + (minutes ?? 0) * MINUTE;
}

const stretch = (from: string, to: string, before = 0, after = 1): Stretch => ({
  from: clock(from),
  to: clock(to),
  before: before * MINUTE,
  after: after * MINUTE,
});

/** What is printed after the close of 15:00, up to the end of trading at the fixed price. */
const CHINA_STRETCHES = [stretch('09:30', '11:30', 15), stretch('13:00', '15:00', 0, 31)];

/**
 * SSE, SZSE and BSE: opening auction 09:15–09:25, then nothing until 09:30; closing auction 14:57–15:00; on STAR and
 * ChiNext trading at the closing price 15:05–15:30.
 * https://www.sse.com.cn ("交易规则" 2023, 2.4 and 3.1), https://www.szse.cn ("交易规则" 2023), https://www.bse.cn
 */
const CHINA = '09:15 AUCTION 09:25 PRE 09:30 OPEN 11:30 LUNCH 13:00 OPEN 14:57 AUCTION 15:00';
export const CHINA_STOCKS: SessionRules = {
  zone: 'SHANGHAI',
  holidays: 'CN',
  day: { phases: phases(CHINA), stretches: CHINA_STRETCHES },
};
export const CHINA_FIXED_PRICE: SessionRules = {
  ...CHINA_STOCKS,
  day: { phases: phases(`${CHINA} - 15:05 POST 15:30`), stretches: CHINA_STRETCHES },
};

/**
 * HKEX securities: pre-opening 09:00–09:22, then nothing until 09:30; closing auction 16:00–16:10, on half days
 * 12:00–12:10. https://www.hkex.com.hk ("Trading Hours")
 */
export const HONG_KONG: SessionRules = {
  zone: 'SHANGHAI',
  holidays: 'HK',
  day: {
    phases: phases('09:00 AUCTION 09:22 PRE 09:30 OPEN 12:00 LUNCH 13:00 OPEN 16:00 AUCTION 16:10'),
    stretches: [stretch('09:30', '12:00', 30), stretch('13:00', '16:00', 0, 11)],
  },
  halfDay: {
    phases: phases('09:00 AUCTION 09:22 PRE 09:30 OPEN 12:00 AUCTION 12:10'),
    stretches: [stretch('09:30', '12:00', 30, 11)],
  },
};

/** HKEX equity index futures, with a session after hours that belongs to the next trading day. */
export const HONG_KONG_FUTURES: SessionRules = {
  zone: 'SHANGHAI',
  holidays: 'HK',
  day: {
    phases: phases('08:45 AUCTION 09:15 OPEN 12:00 - 12:30 AUCTION 13:00 OPEN 16:30').concat(
      phases('12:00 LUNCH 12:30'),
    ),
    stretches: [stretch('09:15', '12:00', 30), stretch('13:00', '16:30', 30)],
  },
  halfDay: {
    phases: phases('08:45 AUCTION 09:15 OPEN 12:30'),
    stretches: [stretch('09:15', '12:30', 30)],
  },
  night: { when: 'FULL_DAY', phases: phases('17:15 OPEN 27:00'), stretches: [stretch('17:15', '27:00')] },
  rollsAt: clock('17:00'),
};

/**
 * US shares: pre-market 04:00–09:30, core session 09:30–16:00, late session to 20:00; on half days 13:00 and 17:00.
 * https://www.nyse.com/markets/hours-calendars
 */
export const UNITED_STATES: SessionRules = {
  zone: 'NEW_YORK',
  holidays: 'US',
  day: {
    phases: phases('04:00 PRE 09:30 OPEN 16:00 POST 20:00'),
    stretches: [stretch('04:00', '09:30', 0, 0), stretch('09:30', '16:00'), stretch('16:00', '20:00', 0, 0)],
  },
  halfDay: {
    phases: phases('04:00 PRE 09:30 OPEN 13:00 POST 17:00'),
    stretches: [stretch('04:00', '09:30', 0, 0), stretch('09:30', '13:00'), stretch('13:00', '17:00', 0, 0)],
  },
};

/** US equity options: the core session alone. https://www.nyse.com/markets/hours-calendars */
export const UNITED_STATES_OPTIONS: SessionRules = {
  ...UNITED_STATES,
  day: { phases: phases('09:30 OPEN 16:00'), stretches: [stretch('09:30', '16:00')] },
  halfDay: { phases: phases('09:30 OPEN 13:00'), stretches: [stretch('09:30', '13:00')] },
};

/**
 * Futures on CME Globex, in New York's time: from 18:00 of the evening before to 17:00. A trading day begins in the evening,
 * and trades of a US holiday are of the next trading day. The hours of holidays and half days differ by product, so that
 * what is not certain is UNKNOWN. https://www.cmegroup.com/trading-hours.html
 */
export const GLOBEX_FUTURES: SessionRules = {
  zone: 'NEW_YORK',
  holidays: 'US',
  day: { phases: phases('00:00 OPEN 17:00'), stretches: [] },
  halfDay: { phases: phases('00:00 OPEN 13:00 UNKNOWN 17:00'), stretches: [] },
  night: { when: 'EVE', phases: phases('18:00 OPEN 24:00'), stretches: [stretch('18:00', '41:00')] },
  holiday: {
    day: { phases: phases('00:00 UNKNOWN 17:00'), stretches: [] },
    night: { phases: phases('18:00 UNKNOWN 24:00'), stretches: [] },
  },
  rollsAt: clock('18:00'),
};

/** Commodity futures of China: 09:00–10:15, 10:30–11:30, 13:30–15:00, and at night. http://www.dce.com.cn ("交易时间") */
const COMMODITIES: DayPlan = {
  phases: phases('08:55 AUCTION 09:00 OPEN 10:15 LUNCH 10:30 OPEN 11:30 LUNCH 13:30 OPEN 15:00'),
  stretches: [stretch('09:00', '10:15', 5), stretch('10:30', '11:30'), stretch('13:30', '15:00')],
};

const commodities = (until?: string): SessionRules => ({
  zone: 'SHANGHAI',
  holidays: 'CN',
  day: COMMODITIES,
  ...(until && {
    night: {
      when: 'NO_HOLIDAY' as const,
      phases: phases(`20:55 AUCTION 21:00 OPEN ${until}`),
      stretches: [stretch('21:00', until, 5)],
    },
    rollsAt: clock('20:55'),
  }),
});

/** CFFEX: auction 09:25–09:30; bond futures close at 15:15. http://www.cffex.com.cn */
const financial = (until: string): SessionRules => ({
  zone: 'SHANGHAI',
  holidays: 'CN',
  day: {
    phases: phases(`09:25 AUCTION 09:30 OPEN 11:30 LUNCH 13:00 OPEN ${until}`),
    stretches: [stretch('09:30', '11:30', 5), stretch('13:00', until)],
  },
});

export const CHINA_FUTURES: Readonly<Record<FuturesHours, SessionRules>> = {
  DAY: commodities(),
  NIGHT_2300: commodities('23:00'),
  NIGHT_0100: commodities('25:00'),
  NIGHT_0230: commodities('26:30'),
  STOCK_INDEX: financial('15:00'),
  TREASURY: financial('15:15'),
};

/** Currencies: from Sunday to Friday, 17:00 in New York; a trading day ends then. */
export const FOREIGN_EXCHANGE: SessionRules = {
  zone: 'NEW_YORK',
  holidays: undefined,
  day: { phases: phases('00:00 OPEN 17:00'), stretches: [] },
  night: { when: 'EVE', phases: phases('17:00 OPEN 24:00'), stretches: [] },
  rollsAt: clock('17:00'),
};
