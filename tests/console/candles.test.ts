import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Candle,
  CandleBook,
  type CandleTrade,
  type ChartTimeframe,
} from '../../src/console/markets/candle-book.ts';
import { CandleFollower, type CandlePage } from '../../src/console/markets/candle-follower.ts';
import { seededRandom, seedOf } from '../support/seeded.ts';

const MINUTE = 60_000;

/** Candles of the trades, without a book. */
function plain(trades: readonly CandleTrade[], length = MINUTE): Candle[] {
  const starts = [...new Set(trades.map(({ at }) => Math.floor(at / length) * length))].sort((a, b) => a - b);
  return starts.map((start) => {
    const inside = trades
      .filter(({ at }) => at >= start && at < start + length)
      .sort((a, b) => a.at - b.at || a.sequence - b.sequence);
    const byPrice = inside.toSorted((a, b) => Number(a.price) - Number(b.price));
    return {
      start,
      end: start + length,
      open: inside.at(0)?.price ?? '',
      high: byPrice.at(-1)?.price ?? '',
      low: byPrice.at(0)?.price ?? '',
      close: inside.at(-1)?.price ?? '',
      volume: inside.reduce((sum, { size }) => sum + Number(size), 0),
      firstAt: inside.at(0)?.at ?? 0,
      lastAt: inside.at(-1)?.at ?? 0,
    };
  });
}

const trade = (sequence: number, price: number, at: number): CandleTrade => ({
  ...{ sequence, at },
  price: String(price),
  size: '2',
});

describe('candles as the console has them', () => {
  it('K16 trades go into the candle of their own time, whenever they come', () => {
    const first = plain([trade(1, 5, 10), trade(2, 7, MINUTE + 10)]);
    const late = [
      trade(3, 9, 5),
      trade(4, 4, MINUTE + 20),
      trade(5, 1, 3 * MINUTE),
      trade(6, 6, 2 * MINUTE + 7),
      trade(7, 8, 20),
    ];
    const book = new CandleBook('MINUTE_1', first, true);
    expect(late.map((one) => book.add(one))).toEqual(['older', 'newest', 'newest', 'older', 'older']);
    expect(book.candles).toEqual(plain([trade(1, 5, 10), trade(2, 7, MINUTE + 10), ...late]));
    // of what is on an older page nothing is known
    const cut = new CandleBook('MINUTE_1', book.candles.slice(1), false);
    expect(cut.add(trade(8, 99, 10))).toBe('older');
    expect(cut.candles).toEqual(book.candles.slice(1));
    cut.prepend(book.candles.slice(0, 2), true);
    expect(cut.candles).toEqual(book.candles);
    const days = new CandleBook('DAY_1', first, true);
    expect([days.add(trade(3, 1, 20)), days.add(trade(4, 1, 9 * MINUTE))]).toEqual(['older', 'unknown']);
  });
});

/** A server with trades, and a connection to it that is slow, starts late and breaks. */
class Scene {
  readonly trades: CandleTrade[] = [];
  readonly follower: CandleFollower;
  reads = 0;
  refuses = false;
  isLost = false;
  readonly #random: () => number;
  #subscribedAt = Number.POSITIVE_INFINITY;

