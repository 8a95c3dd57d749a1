import { PrismaPg } from '@prisma/adapter-pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryBus } from '../../src/bus/memory/memory-bus.ts';
import type { QuoteState } from '../../src/market/events/market-state.ts';
import { quoteTopic, tradeTopic } from '../../src/market/events/topics.ts';
import { Market } from '../../src/market/market.ts';
import { PrismaClient } from '../../src/storage/generated/client.ts';
import { StoredTradeBars } from '../../src/storage/stores/stored-trade-bars.ts';
import { freshPostgres } from '../support/places.ts';

/** Noon in UTC, so that all trades are of one day. */
const START = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 43_200_000;

describe('who leads the market after one that died', () => {
  let prisma: PrismaClient;
  const errors: unknown[] = [];
  const opened: StoredTradeBars[] = [];
  beforeAll(async () => {
    prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: await freshPostgres() }) });
  });
  afterAll(async () => {
    for (const bars of opened) await bars[Symbol.asyncDispose]();
    await prisma.$disconnect();
  });

  /** A leader that stores nothing by itself: it dies before it would. */
  async function lead(bus: MemoryBus, symbols: readonly string[], writeAfterMs = 1_000_000) {
    const bars = await StoredTradeBars.open({ prisma, writeAfterMs, onError: (error) => errors.push(error) });
    opened.push(bars);
    const market = new Market({ bus, bars, onError: (error) => errors.push(error) });
    await market.restore(symbols);
    const trade = (symbol: string, number: number, more: object = {}) =>
      market.acceptTrade({
        symbol,
        price: String(100 + number),
        size: '1',
        side: 'BUY',
        exchangeTime: START + number * 1000,
        source: 'feed',
        sourceSequence: String(number),
        ...more,
      });
    const day = async (symbol: string) => {
      const [candle] = (await market.candles(symbol, 'DAY_1', 1)).candles;
      const flow = market.fundFlow(symbol, 'DAY_1');
      return {
        volume: candle?.volume,
        high: candle?.high,
        inflow: flow.small.inflow,
        incomplete: candle?.incomplete ?? false,
        flowIncomplete: flow.incomplete ?? false,
      };
    };
    const stop = async () => {
      await market[Symbol.asyncDispose]();
      await bars[Symbol.asyncDispose]();
    };
    return { bars, market, trade, day, stop };
  }

  it('X11 counts the trades that were published and not stored, each once', async () => {
    const bus = new MemoryBus();
    const symbol = 'DIED/USD';
    const first = await lead(bus, []);
    for (const number of [1, 2, 3]) first.trade(symbol, number);
    await first.stop();
    const second = await lead(bus, [symbol]);
    for (const number of [4, 5]) second.trade(symbol, number);
    // it is killed: nothing of the last two is stored
    const third = await lead(bus, [symbol]);
    expect(await third.day(symbol)).toEqual({
      volume: '5',
      high: '105',
      inflow: '515',
      incomplete: false,
      flowIncomplete: false,
    });
    // and their source may send them again
    expect(third.trade(symbol, 5)).toBe('duplicate');
    expect(third.trade(symbol, 6)).toBe('accepted');
    expect((await third.day(symbol)).volume).toBe('6');
    await third.stop();
    const fourth = await lead(bus, [symbol]);
    expect((await fourth.day(symbol)).volume).toBe('6');
  });

  it('X11 counts those of a symbol of which nothing was stored', async () => {
    const bus = new MemoryBus();
    const symbol = 'BORN/USD';
    const first = await lead(bus, []);
    first.trade(symbol, 1);
    const second = await lead(bus, [symbol]);
    expect(await second.day(symbol)).toMatchObject({ volume: '1', incomplete: false });
  });

  it('X11 says that candles and fund flow are incomplete where the bus no longer holds all of them', async () => {
    const bus = new MemoryBus();
    const symbol = 'LOST/USD';
    const first = await lead(bus, []);
    first.trade(symbol, 1);
    await first.stop();
    const second = await lead(bus, [symbol]);
    second.trade(symbol, 2);
    bus.forget(tradeTopic(symbol));
    const third = await lead(bus, [symbol]);
    expect(await third.day(symbol)).toMatchObject({ volume: '1', incomplete: true, flowIncomplete: true });
    third.trade(symbol, 3);
    expect(await third.day(symbol)).toMatchObject({ volume: '2', incomplete: true });
    await third.stop();
    const fourth = await lead(bus, [symbol]);
    expect(await fourth.day(symbol)).toMatchObject({ volume: '2', incomplete: true });
  });

  it('X11 finds nothing missing after a stop that stored everything, although the bus is empty', async () => {
    const symbol = 'CLEAN/USD';
    const first = await lead(new MemoryBus(), []);
    first.trade(symbol, 1);
    await first.stop();
    const second = await lead(new MemoryBus(), [symbol]);
    expect(await second.day(symbol)).toMatchObject({ volume: '1', incomplete: false });
  });

  it('X11 applies corrections that were published and not stored', async () => {
    const bus = new MemoryBus();
    const symbol = 'MENDED/USD';
    const first = await lead(bus, []);
    for (const number of [1, 2, 3]) first.trade(symbol, number);
    await first.stop();
    const second = await lead(bus, [symbol]);
    second.trade(symbol, 4);
    const one = { symbol, source: 'feed' };
    await second.market.correctTrades([
      { ...one, sourceSequence: '2', kind: 'BUST' },
      { ...one, sourceSequence: '4', kind: 'REPLACE', price: '200' },
    ]);
    const third = await lead(bus, [symbol]);
    expect(await third.day(symbol)).toMatchObject({
      volume: '3',
      high: '200',
      inflow: '404',
      incomplete: false,
    });
  });

  it('X12 keeps whoever led before from storing anything more', async () => {
    const bus = new MemoryBus();
    const symbol = 'FENCED/USD';
    const first = await lead(bus, []);
    first.trade(symbol, 1);
    const second = await lead(bus, [symbol]);
    second.trade(symbol, 2);
    await second.stop();
    errors.length = 0;
    await first.stop();
    expect(errors).toMatchObject([{ code: 'SERVICE_UNAVAILABLE', details: { reason: 'LEADER_CHANGED' } }]);
    const third = await lead(bus, [symbol]);
    expect((await third.day(symbol)).volume).toBe('2');
  });

  it("M31 goes on with the day's figures of the bars, so that quote and candle agree", async () => {
    const symbol = 'AGREE/USD';
    const first = await lead(new MemoryBus(), []);
    for (const number of [1, 7, 3]) first.trade(symbol, number);
    await first.stop();
    const bus = new MemoryBus();
    const second = await lead(bus, [symbol]);
    second.trade(symbol, 9);
    const quote = (await bus.latest(quoteTopic(symbol)))?.payload as QuoteState;
    expect(quote).toMatchObject({ price: '109', open: '101', high: '109', low: '101', volume: '4' });
    expect((await second.day(symbol)).volume).toBe('4');
  });
});
