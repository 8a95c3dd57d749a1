import type {
  BookChangeOutcome,
  BookChangeReport,
  BookLevel,
  BookReport,
  DecimalText,
} from './market-event.ts';
import type { BookState } from './market-state.ts';
import { OrderBook } from './order-book.ts';
import { bookTopic } from './topics.ts';

/** Of so many consecutive events of a book at least one is a whole book. */
export const BOOK_WHOLE_EVERY = 500;

export interface BookKeeperOptions {
  /** Hands an event to the bus; must keep the order of calls. */
  readonly publish: (topic: string, payload: BookState) => void;
  /** epoch ms */
  readonly now: () => number;
  /** The price of the best bid or ask is another one; null: that side is empty. */
  readonly onTop?: (
    symbol: string,
    bid: DecimalText | null,
    ask: DecimalText | null,
    exchangeTime: number | null,
  ) => void;
}

interface KeptBook {
  readonly book: OrderBook;
  /** last update id of the source; null where it has none */
  sourceSequence: number | null;
  /** why continuity was lost; changes are refused until a whole book comes */
  broken: 'gap' | 'checksum' | undefined;
  eventsSinceWhole: number;
  bid: DecimalText | null;
  ask: DecimalText | null;
}

/** The writer of order books: checks what feeds report against the source's own continuity, and publishes it. */
export class BookKeeper {
  readonly #options: BookKeeperOptions;
  readonly #kept = new Map<string, KeptBook>();

  constructor(options: BookKeeperOptions) {
    this.#options = options;
  }

  /** Takes a whole book, which also mends one that lost its continuity. */
  accept(report: BookReport): void {
    const kept = this.#keep(report.symbol);
    kept.book.applyWhole(report.bids, report.asks, report.maxDepth);
    kept.sourceSequence = report.sourceSequence ?? null;
    kept.broken = undefined;
    this.#publishWhole(kept, report.exchangeTime ?? null);
  }

  /**
   * Takes changes. They join the book by Binance's rule: what ends at or before the known update id is outdated, and
   * what begins after the next one leaves a gap.
   * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#how-to-manage-a-local-order-book-correctly
   * @returns `gap` and `checksum` are published as a stale book once, and returned until a whole book comes
   */
  acceptChanges(report: BookChangeReport): BookChangeOutcome {
    const kept = this.#kept.get(report.symbol);
    if (!kept) return 'unknown';
    if (kept.broken) return kept.broken;
    const known = kept.sourceSequence;
    const last = report.lastSourceSequence ?? report.firstSourceSequence ?? null;
    const first = report.firstSourceSequence ?? null;
    if (known !== null && last !== null && last <= known) return 'outdated';
    if (known !== null && first !== null && first > known + 1) return this.#break(kept, 'gap');

    const fallen = kept.book.applyChanges(report.bids, report.asks);
    kept.sourceSequence = last ?? known;
    const { checksum } = report;
    if (checksum != null && checksum !== kept.book.checksum()) return this.#break(kept, 'checksum');
    const exchangeTime = report.exchangeTime ?? null;
    kept.eventsSinceWhole += 1;
    if (kept.eventsSinceWhole >= BOOK_WHOLE_EVERY) {
      this.#publishWhole(kept, exchangeTime);
    } else {
      this.#publish(kept, {
        kind: 'changes',
        symbol: report.symbol,
        bids: withRemoved(report.bids, fallen.bids),
        asks: withRemoved(report.asks, fallen.asks),
        exchangeTime,
        receivedAt: this.#options.now(),
      });
      this.#tellTop(kept, exchangeTime);
    }
    return 'applied';
  }

  #keep(symbol: string): KeptBook {
    let kept = this.#kept.get(symbol);
    if (!kept) {
      kept = {
        book: new OrderBook(symbol),
        sourceSequence: null,
        broken: undefined,
        eventsSinceWhole: 0,
        bid: null,
        ask: null,
      };
      this.#kept.set(symbol, kept);
    }
    return kept;
  }

  #break(kept: KeptBook, reason: 'gap' | 'checksum'): BookChangeOutcome {
    kept.broken = reason;
    const { symbol } = kept.book;
    this.#publish(kept, { kind: 'stale', symbol, reason, receivedAt: this.#options.now() });
    return reason;
  }

  #publishWhole(kept: KeptBook, exchangeTime: number | null): void {
    const { symbol } = kept.book;
    const { bids, asks } = kept.book.top(Number.POSITIVE_INFINITY);
    kept.eventsSinceWhole = 0;
    this.#publish(kept, { kind: 'whole', symbol, bids, asks, exchangeTime, receivedAt: this.#options.now() });
    this.#tellTop(kept, exchangeTime);
  }

  #publish(kept: KeptBook, state: BookState): void {
    this.#options.publish(bookTopic(kept.book.symbol), state);
  }

  #tellTop(kept: KeptBook, exchangeTime: number | null): void {
    const bid = kept.book.bestBid?.price ?? null;
    const ask = kept.book.bestAsk?.price ?? null;
    if (bid === kept.bid && ask === kept.ask) return;
    kept.bid = bid;
    kept.ask = ask;
    this.#options.onTop?.(kept.book.symbol, bid, ask, exchangeTime);
  }
}

/** Readers of the bus do not know the depth at which a book is cut, so they are told what fell out. */
function withRemoved(changes: readonly BookLevel[], fallen: readonly BookLevel[]): readonly BookLevel[] {
  if (fallen.length === 0) return changes;
  return [...changes, ...fallen.map(({ price }) => ({ price, size: '0' }))];
}
