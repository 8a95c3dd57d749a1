import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type Candle,
  type Flow,
  OverATakeover,
  type Quote,
  type Step,
  ThroughAReplay,
  ThroughTheDoor,
  whyNotRecorded,
} from './quote-ways.ts';

/** A moment of a trading day in which every market here is open or has been: 2026-11-25, a Wednesday, 18:00 in Shanghai. */
const NOW = Date.parse('2026-11-25T10:00:00.000Z');
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const at = (ms: number, nanos = ''): string => new Date(NOW + ms).toISOString().replace('Z', `${nanos}Z`);

/** Quotes as the world sends them: what goes in, what is right, why, and where the rule comes from. */
interface Row {
  readonly title: string;
  /** why it is right, and where the rule comes from */
  readonly why: string;
  /** of the market whose rules matter; absent: one that trades around the clock */
  readonly symbol?: string;
  readonly steps: readonly Step[];
  readonly quote?: Partial<Quote>;
  readonly candle?: Partial<Candle>;
  readonly flow?: Partial<Flow>;
}

const trade = (price: string, time: string | null = null, more: object = {}): Step => ({
  kind: 'trade',
  input: { price, size: '1', ...(time === null ? {} : { exchangeTime: time }), ...more },
});
const quote = (input: object, time: string | null = null): Step => ({
  kind: 'quote',
  input: { ...input, ...(time === null ? {} : { exchangeTime: time }) },
});

const RECEIPT = 'an event cannot happen after its receipt';
const NEWEST = 'FIX MDEntryTime and RptSeq: what is older never replaces what is newer';
const DAY_RULE = 'a trading day begins with a trade, or with a report whose figures are new';
const AGREE = "a quote's figures describe one day: low <= price <= high";

