/** Markets that close on days of their own; weekends are closed in all of them, also where they are work days. */
export const HOLIDAY_MARKETS = ['CN', 'HK', 'US'] as const;
export type HolidayMarket = (typeof HOLIDAY_MARKETS)[number];

/** The closed and the half days of one market and year, which fall on weekdays. */
export interface HolidayTable {
  readonly market: HolidayMarket;
  readonly year: number;
  /** the exchange's notice */
  readonly source: string;
  /** by date, YYYY-MM-DD */
  readonly holidays: Readonly<Record<string, string>>;
  readonly halfDays: Readonly<Record<string, string>>;
}
