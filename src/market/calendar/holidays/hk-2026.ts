import type { HolidayTable } from './holiday-table.ts';

export const HK_2026: HolidayTable = {
  market: 'HK',
  year: 2026,
  source:
    'HKEX trading calendar of 2026, after the general holidays for 2026 gazetted by the Government of Hong Kong on 2025-05-16, https://www.info.gov.hk/gia/general/202505/16/P2025051300354.htm',
  holidays: {
    '2026-01-01': "New Year's Day",
    '2026-02-17': 'Lunar New Year',
    '2026-02-18': 'Lunar New Year',
    '2026-02-19': 'Lunar New Year',
    '2026-04-03': 'Good Friday',
    '2026-04-06': 'Day after Ching Ming',
    '2026-04-07': 'Day after Easter Monday',
    '2026-05-01': 'Labour Day',
    '2026-05-25': "Day after Buddha's Birthday",
    '2026-06-19': 'Tuen Ng',
    '2026-07-01': 'Establishment Day',
    '2026-10-01': 'National Day',
    '2026-10-19': 'Day after Chung Yeung',
    '2026-12-25': 'Christmas',
  },
  halfDays: {
    '2026-02-16': 'Eve of Lunar New Year',
    '2026-12-24': 'Christmas Eve',
    '2026-12-31': "New Year's Eve",
  },
};
