import { expect, it } from 'vitest';
import { bookChecksum } from '../../../src/market/book/book-checksum.ts';

const level = (price: string) => ({ price, size: '0.00000500' });
const series = (from: number, step: number, count: number) =>
  Array.from({ length: count }, (_, i) => level(((from + i * step) / 100_000).toFixed(5)));

it("M5 gives the checksum of Kraken's published example, whatever lies below the tenth level", () => {
  const asks = series(5005, 5, 12);
  const bids = [...series(5000, -5, 3), ...series(4980, -5, 9)];
  expect(bookChecksum(bids, asks)).toBe(974947235);
  expect(bookChecksum(bids.slice(0, 10), asks.slice(0, 10))).toBe(974947235);
  expect(bookChecksum(asks, bids)).not.toBe(974947235);
});

it('M5 is that of no bytes for an empty book', () => {
  expect(bookChecksum([], [])).toBe(0);
});