const ROWS: readonly Row[] = [
  ...[
    ['two hours', 2 * HOUR],
    ['eight hours, as Beijing time sent as UTC is,', 8 * HOUR],
    ['thirty hours', 30 * HOUR],
    ['73 years, as microseconds read as milliseconds are,', 73 * 365 * DAY],
  ].map(
    ([name, ahead]): Row => ({
      title: `M18 a trade stamped ${name} ahead freezes nothing`,
      why: RECEIPT,
      steps: [
        trade('100', at(-60 * SECOND)),
        trade('101', at(Number(ahead))),
        trade('90', at(0)),
        trade('91'),
      ],
      quote: { price: '91', high: '101', low: '90', volume: '4', exchangeTime: at(0) },
      candle: { volume: '3', close: '91' },
    }),
  ),
  {
    title: 'M18 a clock that runs 1.5 s fast does not hold the price',
    why: `${RECEIPT}: clocks differ by a few seconds`,
    steps: [trade('101', at(1.5 * SECOND)), trade('90', at(0)), trade('91')],
    quote: { price: '91', volume: '3', exchangeTime: at(1.5 * SECOND) },
  },
  {
    title: 'M18 trades of a clock that runs fast are compared with one another',
    why: NEWEST,
    steps: [trade('101', at(1.5 * SECOND)), trade('102', at(1.4 * SECOND))],
    quote: { price: '101', volume: '2' },
  },
  {
    title: 'M18 a quote stamped years ahead does not hold later ones',
    why: RECEIPT,
    steps: [
      quote({ price: '99', bid: '98' }, '2099-01-01T00:00:00Z'),
      quote({ price: '92', bid: '91.9' }, at(0)),
    ],
    quote: { price: '92', bid: '91.9', exchangeTime: at(0) },
  },
  ...['1970-01-01T00:00:00Z', '1970-01-21T11:33:20Z', '2025-01-01T00:00:00Z'].map(
    (time): Row => ({
      title: `M18 a stamp of ${time} is unknown where the symbol trades now`,
      why: 'time 0 and a time long before the day are no times of events',
      steps: [trade('10', at(-SECOND)), trade('11', time), quote({ bid: '9' }, time)],
      quote: { price: '11', bid: '9', volume: '2', exchangeTime: at(-SECOND) },
    }),
  ),
  {
    title: 'M18 a stamp of 1970 alone is unknown, too',
    why: 'time 0 is unknown, not 1970',
    steps: [trade('11', '1970-01-01T00:00:00.000Z')],
    quote: { price: '11', volume: '1', exchangeTime: null },
    candle: { volume: '1' },
  },
  {
    title: 'M18 a book stamped years ahead does not hold the best prices',
    why: RECEIPT,
    steps: [
      {
        kind: 'book',
        input: { bids: [{ price: '9', size: '1' }], asks: [], exchangeTime: '2099-01-01T00:00:00Z' },
      },
      quote({ bid: '8' }, at(0)),
    ],
    quote: { bid: '8', exchangeTime: at(0) },
  },
  {
    title: 'M19 a late quote does not replace a newer trade',
    why: NEWEST,
    steps: [trade('10', at(-SECOND)), quote({ price: '9.5', bid: '9' }, at(-2 * SECOND))],
    quote: { price: '10', bid: '9', low: '9.5', exchangeTime: at(-SECOND) },
  },
  {
    title: 'M19 a late trade does not replace a newer quote, and counts in volume, high and low',
    why: NEWEST,
    steps: [quote({ price: '10' }, at(-SECOND)), trade('12', at(-3 * SECOND)), trade('8', at(-2 * SECOND))],
    quote: { price: '10', high: '12', low: '8', volume: '2' },
    candle: { high: '12', low: '8', close: '8', volume: '2' },
  },
  {
    title: 'M19 each field for itself: a late bid beside a new ask',
    why: NEWEST,
    steps: [
      quote({ bid: '9', ask: '11' }, at(-SECOND)),
      quote({ bid: '8', previousClose: '7' }, at(-2 * SECOND)),
    ],
    quote: { bid: '9', ask: '11', previousClose: '7' },
  },
  {
    title: 'M19 a late book does not replace the best prices of a newer quote',
    why: NEWEST,
    steps: [
      quote({ bid: '9', ask: '11' }, at(-SECOND)),
      {
        kind: 'book',
        input: {
          bids: [{ price: '5', size: '1' }],
          asks: [{ price: '6', size: '1' }],
          exchangeTime: at(-2 * SECOND),
        },
      },
    ],
    quote: { bid: '9', ask: '11' },
  },
  {
    title: 'M19 microseconds order events',
    why: 'precision of the source',
    steps: [trade('11', at(-SECOND, '500')), trade('10', at(-SECOND, '100'))],
    quote: { price: '11', open: '10', volume: '2' },
    candle: { open: '10', close: '11' },
  },
  {
    title: 'M19 nanoseconds order events',
    why: 'precision of the source',
    steps: [trade('11', at(-SECOND, '000002')), trade('10', at(-SECOND, '000001'))],
    quote: { price: '11', open: '10' },
    candle: { open: '10', close: '11' },
  },
  {
    title: "M19 at one time the source's sequence decides, as a number of any length",
    why: NEWEST,
    steps: [
      trade('11', at(-SECOND), { sourceSequence: '10000000000000000000' }),
      trade('10', at(-SECOND), { sourceSequence: '9999999999999999999' }),
    ],
    quote: { price: '11', volume: '2' },
  },
  {
    title: 'M19 without either, the last that came is the newest',
    why: NEWEST,
    steps: [trade('11', at(-SECOND)), trade('10', at(-SECOND))],
    quote: { price: '10' },
    candle: { close: '10' },
  },
  {
    title: 'M20 bids overnight change nothing of the day',
    why: DAY_RULE,
    steps: [
      trade('10', at(-DAY)),
      trade('12', at(-DAY + SECOND)),
      quote({ bid: '11', ask: '13', price: '12', previousClose: null }, at(0)),
    ],
    quote: { price: '12', open: '10', high: '12', low: '10', volume: '2', bid: '11', ask: '13' },
  },
  {
    title: 'M20 nothing that comes on a weekend changes the day before, and it begins none',
    why: `${DAY_RULE}; 2026-11-22 is a Sunday`,
    symbol: '600519',
    steps: [
      trade('10', '2026-11-20T02:00:00Z'),
      trade('11', '2026-11-20T06:00:00Z'),
      quote({ price: '12', bid: '10.9', previousClose: '9', volume: '0', open: '0' }, '2026-11-22T03:00:00Z'),
    ],
    quote: { price: '11', open: '10', high: '11', volume: '2', bid: '10.9', previousClose: null },
  },
  {
    title: 'M20 what comes on a weekend is all there is of a symbol that is new',
    why: 'a server that starts on a Sunday shows the last day',
    symbol: '600000',
    steps: [quote({ price: '12', open: '11', high: '12', low: '11', volume: '5' }, '2026-11-22T03:00:00Z')],
    quote: { price: '12', open: '11', volume: '5' },
  },
  {
    title: 'M20 figures of a new day begin it',
    why: DAY_RULE,
    steps: [trade('10', at(-DAY)), quote({ previousClose: '10.5' }, at(0)), trade('11', at(SECOND))],
    quote: { previousClose: '10.5', open: '11', high: '11', volume: '1', change: '0.5' },
  },
  {
    title: 'M20 a late official close corrects the previous close',
    why: 'exchanges publish the closing price after the last trade',
    steps: [trade('10', at(-DAY)), trade('11', at(0)), quote({ price: '10.2' }, at(-DAY + SECOND))],
    quote: { price: '11', previousClose: '10.2', open: '11', low: '11' },
  },
  {
    title: 'M20 so does a trade of the day before that came late, where it is the last of that day',
    why: 'the close of a day is its last trade by time; the candle of the day has it, too',
    steps: [trade('10', at(-DAY)), trade('11', at(0)), trade('10.4', at(-DAY + SECOND))],
    quote: { price: '11', previousClose: '10.4', change: '0.6', volume: '1', low: '11' },
  },
  {
    title: 'M20 one before the last of that day does not',
    why: NEWEST,
    steps: [trade('10', at(-DAY)), trade('11', at(0)), trade('9', at(-DAY - SECOND))],
    quote: { previousClose: '10', low: '11' },
  },
  {
    title: 'M20 but not one that a report gave',
    why: 'after a dividend the previous close is another one than the last price',
    steps: [
      trade('10', at(-DAY)),
      quote({ previousClose: '9.7', price: '9.9' }, at(0)),
      quote({ price: '10.2' }, at(-DAY + SECOND)),
    ],
    quote: { previousClose: '9.7' },
  },
  {
    title: 'M21 a last price beyond the high extends it',
    why: AGREE,
    steps: [trade('100', at(0)), quote({ price: '120' })],
    quote: { price: '120', high: '120', low: '100', open: '100' },
  },
  {
    title: 'M21 quotes alone make open, high and low',
    why: AGREE,
    steps: [quote({ price: '120' }), quote({ price: '90' })],
    quote: { open: '120', high: '120', low: '90', volume: null },
  },
  {
    title: 'M21 trades add to the volume and turnover of a snapshot',
    why: 'a snapshot is cumulative as of its time',
    steps: [
      quote({ price: '10', volume: '1000', turnover: '10000' }, at(-2 * SECOND)),
      trade('11', at(-SECOND), { size: '500' }),
    ],
    quote: { volume: '1500', turnover: '15500', high: '11' },
  },
  {
    title: 'M21 in whatever order the two arrive',
    why: 'a snapshot is cumulative as of its time',
    steps: [
      quote({ price: '10', volume: '900', turnover: '9000' }, at(-3 * SECOND)),
      trade('11', at(-SECOND), { size: '500' }),
      quote({ price: '10', volume: '1000', turnover: '10000' }, at(-2 * SECOND)),
    ],
    quote: { price: '11', volume: '1500', turnover: '15500' },
  },
  {
    title: 'M21 a trade that the snapshot holds already is not added',
    why: 'a snapshot is cumulative as of its time',
    steps: [
      quote({ price: '10', volume: '1000' }, at(-SECOND)),
      trade('10', at(-2 * SECOND), { size: '500' }),
    ],
    quote: { volume: '1000' },
    candle: { volume: '500' },
  },
  {
    title: 'M21 the next snapshot says otherwise',
    why: 'a snapshot is cumulative as of its time',
    steps: [
      quote({ volume: '1000', high: '15', price: '14' }, at(-3 * SECOND)),
      trade('16', at(-2 * SECOND), { size: '500' }),
      quote({ volume: '1200', high: '15.5' }, at(-SECOND)),
    ],
    quote: { price: '16', volume: '1200', high: '16' },
  },
  {
    title: 'M21 figures that are authoritative are left alone',
    why: "the exchange's own high and volume leave out odd lots and block trades",
    steps: [
      quote(
        {
          price: '10',
          open: '10',
          high: '10',
          low: '10',
          volume: '1000',
          turnover: '1',
          authoritative: true,
        },
        at(-2 * SECOND),
      ),
      trade('11', at(-SECOND), { size: '500' }),
    ],
    quote: { price: '11', high: '10', volume: '1000', turnover: '1' },
    candle: { high: '11', volume: '500' },
  },
  {
    title: 'M22 null clears a field, absent keeps it, zero is a value',
    why: 'at the upper price limit there is no ask',
    steps: [
      quote({ bid: '9', ask: '11', volume: '5' }, at(-2 * SECOND)),
      quote({ ask: null, volume: '0' }, at(-SECOND)),
    ],
    quote: { bid: '9', ask: null, volume: '0' },
  },
  {
    title: 'M22 a cleared field stays cleared against what is older',
    why: NEWEST,
    steps: [quote({ ask: null }, at(-SECOND)), quote({ ask: '11', bid: '9' }, at(-2 * SECOND))],
    quote: { ask: null, bid: '9' },
  },
  {
    title: 'M22 a book without a side clears that side',
    why: 'at the lower price limit there is no bid',
    steps: [
      { kind: 'book', input: { bids: [{ price: '9', size: '1' }], asks: [{ price: '10', size: '1' }] } },
      { kind: 'book', input: { bids: [], asks: [{ price: '10', size: '1' }] } },
    ],
    quote: { bid: null, ask: '10' },
  },
  {
    title: 'M17 a crossed book does not become the best prices of a quote',
    why: 'continuous trading matches such orders at once: the source is wrong or late',
    steps: [
      { kind: 'book', input: { bids: [{ price: '9', size: '1' }], asks: [{ price: '10', size: '1' }] } },
      { kind: 'book', input: { bids: [{ price: '10.5', size: '1' }], asks: [{ price: '10', size: '1' }] } },
    ],
    quote: { bid: '9', ask: '10' },
  },
  {
    title: 'M17 what comes after a crossed book does',
    why: 'the next right book says what is right',
    steps: [
      { kind: 'book', input: { bids: [{ price: '10', size: '1' }], asks: [{ price: '10', size: '1' }] } },
      { kind: 'book', input: { bids: [{ price: '9.5', size: '1' }], asks: [{ price: '10', size: '1' }] } },
    ],
    quote: { bid: '9.5', ask: '10' },
  },
  {
    title: 'M17 in an auction the two best prices are one',
    why: 'SSE shows the indicative price on both sides from 09:15 to 09:25',
    symbol: '601318',
    steps: [
      {
        kind: 'book',
        input: {
          bids: [{ price: '10', size: '1' }],
          asks: [{ price: '10', size: '1' }],
          exchangeTime: '2026-11-25T01:20:00Z',
        },
      },
    ],
    quote: { bid: '10', ask: '10' },
  },
  {
    title: 'M13 a trade of size 0 has a price, which counts',
    why: 'files of A-shares give sizes in lots: less than a lot is 0, as at 13:41 on 2019-02-01 in SZ000001',
    steps: [trade('10', at(-2 * SECOND)), trade('11', at(-SECOND), { size: '0' })],
    quote: { price: '11', high: '11', volume: '1', turnover: '10' },
    candle: { high: '11', close: '11', volume: '1' },
  },
  {
    title: 'M23 sells below zero are outflow, and neither side of an auction is either',
    why: 'money changed hands, whatever the sign of the price',
    steps: [
      trade('-2', at(-3 * SECOND), { size: '100', side: 'BUY' }),
      trade('-3', at(-2 * SECOND), { size: '100', side: 'SELL' }),
      trade('1', at(-SECOND), { size: '10', side: 'NEUTRAL' }),
    ],
    quote: { high: '1', low: '-3', volume: '210', turnover: '510' },
    flow: { inflow: '200', outflow: '300', netInflow: '-100' },
  },
  {
    title: 'M23 money changes hands at a negative price',
    why: 'oil of May 2020 settled at −37.63 on 2020-04-20',
    steps: [trade('-2.00', at(-SECOND), { size: '100', side: 'BUY' })],
    quote: { price: '-2.00', turnover: '200', high: '-2.00', low: '-2.00' },
    candle: { turnover: '200' },
    flow: { inflow: '200', outflow: '0', netInflow: '200' },
  },
  {
    title: 'M23 the change in percent is of the previous close’s absolute value',
    why: 'oil rose from −37.63 to 10.01 on 2020-04-21',
    steps: [quote({ previousClose: '-37.63' }, at(-2 * SECOND)), trade('10.01', at(-SECOND))],
    quote: { change: '47.64', changePercent: '126.60' },
  },
  {
    title: 'M23 high and low are ordered below zero',
    why: '−1 is more than −5',
    steps: [trade('-3', at(-3 * SECOND)), trade('-5', at(-2 * SECOND)), trade('-1', at(-SECOND))],
    quote: { open: '-3', high: '-1', low: '-5', price: '-1' },
    candle: { open: '-3', high: '-1', low: '-5', close: '-1' },
  },
  {
    title: 'M6 a late trade is compared with the trade before it, not with the last that came',
    why: 'Lee & Ready 1991: the tick rule goes by trade order',
    steps: [
      trade('10', at(-4 * SECOND)),
      trade('11', at(-2 * SECOND)),
      trade('10.5', at(-3 * SECOND)),
      trade('11', at(-SECOND)),
    ],
    flow: { inflow: '32.5', outflow: '0' },
  },
];

