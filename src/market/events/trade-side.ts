import { compareDecimals } from './decimal.ts';
import type { EventTime } from './event-time.ts';
import type { DecimalText, TradeSide } from './market-event.ts';

/** Trades kept a symbol, so that a late one finds the one before it. */
const MAX_KEPT = 64;

interface Tick {
  readonly time: number;
  readonly nanos: number;
  readonly price: DecimalText;
  /** where the last move before or at it went; NEUTRAL: there was none */
  move: TradeSide;
}

/**
 * Decides who was the aggressor where the source does not say, by the tick rule: above the price of the trade before it
 * BUY, below it SELL, at it as the last move was, NEUTRAL before there was one. "Before" is by the times of the trades,
 * not by their arrival; what was decided stays. A trade that is older than all of the last 64 is NEUTRAL.
 * Lee & Ready, "Inferring Trade Direction from Intraday Data", Journal of Finance 46 (1991).
 */
export class TradeSides {
  readonly #ticks = new Map<string, Tick[]>();

  /**
   * @param given what the source says; kept, NEUTRAL included
   * @param event when it happened; @default after all that came before
   */
  decide(
    symbol: string,
    price: DecimalText,
    given: TradeSide | null | undefined,
    { exchangeTime, time, nanos }: Pick<EventTime, 'exchangeTime' | 'time' | 'nanos'> = OF_ARRIVAL,
  ): TradeSide {
    let ticks = this.#ticks.get(symbol);
    if (!ticks) {
      ticks = [];
      this.#ticks.set(symbol, ticks);
    }
    const newest = ticks.at(-1);
    // of unknown time: it is taken for the newest, and whatever comes after it is newer
    const place = exchangeTime === null ? (newest ?? UNKNOWN) : { time, nanos };
    let at = ticks.length;
    while (at > 0 && isAfter(ticks[at - 1], place)) at -= 1;
    const tick: Tick = { time: place.time, nanos: place.nanos, price, move: 'NEUTRAL' };
    tick.move = moveAfter(ticks[at - 1], tick);
    ticks.splice(at, 0, tick);
    // the trades after a late one may have moved from its price
    for (let i = at + 1; i < ticks.length; i += 1) {
      const later = ticks[i];
      if (!later) break;
      const move = moveAfter(ticks[i - 1], later);
      if (i > at + 1 && move === later.move) break;
      later.move = move;
    }
    // in large steps, as shifting by one would move the whole array with every trade
    if (ticks.length >= 2 * MAX_KEPT) ticks.splice(0, MAX_KEPT);
    return given ?? tick.move;
  }
}

const OF_ARRIVAL = { exchangeTime: null, time: 0, nanos: 0 };
const UNKNOWN = { time: Number.NEGATIVE_INFINITY, nanos: 0 };

const isAfter = (tick: Tick | undefined, place: Pick<Tick, 'time' | 'nanos'>): boolean =>
  tick !== undefined && (tick.time - place.time || tick.nanos - place.nanos) > 0;

function moveAfter(before: Tick | undefined, { price }: Tick): TradeSide {
  if (!before) return 'NEUTRAL';
  const move = compareDecimals(price, before.price);
  if (move === 0) return before.move;
  return move > 0 ? 'BUY' : 'SELL';
}
