import { OrderBook } from '../../market/book/order-book.ts';
import type {
  BookChangeOutcome,
  BookChangeReport,
  BookReport,
  MarketSink,
} from '../../market/events/market-event.ts';

/** What is recovered from when changes are refused: a recording cannot be asked for a fresh book. */
export type BookSink = Pick<MarketSink, 'acceptBook' | 'acceptBookChanges'>;

interface Shadow {
  readonly book: OrderBook;
  maxDepth: number | null;
}

/**
 * Keeps its own copy of each book and reports it whole after changes were refused with a gap or a wrong checksum, so
 * that a replay goes on. The copy has the same hole until the recording itself fills it, but its readers know: they
 * were told that the book was stale, and got a whole one.
 */
export class ResnapshottingSink implements BookSink {
  readonly #sink: MarketSink;
  readonly #shadows = new Map<string, Shadow>();

  constructor(sink: MarketSink) {
    this.#sink = sink;
  }

  acceptBook(report: BookReport): void {
    const book = new OrderBook(report.symbol);
    const maxDepth = report.maxDepth ?? null;
    book.applyWhole(report.bids, report.asks, maxDepth);
    this.#shadows.set(report.symbol, { book, maxDepth });
    this.#sink.acceptBook(report);
  }

  acceptBookChanges(report: BookChangeReport): BookChangeOutcome {
    const outcome = this.#sink.acceptBookChanges(report);
    const shadow = this.#shadows.get(report.symbol);
    if (!shadow || outcome === 'outdated' || outcome === 'unknown') return outcome;
    shadow.maxDepth = report.maxDepth ?? shadow.maxDepth;
    shadow.book.applyChanges(report.bids, report.asks, shadow.maxDepth);
    if (outcome === 'applied') return outcome;
    const { bids, asks } = shadow.book.top(Number.MAX_SAFE_INTEGER);
    this.#sink.acceptBook({
      symbol: report.symbol,
      bids,
      asks,
      maxDepth: shadow.maxDepth,
      sourceSequence: report.lastSourceSequence,
      exchangeTime: report.exchangeTime,
    });
    return outcome;
  }
}
