import type { HolidayTable } from './holiday-table.ts';

export const US_2027: HolidayTable = {
  market: 'US',
  year: 2027,
  source: 'NYSE Group, "2026, 2027 and 2028 Holiday and Early Closings Calendar", 2025-12-23',
  holidays: {
    '2027-01-01': "New Year's Day",
    '2027-01-18': 'Martin Luther King Jr. Day',
    '2027-02-15': "Washington's Birthday",
    '2027-03-26': 'Good Friday',
    '2027-05-31': 'Memorial Day',
    '2027-06-18': 'Juneteenth (observed)',
    '2027-07-05': 'Independence Day (observed)',
    '2027-09-06': 'Labor Day',
    '2027-11-25': 'Thanksgiving',
    '2027-12-24': 'Christmas (observed)',
  },
  halfDays: {
    '2027-11-26': 'Day after Thanksgiving',
  },
};
