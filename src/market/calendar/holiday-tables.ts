import { CN_2024 } from './holidays/cn-2024.ts';
import { CN_2025 } from './holidays/cn-2025.ts';
import { CN_2026 } from './holidays/cn-2026.ts';
import { HK_2024 } from './holidays/hk-2024.ts';
import { HK_2025 } from './holidays/hk-2025.ts';
import { HK_2026 } from './holidays/hk-2026.ts';
import { HOLIDAY_MARKETS, type HolidayMarket, type HolidayTable } from './holidays/holiday-table.ts';
import { US_2024 } from './holidays/us-2024.ts';
import { US_2025 } from './holidays/us-2025.ts';
import { US_2026 } from './holidays/us-2026.ts';
import { US_2027 } from './holidays/us-2027.ts';
import { US_2028 } from './holidays/us-2028.ts';

/**
 * As far as the exchanges had published them in November 2026. Each date was compared with the notices that the tables name,
 * and with the calendars of https://github.com/gerrymanoim/exchange_calendars.
 */
export const BUILT_IN_TABLES: readonly HolidayTable[] = [
  CN_2024,
  CN_2025,
  CN_2026,
  HK_2024,
  HK_2025,
  HK_2026,
  US_2024,
  US_2025,
  US_2026,
  US_2027,
  US_2028,
];

/** What an operator puts in the place of a year of a market, or adds to it. */
export type HolidayOverrides = readonly HolidayTable[];

/** The tables of a market by year, the operator's before ours. */
export function tablesOf(
  market: HolidayMarket,
  overrides: HolidayOverrides,
): ReadonlyMap<number, HolidayTable> {
  const all = [...BUILT_IN_TABLES, ...overrides].filter((table) => table.market === market);
  return new Map(all.map((table) => [table.year, table]));
}

/** A market whose tables end soon or have ended. */
export interface EndingTables {
  readonly market: HolidayMarket;
  readonly lastYear: number;
}

/** Markets whose tables end within a quarter. @param now epoch ms */
export function endingTables(overrides: HolidayOverrides, now: number): EndingTables[] {
  return HOLIDAY_MARKETS.map((market) => ({
    market,
    lastYear: Math.max(...tablesOf(market, overrides).keys()),
  })).filter(({ lastYear }) => now >= Date.UTC(lastYear, 9, 1));
}
