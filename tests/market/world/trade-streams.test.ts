import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryBus } from '../../../src/bus/memory/memory-bus.ts';
import { MemoryTradeBars } from '../../../src/market/bars/memory-trade-bars.ts';
import type { TradeReport } from '../../../src/market/events/market-event.ts';
import type { QuoteState } from '../../../src/market/events/market-state.ts';
import { quoteTopic } from '../../../src/market/events/topics.ts';
import { Market } from '../../../src/market/market.ts';
import { seedOf } from '../../support/seeded.ts';

const SEED = seedOf(process.env.TRADES_SEED);
const SYMBOL = 'BTC/USDT';
/** Before noon, so that all of the trades are of one day. */
const START = Date.parse('2026-11-25T09:00:00Z');
const NOW = START + 3 * 3_600_000;

/** Trades within an hour, each at a moment of its own. */
const anyTrades = fc.uniqueArray(
  fc.record({
    ms: fc.integer({ min: 0, max: 3_600_000 }),
    cents: fc.integer({ min: -500, max: 5000 }),
    lots: fc.integer({ min: 1, max: 100_000 }),
    side: fc.constantFrom('BUY' as const, 'SELL' as const, 'NEUTRAL' as const),
  }),
  { selector: ({ ms }) => ms, minLength: 1, maxLength: 40 },
);

const reportOf = (
  trade: { ms: number; cents: number; lots: number; side: TradeReport['side'] },
  i: number,
) => ({
  symbol: SYMBOL,
  price: (trade.cents / 100).toFixed(2),
  size: String(trade.lots),
  side: trade.side,
  exchangeTime: START + trade.ms,
  sourceSequence: String(i + 1),
});

/** What stands after the reports: the quote, candles and fund flow. */
async function outcome(reports: readonly TradeReport[]) {
  const bus = new MemoryBus();
  const market = new Market({
    bus,
    bars: new MemoryTradeBars(),
    now: () => NOW,
    onError(error) {
      throw error;
    },
  });
  for (const report of reports) market.acceptTrade(report);
  const quote = (await bus.latest(quoteTopic(SYMBOL)))?.payload as QuoteState;
  const frames = ['MINUTE_1', 'MINUTE_15', 'DAY_1'] as const;
  const candles = await Promise.all(
    frames.map(async (frame) => (await market.candles(SYMBOL, frame, 100)).candles),
  );
  const flow = frames.map((frame) => market.fundFlowHistory(SYMBOL, frame));
  await market[Symbol.asyncDispose]();
  return { quote, candles, flow };
}

describe(`any stream of trades (seed ${SEED}, repeat with TRADES_SEED)`, () => {
  it('M13 M19 M21 in any order ends in the same quote, candles and fund flow', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTrades.chain((trades) => {
          const reports = trades.map(reportOf);
          return fc.tuple(fc.constant(reports), fc.shuffledSubarray(reports, { minLength: reports.length }));
        }),
        async ([reports, shuffled]) => {
          const inOrder = reports.toSorted((a, b) => a.exchangeTime - b.exchangeTime);
          expect(await outcome(shuffled)).toEqual(await outcome(inOrder));
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('M30 with any of them sent again, at once or late, ends in the same quote, candles and fund flow', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTrades.chain((trades) => {
          const reports = trades.map(reportOf);
          const repeats = fc.array(fc.integer({ min: 0, max: reports.length - 1 }), {
            minLength: 1,
            maxLength: 40,
          });
          return fc.tuple(
            fc.constant(reports),
            repeats.chain((indices) => {
              const all = [...reports, ...indices.map((index) => reports[index] as TradeReport)];
              return fc
                .shuffledSubarray(
                  all.map((_, place) => place),
                  { minLength: all.length },
                )
                .map((places) => places.map((place) => all[place] as TradeReport));
            }),
          );
        }),
        async ([reports, withRepeats]) => {
          const inOrder = reports.toSorted((a, b) => a.exchangeTime - b.exchangeTime);
          expect(await outcome(withRepeats)).toEqual(await outcome(inOrder));
        },
      ),
      { seed: SEED, numRuns: 100 },
    );
  });
});
