import type { Bus, BusEvent } from '../../bus/bus.ts';
import { take } from '../../primitives/take.ts';
import type { Calendars } from '../calendar/calendars.ts';
import type { CandleState, Timeframe, TradeState } from '../events/market-state.ts';
import { tradeTopic } from '../events/topics.ts';
import { candlesOf } from './candle.ts';
import type { TradeBars } from './trade-bars.ts';

export interface CandleHistory {
  /** newest first */
  readonly candles: readonly CandleState[];
  /** the newest trade that they hold, so that one can go on after it; null: the bus has none of the symbol */
  readonly lastTrade: BusEvent<TradeState> | null;
}

/** Candles of the bars kept, and up to which trade they go. */
export class Candles {
  readonly #bus: Pick<Bus, 'latest'>;
  readonly #bars: TradeBars;
  readonly #calendars: Calendars;
  /** of each symbol the trade that was published last; undefined: the bus refused it */
  readonly #newest = new Map<string, Promise<BusEvent | undefined>>();

  constructor(bus: Pick<Bus, 'latest'>, bars: TradeBars, calendars: Calendars) {
    this.#bus = bus;
    this.#bars = bars;
    this.#calendars = calendars;
  }

  /** To be told of each trade in the moment in which it is added to the bars. @param published never rejects */
  note(symbol: string, published: Promise<BusEvent | undefined>): void {
    this.#newest.set(symbol, published);
  }

  /** Resolves when every trade that was noted so far is numbered, or refused. */
  async settled(symbol: string): Promise<void> {
    await this.#newest.get(symbol);
  }

  /** @throws TickroomError SERVICE_UNAVAILABLE when the bus cannot be read */
  async history(symbol: string, timeframe: Timeframe, most: number): Promise<CandleHistory> {
    const noted = this.#newest.get(symbol);
    // asked of the bus where nothing was published since this process leads the market, or was refused
    const known = (await noted) ?? (await this.#bus.latest(tradeTopic(symbol)));
    const newest = this.#newest.get(symbol);
    const candles = [...take(most, candlesOf(this.#bars, symbol, timeframe, this.#calendars))];
    const last = newest === noted ? known : await newest;
    if (!last && newest !== noted) return this.history(symbol, timeframe, most);
    return { candles, lastTrade: (last ?? null) as BusEvent<TradeState> | null };
  }
}