  constructor(random: () => number) {
    this.#random = random;
    this.follower = new CandleFollower((timeframe, older) => this.#read(timeframe, older));
  }

  /** The server takes the subscription after a while. */
  async subscribe(): Promise<void> {
    await this.pause(60);
    this.#subscribedAt = this.trades.length;
  }

  trade(at = Date.now() - Math.floor(this.#random() * 90_000)): void {
    const sequence = this.trades.length + 1;
    const made = trade(sequence, 100 + Math.floor(this.#random() * 50), at);
    this.trades.push(made);
    if (sequence > this.#subscribedAt && !this.isLost) setTimeout(() => this.follower.accept(made), 20);
  }

  pause(most: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, Math.floor(this.#random() * most)));
  }

  async #read(timeframe: ChartTimeframe, older?: string): Promise<CandlePage> {
    this.reads += 1;
    await this.pause(50);
    const length = timeframe === 'MINUTE_1' ? MINUTE : 5 * MINUTE;
    const all = plain(this.trades, length);
    const lastSequence = this.trades.length;
    await this.pause(50);
    if (this.refuses) throw new Error('away');
    const upTo = older === undefined ? all.length : Number(older);
    const from = Math.max(0, upTo - 3);
    return { candles: all.slice(from, upTo), lastSequence, older: from > 0 ? String(from) : undefined };
  }
}

describe('a chart that follows', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 24, 9, 30) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const seed = seedOf(process.env.CANDLES_SEED);

  it(`K16 has every trade once, whatever the timing and what is lost (CANDLES_SEED=${seed})`, async () => {
    const random = seededRandom(seed);
    for (let round = 0; round < 60; round += 1) {
      const scene = new Scene(random);
      const { follower } = scene;
      for (let i = 0; i < 10; i += 1) scene.trade();
      void scene.subscribe();
      follower.connected();
      follower.choose('MINUTE_1');
      for (let i = 0; i < 60; i += 1) {
        if (random() < 0.03) scene.refuses = !scene.refuses;
        if (random() < 0.05) scene.isLost = !scene.isLost;
        if (random() < 0.03) follower.connected();
        if (random() < 0.03) follower.choose(random() < 0.5 ? 'MINUTE_5' : 'MINUTE_1');
        if (random() < 0.7) scene.trade();
        await vi.advanceTimersByTimeAsync(random() * 80);
        const shown = follower.candles?.reduce((sum, { volume }) => sum + volume, 0) ?? 0;
        expect(shown, 'no trade is ever counted twice').toBeLessThanOrEqual(2 * scene.trades.length);
      }
      scene.refuses = false;
      scene.isLost = false;
      // the next trade tells that some were lost
      scene.trade();
      await vi.advanceTimersByTimeAsync(10_000);
      for (let i = 0; i < 30 && follower.candles; i += 1) {
        const before = follower.candles.length;
        await Promise.all([follower.loadOlder(), vi.advanceTimersByTimeAsync(200)]);
        if (follower.candles.length === before) break;
      }
      const length = follower.timeframe === 'MINUTE_5' ? 5 * MINUTE : MINUTE;
      expect(follower.candles, `round ${round}`).toEqual(plain(scene.trades, length));
      const { reads } = scene;
      await vi.advanceTimersByTimeAsync(60_000);
      expect(scene.reads, 'nothing is read without a reason').toBe(reads);
      follower.stop();
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it('K16 keeps what was scrolled to, but nothing that the server no longer has', async () => {
    const pages: CandlePage[] = [];
    const follower = new CandleFollower(async () => pages.shift() ?? Promise.reject(new Error('no more')));
    const all = plain([1, 2, 3, 4].map((n) => trade(n, n, n * MINUTE)));
    const shownAfter = async (page: CandlePage, ask: () => unknown) => {
      pages.push(page);
      ask();
      await vi.advanceTimersByTimeAsync(0);
      return follower.candles;
    };
    const page = (candles: Candle[], older?: string): CandlePage => ({ candles, lastSequence: 4, older });
    follower.accept(trade(4, 4, 4 * MINUTE));
    const newest = page(all.slice(2), 'more');
    expect(await shownAfter(newest, () => follower.choose('MINUTE_1'))).toEqual(all.slice(2));
    expect(await shownAfter(page(all.slice(0, 2)), () => follower.loadOlder())).toEqual(all);
    expect(await shownAfter(newest, () => follower.connected())).toEqual(all);
    // a hole
    expect(
      await shownAfter(page(plain([trade(9, 9, 9 * MINUTE)]), 'more'), () => follower.connected()),
    ).toEqual(plain([trade(9, 9, 9 * MINUTE)]));
    expect(await shownAfter(newest, () => follower.choose('MINUTE_1'))).toEqual(all.slice(2));
    expect(await shownAfter(page(all.slice(3)), () => follower.connected())).toEqual(all.slice(3));
    follower.stop();
  });

  it('K16 has the trade that fell between answer and subscription, though none comes after it', async () => {
    const scene = new Scene(() => 0);
    const { follower } = scene;
    follower.connected();
    follower.choose('MINUTE_1');
    await vi.advanceTimersByTimeAsync(10);
    expect(follower.candles).toEqual([]);
    // nobody is subscribed yet
    scene.trade();
    await vi.advanceTimersByTimeAsync(1000);
    expect(follower.candles).toEqual([]);
    await vi.advanceTimersByTimeAsync(3000);
    expect(follower.candles).toEqual(plain(scene.trades));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(scene.reads).toBe(2);
  });
});
