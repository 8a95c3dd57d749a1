import path from 'node:path';
import type { TradeSide } from '../market/market-event.ts';
import { linesOf, type Recorded } from './recording.ts';

const LINE = /^([012]),(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d),(\d+),(\d+)$/;
const SIDES: readonly TradeSide[] = ['BUY', 'SELL', 'NEUTRAL'];
const SHARES_PER_LOT = 100;

/**
 * A-share transactions, one row for three seconds: `buyorsell` (0 buy, 1 sell, 2 auction), time in Shanghai, price in
 * thousandths, volume in lots of 100 shares. The file's name holds the symbol: `SZ000001.trans.csv`.
 */
export async function* readAshare(file: string): AsyncIterable<Recorded> {
  const symbol = /([0-9]{6})/.exec(path.basename(file))?.[1];
  if (!symbol) throw new Error(`The recording ${file} must have a six-digit symbol in its name.`);
  for await (const line of linesOf(file)) {
    const [, side, year, month, day, hour, minute, second, price, lots] = LINE.exec(line) ?? [];
    if (!year || !price) continue;
    const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`);
    yield {
      at,
      deliver: (sink) =>
        sink.acceptTrade({
          symbol,
          price: (Number(price) / 1000).toFixed(3),
          size: String(Number(lots) * SHARES_PER_LOT),
          side: SIDES[Number(side)] ?? 'NEUTRAL',
          exchangeTime: at,
        }),
    };
  }
}
