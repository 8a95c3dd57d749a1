import type { BusEvent } from '../../bus/bus.ts';
import type {
  BookChangeOutcome,
  BookChangeReport,
  BookLevel,
  BookReport,
  DecimalText,
} from '../events/market-event.ts';
import type { BookBreak, BookState } from '../events/market-state.ts';
import { bookTopic } from '../events/topics.ts';
import { OrderBook } from './order-book.ts';

/** Of so many consecutive events of a book at least one is a whole book. */
export const BOOK_WHOLE_EVERY = 500;

export interface BookKeeperOptions {
  /** Hands an event to the bus; must keep the order of calls. */
  readonly publish: (topic: string, payload: BookState) => void;
  /** Tells its events from those of another instance. */
  readonly writer: string;
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
  broken: BookBreak | undefined;
  /** where the newest event that the bus took stands */
  position: Pick<BusEvent, 'epoch' | 'sequence'> | undefined;
  exchangeTime: number | null;
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
   * Takes changes, which must join what is known of the source, see `joinOf`.
   * @returns `gap` and `checksum` are published as a stale book once, and returned until a whole book comes
   */
  acceptChanges(report: BookChangeReport): BookChangeOutcome {
    const kept = this.#kept.get(report.symbol);
    if (!kept) return 'unknown';
    if (kept.broken) return outcomeOf(kept.broken);
    const join = joinOf(kept.sourceSequence, report);
    if (join === 'outdated') return join;
    if (join === 'gap') return this.#break(kept, join);

    const fallen = kept.book.applyChanges(report.bids, report.asks, report.maxDepth);
    kept.sourceSequence = report.lastSourceSequence ?? report.firstSourceSequence ?? kept.sourceSequence;
    const { checksum } = report;
    if (checksum != null && checksum !== kept.book.checksum()) return this.#break(kept, 'checksum');
    const exchangeTime = report.exchangeTime ?? null;
    kept.exchangeTime = exchangeTime;
    kept.eventsSinceWhole += 1;
    if (kept.eventsSinceWhole >= BOOK_WHOLE_EVERY) {
      this.#publishWhole(kept, exchangeTime);
    } else {
      this.#publish(kept, {
        kind: 'changes',
        writer: this.#options.writer,
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

  /** A book that another instance kept: it is stale until its source gives it whole. */
  suspend(symbol: string): void {
    const kept = this.#keep(symbol);
    if (!kept.broken) this.#break(kept, 'takeover');
  }

  /**
   * The bus took an event. One that does not follow the last one, since the bus lost its memory or somebody else wrote,
   * is followed by the whole book: nothing is right that was built on the events before.
   */
  published(symbol: string, { epoch, sequence }: BusEvent): void {
    const kept = this.#kept.get(symbol);
    if (!kept) return;
    const { position } = kept;
    kept.position = { epoch, sequence };
    if (position && (position.epoch !== epoch || position.sequence + 1 !== sequence)) this.#repeat(kept);
  }

  /** Readers may have missed anything: every book is published as it is. */
  publishAgain(): void {
    for (const kept of this.#kept.values()) {
      kept.position = undefined;
      this.#repeat(kept);
    }
  }

  #repeat(kept: KeptBook): void {
    if (kept.broken) this.#break(kept, kept.broken);
    else this.#publishWhole(kept, kept.exchangeTime);
  }

  #keep(symbol: string): KeptBook {
    let kept = this.#kept.get(symbol);
    if (!kept) {
      kept = {
        book: new OrderBook(symbol),
        sourceSequence: null,
        broken: undefined,
        position: undefined,
        exchangeTime: null,
        eventsSinceWhole: 0,
        bid: null,
        ask: null,
      };
      this.#kept.set(symbol, kept);
    }
    return kept;
  }

  #break(kept: KeptBook, reason: BookBreak): BookChangeOutcome {
    kept.broken = reason;
    const { symbol } = kept.book;
    this.#publish(kept, { kind: 'stale', symbol, reason, receivedAt: this.#options.now() });
    return outcomeOf(reason);
  }

  #publishWhole(kept: KeptBook, exchangeTime: number | null): void {
    const { symbol } = kept.book;
    const { bids, asks } = kept.book.top(Number.POSITIVE_INFINITY);
    kept.eventsSinceWhole = 0;
    kept.exchangeTime = exchangeTime;
    const { writer, now } = this.#options;
    this.#publish(kept, { kind: 'whole', writer, symbol, bids, asks, exchangeTime, receivedAt: now() });
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

/**
 * Whether changes follow the last known update of their source.
 *
 * Contiguous numbers, as of Binance's spot market: what ends at or before the known update is outdated, and what begins
 * after the next one leaves a gap.
 * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#how-to-manage-a-local-order-book-correctly
 *
 * With the previous message's last number, as of Binance's futures, numbers between two messages belong to other books:
 * nothing is missing when that last number is known. A source that numbers anew continues from the known number, too.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/How-to-manage-a-local-order-book-correctly
 */
function joinOf(
  known: number | null,
  { firstSourceSequence, lastSourceSequence, previousSourceSequence: previous }: BookChangeReport,
): 'follows' | 'outdated' | 'gap' {
  if (known === null || previous === known) return 'follows';
  const first = firstSourceSequence ?? null;
  const last = lastSourceSequence ?? first;
  if (last !== null && last <= known) return 'outdated';
  const isMissing = previous != null ? previous > known : first !== null && first > known + 1;
  return isMissing ? 'gap' : 'follows';
}

/** To its source, a book that this instance does not have is one with a gap. */
const outcomeOf = (reason: BookBreak): BookChangeOutcome => (reason === 'takeover' ? 'gap' : reason);

/** Readers of the bus do not know the depth at which a book is cut, so they are told what fell out. */
function withRemoved(changes: readonly BookLevel[], fallen: readonly BookLevel[]): readonly BookLevel[] {
  if (fallen.length === 0) return changes;
  return [...changes, ...fallen.map(({ price }) => ({ price, size: '0' }))];
}
