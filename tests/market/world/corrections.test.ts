import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryBus } from '../../../src/bus/memory/memory-bus.ts';
import { MemoryTradeBars } from '../../../src/market/bars/memory-trade-bars.ts';
import type { TradeReport } from '../../../src/market/events/market-event.ts';
import type { QuoteState } from '../../../src/market/events/market-state.ts';
import { quoteTopic } from '../../../src/market/events/topics.ts';
import { Market } from '../../../src/market/market.ts';
import { seedOf } from '../../support/seeded.ts';
import { listen, startServer, type TestServer } from '../../support/server.ts';

const SEED = seedOf(process.env.CORRECTIONS_SEED);
const CORRECT = `mutation ($input: [TradeCorrectionInput!]!) {
  correctTrades(input: $input) { accepted rejected { index code message } }
}`;

describe('corrections through the front door', () => {
  let server: TestServer;
  let token: string;
  beforeAll(async () => {
    server = await startServer();
    token = await server.token('venue', 'PUBLISHER');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const publish = async (symbol: string, trades: object[]) => {
    const { errors } = await server.post(
      'mutation ($input: [TradeInput!]!) { publishTrades(input: $input) { accepted } }',
      { input: trades.map((trade) => ({ symbol, size: '5', side: 'BUY', ...trade })) },
      token,
    );
    expect(errors).toBeUndefined();
  };
  const correct = async (input: object[], bearer = token) => {
    const { data, errors } = await server.post(CORRECT, { input }, bearer);
    return { receipt: (data as { correctTrades?: object } | undefined)?.correctTrades, errors };
  };
  const state = async (symbol: string) =>
    (
      await server.post(`{
        quote(symbol: "${symbol}") { price high low volume turnover }
        candles(symbol: "${symbol}", timeframe: DAY_1, first: 1) { edges { node { open high low close volume } } }
        fundFlow(symbol: "${symbol}", timeframe: DAY_1) { superLarge { inflow } small { inflow } turnover }
      }`)
    ).data;

  it('M33 a busted trade never counted, in quote, candles and fund flow, and subscribers hear of it', async () => {
    const symbol = 'BUST/USD';
    const heard = listen<{
      trades: { kind: string; sourceSequence: string; correctedId: string | null; id: string };
    }>(
      server.client(),
      'subscription { trades(symbols: ["BUST/USD"]) { kind sourceSequence correctedId id } }',
    );
    await expect
      .poll(async () => {
        await publish(symbol, [{ price: '100', sourceSequence: '1' }]);
        return server.app.stats().streaming.subscribers;
      })
      .toBeGreaterThan(0);
    await publish(symbol, [
      { price: '1', size: '2500000', sourceSequence: '2' },
      { price: '101', sourceSequence: '3' },
    ]);
    expect(await correct([{ symbol, sourceSequence: '2', kind: 'BUST' }])).toMatchObject({
      receipt: { accepted: 1, rejected: [] },
    });
    expect(await state(symbol)).toEqual({
      quote: { price: '101', high: '101', low: '100', volume: '10', turnover: '1005' },
      candles: { edges: [{ node: { open: '100', high: '101', low: '100', close: '101', volume: '10' } }] },
      fundFlow: { superLarge: { inflow: '0' }, small: { inflow: '1005' }, turnover: '1005' },
    });
    await expect.poll(() => heard.data.at(-1)?.trades).toMatchObject({ kind: 'BUST', sourceSequence: '2' });
    const wrong = heard.data.find(({ trades }) => trades.sourceSequence === '2' && trades.kind === 'TRADE');
    expect(heard.data.at(-1)?.trades.correctedId).toBe(wrong?.trades.id);
    heard.stop();
  });

  it('M33 a replaced trade counts with what is right, and may be replaced and busted again', async () => {
    const symbol = 'REPLACE/USD';
    await publish(symbol, [
      { price: '10', sourceSequence: '1' },
      { price: '990', sourceSequence: '2' },
    ]);
    const replace = (price: string) => correct([{ symbol, sourceSequence: '2', kind: 'REPLACE', price }]);
    await replace('9.90');
    expect(await state(symbol)).toMatchObject({
      quote: { price: '9.90', high: '10', low: '9.90', volume: '10', turnover: '99.5' },
    });
    await replace('11');
    expect(await state(symbol)).toMatchObject({ quote: { price: '11', high: '11', turnover: '105' } });
    await correct([{ symbol, sourceSequence: '2', kind: 'BUST' }]);
    expect(await state(symbol)).toMatchObject({
      quote: { price: '10', high: '10', low: '10', volume: '5', turnover: '50' },
      candles: { edges: [{ node: { close: '10', volume: '5' } }] },
    });
    await correct([{ symbol, sourceSequence: '1', kind: 'BUST' }]);
    expect(await state(symbol)).toMatchObject({
      quote: { volume: null, high: null },
      candles: { edges: [] },
    });
  });

  it('M34 only its publisher or an ADMIN corrects a trade, and the others are told why not', async () => {
    const symbol = 'MINE/USD';
    await publish(symbol, [
      { price: '1', sourceSequence: '1' },
      { price: '2', sourceSequence: '2', source: 'floor' },
      { price: '3', sourceSequence: '3' },
    ]);
    const other = await server.token('other', 'PUBLISHER');
    const bust = (sourceSequence: string, source: string) => ({
      symbol,
      sourceSequence,
      source,
      kind: 'BUST',
    });
    expect((await correct([bust('1', 'venue')], other)).errors).toMatchObject([
      { extensions: { code: 'PERMISSION_DENIED' } },
    ]);
    expect((await correct([bust('2', 'floor')], other)).errors).toMatchObject([
      { extensions: { code: 'PERMISSION_DENIED' } },
    ]);
    expect((await correct([bust('2', 'floor')])).receipt).toMatchObject({ accepted: 1 });
    const admin = await server.token('boss', 'ADMIN');
    expect((await correct([bust('3', 'venue')], admin)).receipt).toMatchObject({ accepted: 1 });
    const user = await server.token('reader');
    expect((await correct([bust('1', 'venue')], user)).errors).toMatchObject([
      { extensions: { code: 'PERMISSION_DENIED' } },
    ]);
  });

  it('M34 what cannot be corrected is rejected by itself, saying how far corrections reach', async () => {
    const symbol = 'REACH/USD';
    await publish(symbol, [{ price: '1', sourceSequence: '1' }]);
    const { receipt } = await correct([
      { symbol, sourceSequence: '404', kind: 'BUST' },
      { symbol, sourceSequence: '1', kind: 'BUST' },
      { symbol, sourceSequence: '1', kind: 'BUST' },
      { symbol, sourceSequence: '1', kind: 'REPLACE', price: 'x' },
    ]);
    expect(receipt).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 0, code: 'INVALID_INPUT', message: expect.stringContaining('no such trade was published') },
        { index: 2, code: 'CONFLICT', message: expect.stringContaining('was busted before') },
        { index: 3, code: 'INVALID_INPUT', message: expect.stringMatching(/^price: /) },
      ],
    });
    const old = new Date(Date.now() - 3_600_000).toISOString();
    await publish('LONG/USD', [{ price: '1', sourceSequence: '1', exchangeTime: old }]);
    for (let part = 0; part < 2; part += 1) {
      await publish(
        'LONG/USD',
        Array.from({ length: 600 }, (_, i) => ({ price: '1', sourceSequence: String(2 + 600 * part + i) })),
      );
    }
    const { errors } = await correct([{ symbol: 'LONG/USD', sourceSequence: '1', kind: 'BUST' }]);
    expect(errors).toMatchObject([
      { message: expect.stringMatching(/LONG\/USD are kept in full since 20\d\d-/) },
    ]);
  });
});

