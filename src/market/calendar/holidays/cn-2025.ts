import type { HolidayTable } from './holiday-table.ts';

export const CN_2025: HolidayTable = {
  market: 'CN',
  year: 2025,
  source:
    'Notice of SSE, SZSE and BSE on the closures of 2025, after the notice of the State Council (国办发明电〔2024〕12号)',
  holidays: {
    '2025-01-01': "New Year's Day",
    '2025-01-28': 'Spring Festival',
    '2025-01-29': 'Spring Festival',
    '2025-01-30': 'Spring Festival',
    '2025-01-31': 'Spring Festival',
    '2025-02-03': 'Spring Festival',
    '2025-02-04': 'Spring Festival',
    '2025-04-04': 'Ching Ming',
    '2025-05-01': 'Labour Day',
    '2025-05-02': 'Labour Day',
    '2025-05-05': 'Labour Day',
    '2025-06-02': 'Dragon Boat',
    '2025-10-01': 'National Day and Mid-Autumn',
    '2025-10-02': 'National Day and Mid-Autumn',
    '2025-10-03': 'National Day and Mid-Autumn',
    '2025-10-06': 'National Day and Mid-Autumn',
    '2025-10-07': 'National Day and Mid-Autumn',
    '2025-10-08': 'National Day and Mid-Autumn',
  },
  halfDays: {},
};
