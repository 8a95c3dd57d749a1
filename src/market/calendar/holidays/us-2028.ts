import type { HolidayTable } from './holiday-table.ts';

/** New Year's Day falls on a Saturday and is not observed. */
export const US_2028: HolidayTable = {
  market: 'US',
  year: 2028,
  source: 'NYSE Group, "2026, 2027 and 2028 Holiday and Early Closings Calendar", 2025-12-23',
  holidays: {
    '2028-01-17': 'Martin Luther King Jr. Day',
    '2028-02-21': "Washington's Birthday",
    '2028-04-14': 'Good Friday',
    '2028-05-29': 'Memorial Day',
    '2028-06-19': 'Juneteenth',
    '2028-07-04': 'Independence Day',
    '2028-09-04': 'Labor Day',
    '2028-11-23': 'Thanksgiving',
    '2028-12-25': 'Christmas',
  },
  halfDays: {
    '2028-07-03': 'Day before Independence Day',
    '2028-11-24': 'Day after Thanksgiving',
  },
};
