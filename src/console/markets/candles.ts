/** What prices did during one interval. Times in seconds, as the chart library has them. */
export interface Candle {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** Intervals one can look at, in seconds. */
export const INTERVALS = [1, 5, 15, 60] as const;

/** More is not kept: an hour and a half of seconds. */
const MOST = 5400;

/** The candles of one interval, built from prices as they come. */
export class CandleBuilder {
  readonly #seconds: number;
  #candles: Candle[] = [];

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  get candles(): readonly Candle[] {
    return this.#candles;
  }

  /** @returns the candle that the price went into: the newest one, changed or new */
  accept(price: number, atMs: number): Candle {
    const last = this.#candles.at(-1);
    // a clock that was set back must not put a candle before the last one
    const time = Math.max(last?.time ?? 0, Math.floor(atMs / 1000 / this.#seconds) * this.#seconds);
    if (last?.time === time) {
      const grown: Candle = {
        time,
        open: last.open,
        high: Math.max(last.high, price),
        low: Math.min(last.low, price),
        close: price,
      };
      this.#candles[this.#candles.length - 1] = grown;
      return grown;
    }
    const open = last?.close ?? price;
    const begun: Candle = {
      time,
      open,
      high: Math.max(open, price),
      low: Math.min(open, price),
      close: price,
    };
    this.#candles.push(begun);
    if (this.#candles.length > MOST) this.#candles = this.#candles.slice(-MOST);
    return begun;
  }
}
