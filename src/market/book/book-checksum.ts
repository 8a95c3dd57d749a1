import { crc32 } from 'node:zlib';
import type { BookLevel } from '../events/market-event.ts';

const CHECKED_LEVELS = 10;

/**
 * Kraken's checksum of a book: the CRC32, as an unsigned 32-bit integer, of the ten best asks (price rising) and then
 * the ten best bids (price falling), each as price and size without point and leading zeros.
 * https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2
 * @param bids best first; more than ten are ignored
 * @param asks best first; more than ten are ignored
 */
export function bookChecksum(bids: readonly BookLevel[], asks: readonly BookLevel[]): number {
  return crc32(digitsOf(asks) + digitsOf(bids));
}

function digitsOf(levels: readonly BookLevel[]): string {
  let digits = '';
  const count = Math.min(levels.length, CHECKED_LEVELS);
  for (let i = 0; i < count; i += 1) {
    const level = levels[i];
    if (level) digits += bare(level.price) + bare(level.size);
  }
  return digits;
}

function bare(decimal: string): string {
  const point = decimal.indexOf('.');
  const digits = point < 0 ? decimal : decimal.slice(0, point) + decimal.slice(point + 1);
  let start = 0;
  while (digits.charCodeAt(start) === 48) start += 1;
  return start === 0 ? digits : digits.slice(start);
}
