import type { HolidayTable } from './holiday-table.ts';

export const US_2026: HolidayTable = {
  market: 'US',
  year: 2026,
  source: 'NYSE Group, "2026, 2027 and 2028 Holiday and Early Closings Calendar", 2025-12-23',
  holidays: {
    '2026-01-01': "New Year's Day",
    '2026-01-19': 'Martin Luther King Jr. Day',
    '2026-02-16': "Washington's Birthday",
    '2026-04-03': 'Good Friday',
    '2026-05-25': 'Memorial Day',
    '2026-06-19': 'Juneteenth',
    '2026-07-03': 'Independence Day (observed)',
    '2026-09-07': 'Labor Day',
    '2026-11-26': 'Thanksgiving',
    '2026-12-25': 'Christmas',
  },
  halfDays: {
    '2026-11-27': 'Day after Thanksgiving',
    '2026-12-24': 'Christmas Eve',
  },
};
