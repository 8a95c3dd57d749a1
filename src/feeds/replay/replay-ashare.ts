import path from 'node:path';
import type { TradeSide } from '../../market/events/market-event.ts';
import { resolveSymbol } from '../../market/symbols/symbol.ts';
import { linesOf, type Recorded } from './recording.ts';

const LINE = /^([012]),(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d),(\d+),(\d+)$/;
const SIDES: readonly TradeSide[] = ['BUY', 'SELL', 'NEUTRAL'];
const SHARES_PER_LOT = 100;

/**
 * A-share transactions, one row for three seconds: `buyorsell` (0 buy, 1 sell, 2 auction), time in Shanghai, price in
 * thousandths, volume in lots of 100 shares. The file's name begins with the symbol, as in `SZ000001.trans.csv`,
 * unless the symbol is given.
 * @throws Error when neither says of which symbol the recording is
 */
export async function* readAshare(file: string, given?: string): AsyncIterable<Recorded> {
  const symbol = resolveSymbol(given ?? symbolIn(path.basename(file)) ?? '')?.symbol;
  if (!symbol) {
    throw new Error(
      `The recording ${file} does not say of which symbol it is: name it like SZ000001.trans.csv, or add ?symbol=000001.`,
    );
  }
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

/** Six digits are a symbol where the name says so: a date, as in `201901-trades.csv`, is none. */
const symbolIn = (name: string): string | undefined =>
  /^((?:SH|SZ|BJ)\.?[0-9]{6})(?![0-9A-Z])/i.exec(name)?.[1] ?? /^([0-9]{6})\.trans\.csv$/i.exec(name)?.[1];
