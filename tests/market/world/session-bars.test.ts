import { expect, it } from 'vitest';
import { MemoryBus } from '../../../src/bus/memory/memory-bus.ts';
import { MemoryTradeBars } from '../../../src/market/bars/memory-trade-bars.ts';
import type { Timeframe } from '../../../src/market/events/market-state.ts';
import { Market } from '../../../src/market/market.ts';
import { QuoteBoard } from '../../../src/market/quote-board.ts';

const at = (text: string): number => Date.parse(text);

interface Case {
  readonly why: string;
  readonly symbol: string;
  readonly offset: string;
  /** by local time */
  readonly trades: readonly string[];
  readonly periods: Partial<Record<Timeframe, readonly string[]>>;
}

const CASES: readonly Case[] = [
  {
    why: 'A-share: auction in the first bar, 11:30:00 and the closing print in the last',
    symbol: '600519',
    offset: '+08:00',
    trades: [
      '09:25:00',
      '09:30:00',
      '11:29:59',
      '11:30:00',
      '13:00:00',
      '14:56:59',
      '15:00:00',
      '15:00:01',
    ].map((time) => `2026-11-26T${time}`),
    periods: {
      MINUTE_1: ['09:30 09:31 2', '11:29 11:30 2', '13:00 13:01 1', '14:56 14:57 1', '14:59 15:00 2'],
      MINUTE_5: ['09:30 09:35 2', '11:25 11:30 2', '13:00 13:05 1', '14:55 15:00 3'],
      MINUTE_15: ['09:30 09:45 2', '11:15 11:30 2', '13:00 13:15 1', '14:45 15:00 3'],
      HOUR_1: ['09:30 10:30 2', '10:30 11:30 2', '13:00 14:00 1', '14:00 15:00 3'],
      DAY_1: ['00:00 00:00 8'],
    },
  },
  {
    why: 'Hong Kong: pre-opening auction, and the closing auction at 16:08',
    symbol: 'HK.00700',
    offset: '+08:00',
    trades: ['09:20:00', '09:30:00', '12:00:00', '13:00:00', '15:59:59', '16:08:30'].map(
      (time) => `2026-11-26T${time}`,
    ),
    periods: {
      MINUTE_5: ['09:30 09:35 2', '11:55 12:00 1', '13:00 13:05 1', '15:55 16:00 2'],
      HOUR_1: ['09:30 10:30 2', '11:30 12:00 1', '13:00 14:00 1', '15:00 16:00 2'],
    },
  },
  {
    why: 'US: the core session counts from 09:30, before and after it are bars of their own',
    symbol: 'AAPL',
    offset: '-05:00',
    trades: ['04:10:00', '09:29:59', '09:30:00', '10:15:00', '15:45:00', '16:00:00', '16:30:00'].map(
      (time) => `2026-11-25T${time}`,
    ),
    periods: {
      HOUR_1: ['04:00 05:00 1', '09:00 09:30 1', '09:30 10:30 2', '15:30 16:00 2', '16:00 17:00 1'],
      DAY_1: ['00:00 00:00 7'],
    },
  },
  {
    why: 'futures with a night session: it is of the next trading day',
    symbol: 'SHFE.rb2701',
    offset: '+08:00',
    trades: [
      '2026-11-26T14:59:00',
      '2026-11-26T15:00:00',
      '2026-11-26T20:59:00',
      '2026-11-26T21:30:00',
    ].concat('2026-11-26T22:59:59', '2026-11-27T09:00:00', '2026-11-27T10:14:00', '2026-11-27T10:30:00'),
    periods: {
      HOUR_1: [
        '14:30 15:00 2',
        '21:00 22:00 2',
        '22:00 23:00 1',
        '09:00 10:00 1',
        '10:00 10:15 1',
        '10:30 11:30 1',
      ],
      DAY_1: ['20:55 20:55 2', '20:55 20:55 6'],
    },
  },
  {
    why: 'Hong Kong, a half day: the closing auction at 12:08 is in the last bar',
    symbol: 'HK.00005',
    offset: '+08:00',
    trades: ['09:30:00', '12:00:00', '12:08:05'].map((time) => `2026-02-16T${time}`),
    periods: { HOUR_1: ['09:30 10:30 1', '11:30 12:00 2'], DAY_1: ['00:00 00:00 3'] },
  },
  {
    why: 'US, a half day: the core session ends at 13:00, and the late one counts from there',
    symbol: 'MSFT',
    offset: '-05:00',
    trades: ['04:30:00', '12:59:59', '13:00:00', '13:30:00'].map((time) => `2025-11-28T${time}`),
    periods: { HOUR_1: ['04:00 05:00 1', '12:30 13:00 2', '13:00 14:00 1'] },
  },
  {
    why: 'gold in Shanghai: the night of a Friday runs into Saturday and is of Monday',
    symbol: 'SHFE.au2702',
    offset: '+08:00',
    trades: ['2026-11-20T21:30:00', '2026-11-21T01:30:00', '2026-11-23T10:00:00'],
    periods: {
      HOUR_1: ['21:00 22:00 1', '01:00 02:00 1', '10:00 10:15 1'],
      DAY_1: ['20:55 20:55 3'],
    },
  },
  {
    why: 'CME Globex: a day begins the evening before, and the last bar takes the print of 17:00',
    symbol: 'US.ESmain',
    offset: '-05:00',
    trades: ['2026-11-23T18:00:00', '2026-11-24T09:30:00', '2026-11-24T16:59:59'].concat(
      '2026-11-24T17:00:00',
      '2026-11-24T18:30:00',
    ),
    periods: {
      HOUR_1: ['18:00 19:00 1', '09:00 10:00 1', '16:00 17:00 2', '18:00 19:00 1'],
      DAY_1: ['18:00 18:00 4', '18:00 18:00 1'],
    },
  },
  {
    why: 'crypto: by the clock',
    symbol: 'BTC/USDT',
    offset: '+00:00',
    trades: ['2026-11-26T09:25:00', '2026-11-26T09:30:00', '2026-11-26T11:30:00'],
    periods: { HOUR_1: ['09:00 10:00 2', '11:00 12:00 1'], DAY_1: ['00:00 00:00 3'] },
  },
];

