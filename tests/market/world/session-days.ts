/**
 * Days as the exchanges publish them. Times are local; `states` and `days` are "from value from value … to", and what is
 * between two values belongs to the first. `bars` are stretches whose bars begin at their start: first and last minute
 * that they take, and their own start and end.
 */
export interface SessionDay {
  readonly symbols: readonly string[];
  readonly date: string;
  readonly offset: string;
  readonly why: string;
  readonly states: string;
  readonly days: string;
  readonly bars: readonly (readonly [takesFrom: string, takesTo: string, start: string, end: string])[];
}

const CHINA_BARS = [
  ['09:15', '11:31', '09:30', '11:30'],
  ['13:00', '15:31', '13:00', '15:00'],
] as const;
const CHINA =
  '00:00 CLOSED 09:15 AUCTION 09:25 PRE 09:30 OPEN 11:30 LUNCH 13:00 OPEN 14:57 AUCTION 15:00 CLOSED 24:00';
const HONG_KONG_BARS = [
  ['09:00', '12:01', '09:30', '12:00'],
  ['13:00', '16:11', '13:00', '16:00'],
] as const;
const US_BARS = [
  ['04:00', '09:30', '04:00', '09:30'],
  ['09:30', '16:01', '09:30', '16:00'],
  ['16:01', '20:00', '16:00', '20:00'],
] as const;
const US = '00:00 CLOSED 04:00 PRE 09:30 OPEN 16:00 POST 20:00 CLOSED 24:00';
const COMMODITY_DAY = '08:55 AUCTION 09:00 OPEN 10:15 LUNCH 10:30 OPEN 11:30 LUNCH 13:30 OPEN 15:00 CLOSED';
const COMMODITY_BARS = [
  ['08:55', '10:16', '09:00', '10:15'],
  ['10:30', '11:31', '10:30', '11:30'],
  ['13:30', '15:01', '13:30', '15:00'],
] as const;

const all = (value: string): string => `00:00 ${value} 24:00`;

