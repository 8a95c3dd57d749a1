import type { HolidayTable } from './holiday-table.ts';

export const HK_2025: HolidayTable = {
  market: 'HK',
  year: 2025,
  source:
    'HKEX trading calendar of 2025, after the general holidays for 2025 gazetted by the Government of Hong Kong',
  holidays: {
    '2025-01-01': "New Year's Day",
    '2025-01-29': 'Lunar New Year',
    '2025-01-30': 'Lunar New Year',
    '2025-01-31': 'Lunar New Year',
    '2025-04-04': 'Ching Ming',
    '2025-04-18': 'Good Friday',
    '2025-04-21': 'Easter Monday',
    '2025-05-01': 'Labour Day',
    '2025-05-05': "Buddha's Birthday",
    '2025-07-01': 'Establishment Day',
    '2025-10-01': 'National Day',
    '2025-10-07': 'Day after Mid-Autumn',
    '2025-10-29': 'Chung Yeung',
    '2025-12-25': 'Christmas',
    '2025-12-26': 'Christmas',
  },
  halfDays: {
    '2025-01-28': 'Eve of Lunar New Year',
    '2025-12-24': 'Christmas Eve',
    '2025-12-31': "New Year's Eve",
  },
};
