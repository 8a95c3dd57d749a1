import type { HolidayTable } from './holiday-table.ts';

export const US_2024: HolidayTable = {
  market: 'US',
  year: 2024,
  source: 'NYSE Group, "2022, 2023 and 2024 Holiday and Early Closings Calendar", 2021-12-27',
  holidays: {
    '2024-01-01': "New Year's Day",
    '2024-01-15': 'Martin Luther King Jr. Day',
    '2024-02-19': "Washington's Birthday",
    '2024-03-29': 'Good Friday',
    '2024-05-27': 'Memorial Day',
    '2024-06-19': 'Juneteenth',
    '2024-07-04': 'Independence Day',
    '2024-09-02': 'Labor Day',
    '2024-11-28': 'Thanksgiving',
    '2024-12-25': 'Christmas',
  },
  halfDays: {
    '2024-07-03': 'Day before Independence Day',
    '2024-11-29': 'Day after Thanksgiving',
    '2024-12-24': 'Christmas Eve',
  },
};