const clock = (time: number, offset: string): string =>
  new Date(time + at('1970-01-01T00:00:00Z') - at(`1970-01-01T00:00:00${offset}`))
    .toISOString()
    .slice(11, 16);

it.each(CASES)('M27 $symbol, $why', async ({ symbol, offset, trades, periods }) => {
  await using bus = new MemoryBus();
  const now = () => at('2026-11-27T12:00:00Z');
  await using market = new Market({ bus, bars: new MemoryTradeBars(), now, onError: () => {} });
  for (const time of trades.toReversed()) {
    market.acceptTrade({ symbol, price: '1', size: '1', side: 'BUY', exchangeTime: at(time + offset) });
  }
  for (const [name, expected] of Object.entries(periods)) {
    const timeframe = name as Timeframe;
    const { candles } = await market.candles(symbol, timeframe, 100);
    const shown = candles.map(
      ({ periodStart, periodEnd, volume }) =>
        `${clock(periodStart, offset)} ${clock(periodEnd, offset)} ${volume}`,
    );
    expect(shown.reverse(), timeframe).toEqual(expected);
    const flows = market
      .fundFlowHistory(symbol, timeframe)
      .map(({ periodStart, turnover }) => `${clock(periodStart, offset)} ${turnover}`);
    expect(flows.reverse(), timeframe).toEqual(expected.map((text) => text.replace(/ \S+ /, ' ')));
  }
});

it('M27 no period is of a part of its minutes, when memory dropped the first of them', async () => {
  await using bus = new MemoryBus();
  const now = () => at('2026-11-27T12:00:00Z');
  for (let most = 61; most < 130; most += 1) {
    await using market = new Market({
      bus,
      bars: new MemoryTradeBars({ mostMinutes: most }),
      now,
      onError: () => {},
    });
    for (let minute = 0; minute < 120; minute += 1) {
      const exchangeTime = at('2026-11-26T09:30:00+08:00') + minute * 60_000;
      market.acceptTrade({ symbol: '600519', price: '1', size: '1', exchangeTime });
    }
    const { candles } = await market.candles('600519', 'HOUR_1', 100);
    expect(candles.map(({ volume }) => volume)).toEqual(candles.map(() => '60'));
  }
});

it.each([
  ['600519', '2026-11-26T11:29:00+08:00', '2026-11-26T12:59:59+08:00', false, 'lunch'],
  [
    '600519',
    '2026-11-26T11:29:00+08:00',
    '2026-11-26T13:00:30+08:00',
    false,
    'the limit counts from the open',
  ],
  [
    '600519',
    '2026-11-26T11:29:00+08:00',
    '2026-11-26T13:00:31+08:00',
    true,
    'a dead feed in an open session',
  ],
  [
    '600519',
    '2026-11-26T10:00:00+08:00',
    '2026-11-26T10:00:31+08:00',
    true,
    'a dead feed in an open session',
  ],
  ['600519', '2026-11-26T15:00:00+08:00', '2026-11-27T09:29:00+08:00', false, 'night'],
  ['600519', '2026-09-30T15:00:00+08:00', '2026-10-07T10:00:00+08:00', false, 'a holiday'],
  ['HK.00700', '2026-12-24T12:00:00+08:00', '2026-12-24T14:00:00+08:00', false, 'a half day'],
  ['AAPL', '2026-11-25T16:00:00-05:00', '2026-11-26T12:00:00-05:00', false, 'Thanksgiving'],
  ['SHFE.aumain', '2026-11-27T22:00:00+08:00', '2026-11-28T01:00:00+08:00', true, 'an open night session'],
  ['BTC/USDT', '2026-12-25T00:00:00Z', '2026-12-25T00:00:31Z', true, 'always open'],
  ['600519', '2027-01-04T03:00:00+08:00', '2027-01-04T03:00:31+08:00', true, 'no calendar: by the clock'],
])('M10 %s heard of at %s is at %s stale: %s (%s)', (symbol, heard, then, isStale) => {
  const board = new QuoteBoard(30_000);
  board.applyTrade({ symbol, price: '1', size: '1', turnover: '1', exchangeTime: at(heard) }, at(heard));
  expect(board.sweep(at(then)).map(({ stale }) => stale)).toEqual(isStale ? [true] : []);
});