const SYMBOL = 'BTC/USDT';
const START = Date.parse('2026-11-25T09:00:00Z');
const anyStep = fc.record({
  ms: fc.integer({ min: 0, max: 600_000 }),
  cents: fc.integer({ min: 1, max: 500 }),
  lots: fc.integer({ min: 1, max: 100_000 }),
  side: fc.constantFrom('BUY' as const, 'SELL' as const, 'NEUTRAL' as const),
  fate: fc.constantFrom('stays', 'stays', 'bust', 'replace', 'replace and bust'),
  right: fc.integer({ min: 1, max: 500 }),
});

async function outcome(run: (market: Market) => Promise<void>) {
  const bus = new MemoryBus();
  const market = new Market({
    bus,
    bars: new MemoryTradeBars(),
    now: () => START + 700_000,
    onError(error) {
      throw error;
    },
  });
  await run(market);
  const quote = (await bus.latest(quoteTopic(SYMBOL)))?.payload as QuoteState | undefined;
  const frames = ['MINUTE_1', 'MINUTE_5', 'DAY_1'] as const;
  const candles = await Promise.all(
    frames.map(async (frame) => (await market.candles(SYMBOL, frame, 100)).candles),
  );
  const flow = frames.map((frame) => market.fundFlowHistory(SYMBOL, frame));
  await market[Symbol.asyncDispose]();
  const { price, open, high, low, volume, turnover } = quote ?? {};
  return { quote: { price, open, high, low, volume, turnover }, candles, flow };
}