/** With a side each where the side does not matter, so that recordings can hold them, too. */
const RECORDED = ROWS.map((row) => ({
  ...row,
  steps: row.steps.map((step) =>
    step.kind === 'trade' && !row.flow ? { ...step, input: { side: 'BUY', ...step.input } } : step,
  ),
}));
const ways = [
  ['through mutations', new ThroughTheDoor(), ROWS],
  ['through a feed and a takeover', new OverATakeover(), ROWS],
  [
    'through a replay',
    new ThroughAReplay(),
    RECORDED.filter(({ steps }) => whyNotRecorded(steps) === undefined),
  ],
] as const;

describe.each(ways)('M18 M19 M20 M21 M22 M23 quotes as the world sends them, %s', (_name, way, rows) => {
  beforeAll(async () => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
    await way.start();
  });
  afterAll(async () => {
    await way.stop();
    vi.useRealTimers();
  });

  it.each(rows)('$title', async ({ symbol, steps, quote: right, candle, flow }) => {
    const seen = await way.run(steps, symbol);
    if (right) expect(seen.quote).toMatchObject(right);
    if (candle) expect(seen.candle).toMatchObject(candle);
    if (flow) expect(seen.flow).toMatchObject(flow);
  });
});

it('M18 M19 M20 M21 M22 M23 what no recording can hold is a quote with more than a price, or a trade without a side', () => {
  const reasons = RECORDED.flatMap(({ title, steps }) => {
    const why = whyNotRecorded(steps);
    return why ? [`${title}: ${why}`] : [];
  });
  for (const reason of reasons) expect(reason).toMatch(/a recorded quote has no |has an aggressor$/);
  // most rows are about reports of quotes with bids, days and volumes, which exchanges do not record as one message
  expect(RECORDED.length - reasons.length).toBeGreaterThan(20);
});
