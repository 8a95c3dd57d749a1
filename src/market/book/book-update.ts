import type { DecimalText } from '../events/market-event.ts';
import { bookChecksum } from './book-checksum.ts';
import { isCrossed, midOf, spreadOf } from './book-prices.ts';
import type { BookLevels } from './order-book.ts';

/** The whole window of a book. `checksum`, `spread`, `mid` and `crossed` are computed when read, from the levels given here. */
export interface BookSnapshot extends BookLevels {
  readonly kind: 'snapshot';
  readonly symbol: string;
  readonly sequence: number;
  readonly checksum: number;
  readonly spread: DecimalText | null;
  readonly mid: DecimalText | null;
  /** the best bid is at or above the best ask */
  readonly crossed: boolean;
  readonly exchangeTime: number | null;
  readonly receivedAt: number;
  readonly stale: boolean;
}

/** Changes to the window of a book: sizes are absolute, `0` removes. Apply them in the order given. */
export interface BookDelta extends BookLevels {
  readonly kind: 'delta';
  readonly symbol: string;
  /** one more than the last sequence told before */
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** of the window after these changes; computed when read */
  readonly checksum: number;
  /** of the window after these changes: the best bid is at or above the best ask; computed when read */
  readonly crossed: boolean;
  readonly exchangeTime: number | null;
  readonly receivedAt: number;
}

export type BookUpdate = BookSnapshot | BookDelta;

/** What a window showed, and when. */
export interface BookWindow extends BookLevels {
  readonly symbol: string;
  readonly sequence: number;
  readonly exchangeTime: number | null;
  readonly receivedAt: number;
  readonly stale: boolean;
}

export function bookSnapshot(window: BookWindow): BookSnapshot {
  return {
    ...window,
    kind: 'snapshot',
    get checksum() {
      return bookChecksum(window.bids, window.asks);
    },
    get spread() {
      return spreadOf(window.bids[0], window.asks[0]);
    },
    get mid() {
      return midOf(window.bids[0], window.asks[0]);
    },
    get crossed() {
      return isCrossed(window.bids[0], window.asks[0]);
    },
  };
}

/** @param window as it is after the changes */
export function bookDelta(window: BookWindow, firstSequence: number, changes: BookLevels): BookDelta {
  return {
    kind: 'delta',
    symbol: window.symbol,
    firstSequence,
    lastSequence: window.sequence,
    bids: changes.bids,
    asks: changes.asks,
    get checksum() {
      return bookChecksum(window.bids, window.asks);
    },
    get crossed() {
      return isCrossed(window.bids[0], window.asks[0]);
    },
    exchangeTime: window.exchangeTime,
    receivedAt: window.receivedAt,
  };
}
