import { isOlder, type Stamp } from '../events/field-order.ts';
import type { DecimalText } from '../events/market-event.ts';
import { extreme, sum } from '../events/quote-figures.ts';

/** How far a snapshot may come behind the trades that it does not hold yet. */
const KEEP_MS = 10_000;
const MAX_KEPT = 256;

interface RecentTrade {
  readonly stamp: Stamp;
  readonly price: DecimalText;
  readonly size: DecimalText;
  readonly turnover: DecimalText;
}

/** Figures of a day that trades add to; null: not known. */
export interface SummedFigures {
  readonly high: DecimalText | null;
  readonly low: DecimalText | null;
  readonly volume: DecimalText | null;
  readonly turnover: DecimalText | null;
}

/**
 * The trades of the last ten seconds of one symbol, so that a snapshot of the day's figures which comes later than
 * trades that it does not hold takes nothing away: 1,000 as of 10:00:00, and the 500 of 10:00:01, are 1,500 in either
 * order of arrival.
 */
export class RecentTrades {
  #trades: RecentTrade[] = [];

  /** A trade without a time cannot be compared with a snapshot, so it is not kept. */
  add(trade: RecentTrade): void {
    if (trade.stamp.time === null) return;
    const [oldest] = this.#trades;
    if (oldest && isOutdated(oldest, trade))
      this.#trades = this.#trades.filter((one) => !isOutdated(one, trade));
    else if (this.#trades.length === MAX_KEPT) this.#trades.splice(0, MAX_KEPT / 2);
    this.#trades.push(trade);
  }

  /** The figures of a snapshot with what was traded after it. @param snapshot where the snapshot stands */
  addAfter(snapshot: Stamp, { high, low, volume, turnover }: SummedFigures): SummedFigures {
    const figures = { high, low, volume, turnover };
    for (const { stamp, ...trade } of this.#trades) {
      if (!isAfter(stamp, snapshot)) continue;
      figures.high = extreme(figures.high, trade.price, 1);
      figures.low = extreme(figures.low, trade.price, -1);
      figures.volume = sum(figures.volume, trade.size);
      figures.turnover = sum(figures.turnover, trade.turnover);
    }
    return figures;
  }
}

const isOutdated = (one: RecentTrade, newest: RecentTrade): boolean =>
  Number(one.stamp.time) < Number(newest.stamp.time) - KEEP_MS;

/** Whether a trade is known to be newer than a snapshot; of what cannot be compared, the snapshot came later. */
function isAfter(trade: Stamp, snapshot: Stamp): boolean {
  return isOlder(snapshot, {
    behind: trade.isAhead ? undefined : trade,
    ahead: trade.isAhead ? trade : undefined,
  });
}
