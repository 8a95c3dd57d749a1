import type { HolidayTable } from './holiday-table.ts';

export const US_2025: HolidayTable = {
  market: 'US',
  year: 2025,
  source:
    'NYSE Group, "2025, 2026 and 2027 Holiday and Early Closings Calendar", 2024-11-08, and its notice on the closure of 2025-01-09',
  holidays: {
    '2025-01-01': "New Year's Day",
    '2025-01-09': 'National Day of Mourning for Jimmy Carter',
    '2025-01-20': 'Martin Luther King Jr. Day',
    '2025-02-17': "Washington's Birthday",
    '2025-04-18': 'Good Friday',
    '2025-05-26': 'Memorial Day',
    '2025-06-19': 'Juneteenth',
    '2025-07-04': 'Independence Day',
    '2025-09-01': 'Labor Day',
    '2025-11-27': 'Thanksgiving',
    '2025-12-25': 'Christmas',
  },
  halfDays: {
    '2025-07-03': 'Day before Independence Day',
    '2025-11-28': 'Day after Thanksgiving',
    '2025-12-24': 'Christmas Eve',
  },
};
