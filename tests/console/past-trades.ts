import { seededRandom } from '../../src/feeds/simulator/random.ts';

const MINUTES = 100;
const TRADES_A_MINUTE = 6;
const MINUTE_MS = 60_000;

/**
 * Trades of the last hundred minutes, oldest first, that lead to a price: what a server would know that did not just
 * start.
 * @param price the newest one's
 * @param now epoch ms
 */
export function pastTrades(symbol: string, price: number, now: number): readonly object[] {
  const random = seededRandom(7);
  const count = MINUTES * TRADES_A_MINUTE;
  const prices = [price];
  // walked from the newest to the oldest, so that it ends where it shall
  for (let n = 1; n < count; n += 1) prices.unshift((prices[0] ?? price) + (random() - 0.5) * 0.8);
  return prices.map((at, i) => ({
    symbol,
    price: at.toFixed(2),
    size: String(100 * Math.ceil(12 * random() ** 4)),
    side: random() < 0.5 ? 'BUY' : 'SELL',
    exchangeTime: new Date(now - ((count - i) * MINUTE_MS) / TRADES_A_MINUTE).toISOString(),
  }));
}