export const SESSION_DAYS: readonly SessionDay[] = [
  {
    symbols: ['600519', '000001', '920001', 'SH.000001', '510050'],
    date: '2026-11-26',
    offset: '+08:00',
    why: 'SSE, SZSE and BSE, trading rules: auctions 09:15–09:25 and 14:57–15:00, 09:30–11:30, 13:00–15:00',
    states: CHINA,
    days: all('2026-11-26'),
    bars: CHINA_BARS,
  },
  {
    symbols: ['688981', '300750'],
    date: '2026-11-26',
    offset: '+08:00',
    why: 'STAR and ChiNext trade at the closing price 15:05–15:30',
    states: CHINA.replace('15:00 CLOSED', '15:00 CLOSED 15:05 POST 15:30 CLOSED'),
    days: all('2026-11-26'),
    bars: CHINA_BARS,
  },
  ...(
    [
      ['2026-10-01', 'National Day'],
      ['2026-10-10', 'a Saturday on which offices work'],
      ['2026-02-23', 'the last day of Spring Festival'],
      ['2024-02-09', "closed by the exchanges' notice, though a work day"],
    ] as const
  ).map(([date, why]) => ({
    symbols: ['600519'],
    date,
    offset: '+08:00',
    why,
    states: all('CLOSED'),
    days: all(date),
    bars: [],
  })),
  {
    symbols: ['HK.00700', 'HK.800000'],
    date: '2026-11-26',
    offset: '+08:00',
    why: 'HKEX: pre-opening 09:00–09:22, 09:30–12:00, 13:00–16:00, closing auction to 16:10',
    states:
      '00:00 CLOSED 09:00 AUCTION 09:22 PRE 09:30 OPEN 12:00 LUNCH 13:00 OPEN 16:00 AUCTION 16:10 CLOSED 24:00',
    days: all('2026-11-26'),
    bars: HONG_KONG_BARS,
  },
  {
    symbols: ['HK.00700'],
    date: '2026-12-24',
    offset: '+08:00',
    why: 'HKEX: a half day ends at 12:00, with the closing auction to 12:10',
    states: '00:00 CLOSED 09:00 AUCTION 09:22 PRE 09:30 OPEN 12:00 AUCTION 12:10 CLOSED 24:00',
    days: all('2026-12-24'),
    bars: [['09:00', '12:11', '09:30', '12:00']],
  },
  {
    symbols: ['HK.00700'],
    date: '2026-04-07',
    offset: '+08:00',
    why: 'the day after Easter Monday, which was the day after Ching Ming',
    states: all('CLOSED'),
    days: all('2026-04-07'),
    bars: [],
  },
  ...(
    [
      ['2026-11-25', '-05:00', 'NYSE: 04:00, 09:30, 16:00, 20:00 in New York'],
      ['2026-03-09', '-04:00', 'the day after the clocks went forward'],
      ['2026-11-02', '-05:00', 'the day after the clocks went back'],
      ['2026-07-06', '-04:00', 'summer'],
    ] as const
  ).map(([date, offset, why]) => ({
    symbols: ['AAPL', 'US..SPX'],
    date,
    offset,
    why,
    states: US,
    days: all(date),
    bars: US_BARS,
  })),
  {
    symbols: ['AAPL', 'BRK.B'],
    date: '2026-11-27',
    offset: '-05:00',
    why: 'NYSE: the day after Thanksgiving closes at 13:00, late session to 17:00',
    states: '00:00 CLOSED 04:00 PRE 09:30 OPEN 13:00 POST 17:00 CLOSED 24:00',
    days: all('2026-11-27'),
    bars: [
      ['04:00', '09:30', '04:00', '09:30'],
      ['09:30', '13:01', '09:30', '13:00'],
      ['13:01', '17:00', '13:00', '17:00'],
    ],
  },
  ...(['2026-11-26', '2026-04-03', '2027-12-24', '2025-01-09'] as const).map((date) => ({
    symbols: ['AAPL'],
    date,
    offset: date === '2026-04-03' ? '-04:00' : '-05:00',
    why: 'NYSE: Thanksgiving, Good Friday, Christmas observed, the day of mourning for Jimmy Carter',
    states: all('CLOSED'),
    days: all(date),
    bars: [],
  })),
  {
    symbols: ['AAPL261218C00150000'],
    date: '2026-11-25',
    offset: '-05:00',
    why: 'equity options trade in the core session alone',
    states: '00:00 CLOSED 09:30 OPEN 16:00 CLOSED 24:00',
    days: all('2026-11-25'),
    bars: [['09:30', '16:01', '09:30', '16:00']],
  },
  {
    symbols: ['SHFE.rb2701', 'DCE.m2701', 'CZCE.SR701', 'INE.lumain'],
    date: '2026-11-26',
    offset: '+08:00',
    why: 'commodity futures with a night session to 23:00, of the next trading day',
    states: `00:00 CLOSED ${COMMODITY_DAY} 20:55 AUCTION 21:00 OPEN 23:00 CLOSED 24:00`,
    days: '00:00 2026-11-26 20:55 2026-11-27 24:00',
    bars: [...COMMODITY_BARS, ['20:55', '23:01', '21:00', '23:00']],
  },
  {
    symbols: ['SHFE.aumain', 'INE.sc2701'],
    date: '2026-11-27',
    offset: '+08:00',
    why: 'gold and oil trade to 02:30; the night of a Friday is of Monday',
    states: `00:00 OPEN 02:30 CLOSED ${COMMODITY_DAY} 20:55 AUCTION 21:00 OPEN 24:00`,
    days: '00:00 2026-11-27 20:55 2026-11-30 24:00',
    bars: [['00:00', '02:31', '00:00', '02:30'], ...COMMODITY_BARS, ['20:55', '24:00', '21:00', '24:00']],
  },
  {
    symbols: ['SHFE.cu2701'],
    date: '2026-11-28',
    offset: '+08:00',
    why: 'copper trades to 01:00, into Saturday, which is of Monday',
    states: '00:00 OPEN 01:00 CLOSED 24:00',
    days: all('2026-11-30'),
    bars: [['00:00', '01:01', '00:00', '01:00']],
  },
  {
    symbols: ['SHFE.aumain'],
    date: '2026-09-30',
    offset: '+08:00',
    why: 'no night session before a holiday; the first trading day after it is 8 October',
    states: `00:00 OPEN 02:30 CLOSED ${COMMODITY_DAY} 24:00`,
    days: '00:00 2026-09-30 20:55 2026-10-08 24:00',
    bars: [['00:00', '02:31', '00:00', '02:30'], ...COMMODITY_BARS],
  },
  {
    symbols: ['SHFE.aumain'],
    date: '2026-04-03',
    offset: '+08:00',
    why: 'no night session on the Friday before a Monday that is a holiday',
    states: `00:00 OPEN 02:30 CLOSED ${COMMODITY_DAY} 24:00`,
    days: '00:00 2026-04-03 20:55 2026-04-07 24:00',
    bars: [['00:00', '02:31', '00:00', '02:30'], ...COMMODITY_BARS],
  },
  {
    symbols: ['DCE.jd2701', 'GFEX.si2701'],
    date: '2026-11-26',
    offset: '+08:00',
    why: 'eggs and silicon have no night session',
    states: `00:00 CLOSED ${COMMODITY_DAY} 24:00`,
    days: all('2026-11-26'),
    bars: COMMODITY_BARS,
  },
  {
    symbols: ['CFFEX.IF2612'],
    date: '2026-11-26',
    offset: '+08:00',
    why: 'CFFEX: the hours of stocks, with the auction 09:25–09:30',
    states: '00:00 CLOSED 09:25 AUCTION 09:30 OPEN 11:30 LUNCH 13:00 OPEN 15:00 CLOSED 24:00',
    days: all('2026-11-26'),
    bars: [
      ['09:25', '11:31', '09:30', '11:30'],
      ['13:00', '15:01', '13:00', '15:00'],
    ],
  },
  {
    symbols: ['CFFEX.T2612'],
    date: '2026-11-26',
    offset: '+08:00',
    why: 'CFFEX: bond futures close at 15:15',
    states: '00:00 CLOSED 09:25 AUCTION 09:30 OPEN 11:30 LUNCH 13:00 OPEN 15:15 CLOSED 24:00',
    days: all('2026-11-26'),
    bars: [
      ['09:25', '11:31', '09:30', '11:30'],
      ['13:00', '15:16', '13:00', '15:15'],
    ],
  },
  {
    symbols: ['HK.HSImain'],
    date: '2026-11-26',
    offset: '+08:00',
    why: 'HKEX index futures: to 16:30, and after hours 17:15–03:00, of the next trading day',
    states:
      '00:00 OPEN 03:00 CLOSED 08:45 AUCTION 09:15 OPEN 12:00 LUNCH 12:30 AUCTION 13:00 OPEN 16:30 CLOSED 17:15 OPEN 24:00',
    days: '00:00 2026-11-26 17:00 2026-11-27 24:00',
    bars: [
      ['00:00', '03:01', '-06:45', '03:00'],
      ['08:45', '12:01', '09:15', '12:00'],
      ['12:30', '16:31', '13:00', '16:30'],
      ['17:15', '24:00', '17:15', '27:00'],
    ],
  },
  {
    symbols: ['BTC/USDT', 'BTC/USDT:USDT'],
    date: '2026-12-25',
    offset: '+00:00',
    why: 'crypto is always open',
    states: all('OPEN'),
    days: all('2026-12-25'),
    bars: [['00:00', '24:00', '00:00', '24:00']],
  },
  {
    symbols: ['USD/CNH', 'EUR/USD'],
    date: '2026-11-29',
    offset: '-05:00',
    why: 'currencies begin on Sunday at 17:00 in New York',
    states: '00:00 CLOSED 17:00 OPEN 24:00',
    days: all('2026-11-30'),
    bars: [['17:00', '24:00', '17:00', '24:00']],
  },
  {
    symbols: ['EUR/USD'],
    date: '2026-11-27',
    offset: '-05:00',
    why: 'and end on Friday at 17:00',
    states: '00:00 OPEN 17:00 CLOSED 24:00',
    days: '00:00 2026-11-27 17:00 2026-11-30 24:00',
    bars: [['00:00', '17:00', '00:00', '17:00']],
  },
  {
    symbols: ['600519', 'HK.00700', 'SHFE.aumain'],
    date: '2027-01-04',
    offset: '+08:00',
    why: 'no table of 2027 yet: by the clock',
    states: all('UNKNOWN'),
    days: all('2027-01-04'),
    bars: [['00:00', '24:00', '00:00', '24:00']],
  },
  {
    symbols: ['US.ZCmain'],
    date: '2026-11-25',
    offset: '-05:00',
    why: 'no calendar of that exchange: by the clock',
    states: all('UNKNOWN'),
    days: all('2026-11-25'),
    bars: [['00:00', '24:00', '00:00', '24:00']],
  },
  ...(
    [
      [
        '2026-11-24',
        'CME Globex: 18:00 to 17:00 in New York, and the evening is of the next day',
        '00:00 OPEN 17:00 CLOSED 18:00 OPEN 24:00',
        '00:00 2026-11-24 18:00 2026-11-25 24:00',
        [
          ['-06:00', '17:01', '-06:00', '17:00'],
          ['18:00', '24:00', '18:00', '41:00'],
        ],
      ],
      [
        '2026-11-25',
        'the evening before Thanksgiving: hours by product, trades of the day after it',
        '00:00 OPEN 17:00 CLOSED 18:00 UNKNOWN 24:00',
        '00:00 2026-11-25 18:00 2026-11-27 24:00',
        [['-06:00', '17:01', '-06:00', '17:00']],
      ],
      [
        '2026-11-26',
        'Thanksgiving: hours by product, trades of the day after it',
        '00:00 UNKNOWN 17:00 CLOSED 18:00 OPEN 24:00',
        '00:00 2026-11-27 24:00',
        [['18:00', '24:00', '18:00', '41:00']],
      ],
      [
        '2026-11-27',
        'an early close that differs by product, and no session in the evening of a Friday',
        '00:00 OPEN 13:00 UNKNOWN 17:00 CLOSED 24:00',
        '00:00 2026-11-27 18:00 2026-11-30 24:00',
        [['-06:00', '17:01', '-06:00', '17:00']],
      ],
      [
        '2026-11-29',
        'a Sunday: the week begins at 18:00',
        '00:00 CLOSED 18:00 OPEN 24:00',
        '00:00 2026-11-30 24:00',
        [['18:00', '24:00', '18:00', '41:00']],
      ],
    ] as const
  ).map(([date, why, states, days, bars]) => ({
    symbols: ['US.ESmain', 'US.CL2701'],
    date,
    offset: '-05:00',
    why,
    states,
    days,
    bars,
  })),
];