it('M33 trades without a time, while a recording is replayed, stay in the minute where they counted', async () => {
  const old = START - 3 * 86_400_000;
  const report = (n: number, price: string, exchangeTime: number | null): TradeReport => ({
    symbol: SYMBOL,
    price,
    size: '1',
    side: 'BUY',
    source: 'feed',
    sourceSequence: String(n),
    exchangeTime,
  });
  const corrected = await outcome(async (market) => {
    for (const [n, price, time] of [
      [1, '10', old] as const,
      [2, '99', old] as const,
      [3, '11', null] as const,
    ]) {
      market.acceptTrade(report(n, price, time));
    }
    await market.correctTrades([{ symbol: SYMBOL, source: 'feed', sourceSequence: '2', kind: 'BUST' }]);
  });
  const right = await outcome(async (market) => {
    market.acceptTrade(report(1, '10', old));
    market.acceptTrade(report(3, '11', null));
  });
  expect(corrected).toEqual(right);
});

it.each([
  ['REPLACE', '5.5', '5.5'],
  ['BUST', undefined, '5'],
] as const)(
  'M33 %s of the closing print of the day before mends the previous close',
  async (kind, price, right) => {
    const day = 86_400_000;
    const report = (n: number, text: string, exchangeTime: number): TradeReport => ({
      symbol: SYMBOL,
      price: text,
      size: '1',
      source: 'feed',
      sourceSequence: String(n),
      exchangeTime,
    });
    const bus = new MemoryBus();
    const market = new Market({
      bus,
      bars: new MemoryTradeBars(),
      now: () => START + 1000,
      onError(error) {
        throw error;
      },
    });
    const trades: [string, number][] = [
      ['5', START - day],
      ['50', START - day + 60_000],
      ['6', START],
    ];
    for (const [n, [text, time]] of trades.entries()) market.acceptTrade(report(n, text, time));
    const quote = async () => (await bus.latest(quoteTopic(SYMBOL)))?.payload as QuoteState;
    expect((await quote()).previousClose).toBe('50');
    await market.correctTrades([{ symbol: SYMBOL, source: 'feed', sourceSequence: '1', kind, price }]);
    expect(await quote()).toMatchObject({ price: '6', previousClose: right, volume: '1', high: '6' });
    const { candles } = await market.candles(SYMBOL, 'DAY_1', 2);
    expect(candles).toMatchObject([
      { open: '6', close: '6', volume: '1' },
      { open: '5', high: right, low: '5', close: right, volume: kind === 'BUST' ? '1' : '2' },
    ]);
    await market[Symbol.asyncDispose]();
  },
);

describe(`any corrections (seed ${SEED}, repeat with CORRECTIONS_SEED)`, () => {
  it('M33 end in the same quote, candles and fund flow as trades that were right from the start', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyStep, { selector: ({ ms }) => ms, minLength: 2, maxLength: 20 }),
        async (steps) => {
          const report = (i: number, cents: number): TradeReport => ({
            symbol: SYMBOL,
            price: (cents / 100).toFixed(2),
            size: String(steps[i]?.lots),
            side: steps[i]?.side ?? null,
            source: 'feed',
            sourceSequence: String(i),
            exchangeTime: START + (steps[i]?.ms ?? 0),
          });
          const isRight = (fate: string) => fate === 'stays' || fate === 'replace';
          // a quote whose every trade was busted has nothing left to compare
          fc.pre(steps.some(({ fate }) => isRight(fate)));
          const corrected = await outcome(async (market) => {
            for (const [i, { cents }] of steps.entries()) market.acceptTrade(report(i, cents));
            for (const [i, { fate, right }] of steps.entries()) {
              const one = { symbol: SYMBOL, source: 'feed', sourceSequence: String(i) };
              if (fate.startsWith('replace')) {
                await market.correctTrades([{ ...one, kind: 'REPLACE', price: (right / 100).toFixed(2) }]);
              }
              if (fate.endsWith('bust')) await market.correctTrades([{ ...one, kind: 'BUST' }]);
            }
          });
          const right = await outcome(async (market) => {
            for (const [i, { fate, cents, right: better }] of steps.entries()) {
              if (isRight(fate)) market.acceptTrade(report(i, fate === 'replace' ? better : cents));
            }
          });
          expect(corrected).toEqual(right);
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });
});
