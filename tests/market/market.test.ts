import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BusEvent } from '../../src/bus/bus.ts';
import { FencedError } from '../../src/bus/fenced.ts';
import { MemoryBus } from '../../src/bus/memory/memory-bus.ts';
import { MemoryTradeBars } from '../../src/market/bars/memory-trade-bars.ts';
import type { FundFlowState, QuoteState } from '../../src/market/events/market-state.ts';
import { Market, type MarketOptions } from '../../src/market/market.ts';

const NOW = Date.parse('2024-05-06T02:00:00Z');
const level = (price: string, size = '1') => ({ price, size });
const trade = (price: string) => ({ symbol: 'AAPL', price, size: '100' });

/** A bus that remembers what was published, by topic. */
class ListeningBus extends MemoryBus {
  readonly heard: { topic: string; payload: object }[] = [];

  override publish(topic: string, payload: object) {
    this.heard.push({ topic, payload });
    return super.publish(topic, payload);
  }

  take(kind: string): object[] {
    return this.heard.filter(({ topic }) => topic.startsWith(kind)).map(({ payload }) => payload);
  }
}

function setUp(options: Partial<MarketOptions> = {}) {
  const bus = new ListeningBus();
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const market = new Market({ bus, bars: new MemoryTradeBars(), onError, ...options });
  const quotes = () => bus.take('quote:') as QuoteState[];
  const flows = () => bus.take('flow:') as FundFlowState[];
  return { bus, market, errors, quotes, flows };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A bus whose answers to trades wait. */
class WaitingBus extends MemoryBus {
  readonly answers: ((isTaken: boolean) => void)[] = [];

  override publish(topic: string, payload: object) {
    if (!topic.startsWith('trade:')) return super.publish(topic, payload);
    return new Promise<BusEvent>((resolve, reject) => {
      this.answers.push((isTaken) => {
        if (isTaken) super.publish(topic, payload).then(resolve, reject);
        else reject(new FencedError());
      });
    });
  }
}

describe('the market', () => {
  it.each([
    [true, { accepted: 0, duplicates: 1 }],
    [false, { code: 'SERVICE_UNAVAILABLE' }],
  ])(
    'M35 a duplicate of a trade that is under way is acknowledged when that one is numbered: %s',
    async (isTaken, receipt) => {
      const bus = new WaitingBus();
      const market = new Market({ bus, bars: new MemoryTradeBars(), onError: () => {} });
      const report = { ...trade('10.1'), source: 'feed', sourceSequence: '1' };
      const first = market.publishTrades([report]).catch((error: unknown) => error);
      let isAnswered = false;
      const again = market
        .publishTrades([report])
        .catch((error: unknown) => error)
        .finally(() => {
          isAnswered = true;
        });
      await vi.advanceTimersByTimeAsync(100);
      expect(isAnswered).toBe(false);
      bus.answers[0]?.(isTaken);
      await first;
      expect(await again).toMatchObject(receipt);
    },
  );

  it('M6 M11 publishes trade and quote of every trade, with turnover and side where the feed leaves them out', () => {
    const { bus, market } = setUp();
    market.acceptTrade(trade('10.1'));
    market.acceptTrade({
      ...trade('10.2'),
      turnover: '7',
      sourceSequence: '9007199254740993',
      exchangeTime: NOW - 5,
    });
    expect(bus.heard.map(({ topic }) => topic)).toEqual([
      'trade:AAPL',
      'quote:AAPL',
      'trade:AAPL',
      'quote:AAPL',
    ]);
    const [first, second] = bus.take('trade:');
    expect(first).toMatchObject({ turnover: '1010', side: 'NEUTRAL', exchangeTime: null, receivedAt: NOW });
    expect(second).toMatchObject({ turnover: '7', side: 'BUY', sourceSequence: '9007199254740993' });
    expect(market.events).toBe(2);
  });

  it('publishes a quote for a book only when its best prices change', () => {
    const { market, quotes } = setUp();
    market.acceptBook({ symbol: 'AAPL', bids: [level('9'), level('8')], asks: [level('11')] });
    expect(quotes()).toMatchObject([{ bid: '9', ask: '11', price: null }]);
    market.acceptBookChanges({ symbol: 'AAPL', bids: [level('8', '5')], asks: [] });
    expect(quotes()).toHaveLength(1);
    market.acceptBookChanges({ symbol: 'AAPL', bids: [level('9', '0')], asks: [] });
    expect(quotes()[1]).toMatchObject({ bid: '8', ask: '11' });
    expect(market.events).toBe(3);
  });

  it('lists a symbol by itself with its first event, but keeps a name that it was given', () => {
    const { market } = setUp();
    market.listInstrument({ symbol: 'AAPL', name: 'Apple' });
    market.acceptTrade(trade('10'));
    market.acceptQuote({ symbol: 'MSFT', price: '1' });
    market.acceptBook({ symbol: 'HK.00700', bids: [], asks: [] });
    expect(market.acceptBookChanges({ symbol: 'NONE', bids: [], asks: [] })).toBe('unknown');
    expect(market.instruments.search()).toEqual([
      { symbol: 'AAPL', name: 'Apple' },
      { symbol: 'HK.00700', name: 'HK.00700' },
      { symbol: 'MSFT', name: 'MSFT' },
    ]);
  });

  it('M9 publishes fund flow at most every flowEveryMs, in every timeframe, and the last trade before silence', () => {
    const { bus, market, flows } = setUp({ flowEveryMs: 500, source: 'test' });
    for (let i = 0; i < 50; i += 1) market.acceptTrade(trade('10'));
    expect(flows()).toHaveLength(0);
    vi.advanceTimersByTime(500);
    expect(flows()).toHaveLength(8);
    expect(flows()[0]).toMatchObject({ turnover: '50000', source: 'test' });
    expect(
      new Set(bus.heard.map(({ topic }) => topic).filter((topic) => topic.startsWith('flow:'))).size,
    ).toBe(8);
    market.acceptTrade(trade('10'));
    vi.advanceTimersByTime(10_000);
    expect(flows()).toHaveLength(16);
    expect(flows()[15]).toEqual(market.fundFlow('AAPL', 'DAY_10'));
  });

  it('M10 tells once that a symbol turned stale, and that it is fresh again by a book that keeps its best prices', () => {
    const { market, quotes } = setUp({ staleAfterMs: 30_000 });
    market.acceptBook({ symbol: 'BTC/USDT', bids: [level('9'), level('8')], asks: [] });
    const change = () => market.acceptBookChanges({ symbol: 'BTC/USDT', bids: [level('8', '5')], asks: [] });
    vi.advanceTimersByTime(29_000);
    change();
    vi.advanceTimersByTime(29_000);
    expect(quotes().map(({ stale }) => stale)).toEqual([false]);
    vi.advanceTimersByTime(60_000);
    expect(quotes().map(({ stale }) => stale)).toEqual([false, true]);
    change();
    expect(quotes().map(({ stale }) => stale)).toEqual([false, true, false]);
  });

  it('does not take a book for alive whose changes it refuses', () => {
    const { market, quotes } = setUp({ staleAfterMs: 1000 });
    market.acceptBook({ symbol: 'BTC/USDT', bids: [level('9')], asks: [], sourceSequence: 1 });
    for (let i = 0; i < 5; i += 1) {
      vi.advanceTimersByTime(500);
      const gap = {
        symbol: 'BTC/USDT',
        bids: [level('8')],
        asks: [],
        firstSourceSequence: 5,
        lastSourceSequence: 6,
      };
      expect(market.acceptBookChanges(gap)).toBe('gap');
    }
    expect(quotes().at(-1)).toMatchObject({ stale: true });
  });

  it('answers for a historic feed in its own time', () => {
    const { market } = setUp();
    market.acceptTrade({ ...trade('10'), exchangeTime: Date.parse('2019-02-01T15:31:10Z') });
    const start = Date.parse('2019-02-01T15:30:00Z');
    expect(market.fundFlow('AAPL', 'MINUTE_5')).toMatchObject({ periodStart: start, turnover: '1000' });
    expect(market.fundFlow('MSFT', 'MINUTE_5')).toMatchObject({ periodStart: NOW, turnover: '0' });
    expect(market.fundFlowHistory('AAPL', 'MINUTE_5')).toHaveLength(1);
  });

  it('hands what the bus refuses to onError', async () => {
    const refusing = new ListeningBus();
    const refusal = new Error('the bus is away');
    refusing.publish = () => Promise.reject(refusal);
    const { market, errors } = setUp({ bus: refusing });
    market.acceptTrade(trade('10'));
    await market[Symbol.asyncDispose]();
    expect(errors).toEqual(Array(10).fill(refusal));
  });

  it('publishes the fund flow it owes when disposed, and leaves no timer', async () => {
    const { market, flows } = setUp();
    market.acceptTrade(trade('10'));
    expect(vi.getTimerCount()).toBe(2);
    await market[Symbol.asyncDispose]();
    expect(vi.getTimerCount()).toBe(0);
    expect(flows()).toHaveLength(8);
    await market[Symbol.asyncDispose]();
    expect(flows()).toHaveLength(8);
  });

  it('X4 goes on from the quotes that another instance published', async () => {
    const { bus, market } = setUp();
    market.acceptQuote({ symbol: 'AAPL', previousClose: '8', volume: '1000', exchangeTime: NOW - 10 });
    market.acceptTrade({ ...trade('10'), exchangeTime: NOW - 5 });
    const next = new Market({ bus, bars: new MemoryTradeBars(), onError: () => {} });
    await next.restore(['AAPL', 'MSFT']);
    next.acceptTrade({ ...trade('12'), exchangeTime: NOW });
    // late, of before the take-over
    next.acceptTrade({ ...trade('5'), exchangeTime: NOW - 7 });
    expect(bus.take('quote:').at(-1)).toMatchObject({
      price: '12',
      previousClose: '8',
      change: '4',
      high: '12',
      low: '5',
      volume: '1200',
    });
    await market[Symbol.asyncDispose]();
    await next[Symbol.asyncDispose]();
  });
});
