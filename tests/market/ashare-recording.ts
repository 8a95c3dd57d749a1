import { existsSync, readFileSync } from 'node:fs';
import type { TradeReport } from '../../src/market/events/market-event.ts';

const folder = new URL('../../../shared/data/ashare/', import.meta.url);

/** The recordings are not on this machine. */
export const missing = !existsSync(folder);
export const SYMBOL = '000001';

export const rowsOf = (file: string): string[][] =>
  readFileSync(new URL(file, folder), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(','));

/** One recorded transaction. */
export interface Row {
  readonly side: 'BUY' | 'SELL' | 'NEUTRAL';
  /** yyyymmddhhmmss in Shanghai */
  readonly clock: string;
  /** price in thousandths of a yuan */
  readonly milli: bigint;
  readonly shares: bigint;
}

export const readRows = (): Row[] =>
  rowsOf('SZ000001.trans.csv').map(([buyOrSell, clock = '', price = '', lots = '']) => ({
    side: (['BUY', 'SELL', 'NEUTRAL'] as const)[Number(buyOrSell)] ?? 'NEUTRAL',
    clock,
    milli: BigInt(price),
    shares: BigInt(lots) * 100n,
  }));

export function reportOf({ side, clock, milli, shares }: Row): TradeReport {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(clock) ?? [];
  return {
    symbol: SYMBOL,
    side,
    price: `${milli / 1000n}.${String(milli % 1000n).padStart(3, '0')}`,
    size: String(shares),
    exchangeTime: Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}+08:00`),
  };
}

/** A moment as `clock` writes it, its first digits. @param time epoch ms */
export const shanghaiClock = (time: number, digits: number): string =>
  new Date(time + 8 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, digits);
