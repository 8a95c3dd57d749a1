import type { HolidayTable } from './holiday-table.ts';

export const HK_2024: HolidayTable = {
  market: 'HK',
  year: 2024,
  source:
    'HKEX trading calendar of 2024, after the general holidays for 2024 gazetted by the Government of Hong Kong; HKEX news of 2024-09-06 on Typhoon Yagi. Since 2024-09-23 trading goes on in severe weather',
  holidays: {
    '2024-01-01': "New Year's Day",
    '2024-02-12': 'Lunar New Year',
    '2024-02-13': 'Lunar New Year',
    '2024-03-29': 'Good Friday',
    '2024-04-01': 'Easter Monday',
    '2024-04-04': 'Ching Ming',
    '2024-05-01': 'Labour Day',
    '2024-05-15': "Buddha's Birthday",
    '2024-06-10': 'Tuen Ng',
    '2024-07-01': 'Establishment Day',
    '2024-09-06': 'Typhoon Yagi',
    '2024-09-18': 'Day after Mid-Autumn',
    '2024-10-01': 'National Day',
    '2024-10-11': 'Chung Yeung',
    '2024-12-25': 'Christmas',
    '2024-12-26': 'Christmas',
  },
  halfDays: {
    '2024-02-09': 'Eve of Lunar New Year',
    '2024-12-24': 'Christmas Eve',
    '2024-12-31': "New Year's Eve",
  },
};
