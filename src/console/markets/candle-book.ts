/** What one can look at. */
export const CHART_TIMEFRAMES = ['MINUTE_1', 'MINUTE_5', 'MINUTE_15', 'HOUR_1', 'DAY_1'] as const;
export type ChartTimeframe = (typeof CHART_TIMEFRAMES)[number];

const MINUTE = 60_000;
/** undefined: a trading day, which only the server knows the beginning of */
const LENGTHS: Readonly<Record<ChartTimeframe, number | undefined>> = {
  MINUTE_1: MINUTE,
  MINUTE_5: 5 * MINUTE,
  MINUTE_15: 15 * MINUTE,
  HOUR_1: 60 * MINUTE,
  DAY_1: undefined,
};

/** Prices of one period, as they came; times are epoch ms. */
export interface Candle {
  readonly start: number;
  /** exclusive */
  readonly end: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: number;
  /** of its earliest and latest trade */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** One trade, and when it happened. */
export interface CandleTrade {
  /** contiguous */
  readonly sequence: number;
  readonly price: string;
  readonly size: string;
  /** epoch ms */
  readonly at: number;
}

/** More is not kept. */
export const MAX_CANDLES = 5000;

/** Candles of one timeframe, as the server has them, and what trades make of them. */
export class CandleBook {
  readonly #length: number | undefined;
  /** oldest first */
  #candles: Candle[];
  #isComplete: boolean;

  /** @param candles oldest first @param isComplete nothing is before them */
  constructor(timeframe: ChartTimeframe, candles: readonly Candle[], isComplete: boolean) {
    this.#length = LENGTHS[timeframe];
    this.#candles = [...candles];
    this.#isComplete = isComplete;
  }

  get candles(): readonly Candle[] {
    return this.#candles;
  }

  /** Puts what is older before them. */
  prepend(older: readonly Candle[], isComplete: boolean): void {
    const first = this.#candles[0]?.start ?? Number.POSITIVE_INFINITY;
    this.#candles = [...older.filter(({ start }) => start < first), ...this.#candles];
    this.#isComplete = isComplete;
  }

  /**
   * A trade moves the candle of its own time, in whatever order trades come.
   * @returns whether only the newest changed or began, or another; unknown: the server must be asked where it belongs
   */
  add(trade: CandleTrade): 'newest' | 'older' | 'unknown' {
    const candles = this.#candles;
    const place = candles.findLastIndex(({ start }) => start <= trade.at);
    const known = candles[place];
    const isNewest = place === candles.length - 1;
    if (known && trade.at < known.end) {
      candles[place] = merged(known, trade);
      return isNewest ? 'newest' : 'older';
    }
    if (!known && candles.length > 0 && !this.#isComplete) return 'older';
    if (this.#length === undefined) return 'unknown';
    candles.splice(place + 1, 0, begun(trade, this.#length));
    if (candles.length > MAX_CANDLES) {
      candles.shift();
      this.#isComplete = false;
    }
    return isNewest ? 'newest' : 'older';
  }
}

function merged(candle: Candle, { price, size, at }: CandleTrade): Candle {
  return {
    ...candle,
    open: at < candle.firstAt ? price : candle.open,
    high: Number(price) > Number(candle.high) ? price : candle.high,
    low: Number(price) < Number(candle.low) ? price : candle.low,
    close: at >= candle.lastAt ? price : candle.close,
    volume: candle.volume + Number(size),
    firstAt: Math.min(candle.firstAt, at),
    lastAt: Math.max(candle.lastAt, at),
  };
}

function begun({ price, size, at }: CandleTrade, length: number): Candle {
  // all markets are whole hours from UTC
  const start = Math.floor(at / length) * length;
  const prices = { open: price, high: price, low: price, close: price };
  return { start, end: start + length, ...prices, volume: Number(size), firstAt: at, lastAt: at };
}
