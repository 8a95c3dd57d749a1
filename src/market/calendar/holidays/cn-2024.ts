import type { HolidayTable } from './holiday-table.ts';

export const CN_2024: HolidayTable = {
  market: 'CN',
  year: 2024,
  source:
    'Notice of SSE, SZSE and BSE on the closures of 2024, after the notice of the State Council (国办发明电〔2023〕7号), https://www.gov.cn/zhengce/content/202310/content_6911527.htm',
  holidays: {
    '2024-01-01': "New Year's Day",
    '2024-02-09': 'Spring Festival',
    '2024-02-12': 'Spring Festival',
    '2024-02-13': 'Spring Festival',
    '2024-02-14': 'Spring Festival',
    '2024-02-15': 'Spring Festival',
    '2024-02-16': 'Spring Festival',
    '2024-04-04': 'Ching Ming',
    '2024-04-05': 'Ching Ming',
    '2024-05-01': 'Labour Day',
    '2024-05-02': 'Labour Day',
    '2024-05-03': 'Labour Day',
    '2024-06-10': 'Dragon Boat',
    '2024-09-16': 'Mid-Autumn',
    '2024-09-17': 'Mid-Autumn',
    '2024-10-01': 'National Day',
    '2024-10-02': 'National Day',
    '2024-10-03': 'National Day',
    '2024-10-04': 'National Day',
    '2024-10-07': 'National Day',
  },
  halfDays: {},
};
