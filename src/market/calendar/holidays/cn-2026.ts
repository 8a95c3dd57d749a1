import type { HolidayTable } from './holiday-table.ts';

export const CN_2026: HolidayTable = {
  market: 'CN',
  year: 2026,
  source:
    'Notice of SSE, SZSE and BSE of 2025-12-22 on the closures of 2026, after the notice of the State Council of 2025-11-04, https://www.sse.com.cn/disclosure/announcement/general/c/c_20251222_10802507.shtml',
  holidays: {
    '2026-01-01': "New Year's Day",
    '2026-01-02': "New Year's Day",
    '2026-02-16': 'Spring Festival',
    '2026-02-17': 'Spring Festival',
    '2026-02-18': 'Spring Festival',
    '2026-02-19': 'Spring Festival',
    '2026-02-20': 'Spring Festival',
    '2026-02-23': 'Spring Festival',
    '2026-04-06': 'Ching Ming',
    '2026-05-01': 'Labour Day',
    '2026-05-04': 'Labour Day',
    '2026-05-05': 'Labour Day',
    '2026-06-19': 'Dragon Boat',
    '2026-09-25': 'Mid-Autumn',
    '2026-10-01': 'National Day',
    '2026-10-02': 'National Day',
    '2026-10-05': 'National Day',
    '2026-10-06': 'National Day',
    '2026-10-07': 'National Day',
  },
  halfDays: {},
};
