import type { Bus } from '../../bus/bus.ts';
import { TickroomError } from '../../errors.ts';
import { BookFollower } from './book-follower.ts';
import type { OrderBook } from './order-book.ts';

type EventBus = Pick<Bus, 'subscribe' | 'latest' | 'history' | 'onChange'>;

/** A live book that somebody holds. */
export interface OpenedBook {
  /** Shared by all who opened the symbol, and changed in place. */
  readonly book: OrderBook;
  /** Lets go of it; calling it again does nothing. */
  close(): void;
}

/** The readers' side of order books: live books built from the bus alone, one subscription a symbol however many open it. */
export class BookMirrors {
  readonly #bus: EventBus;
  readonly #followers = new Map<string, BookFollower>();
  readonly #stopWatching: () => void;
  #disposed = false;

  constructor(bus: EventBus) {
    this.#bus = bus;
    this.#stopWatching = bus.onChange((isConnected) => {
      for (const follower of this.#followers.values()) {
        if (isConnected) follower.renew();
        else follower.doubt();
      }
    });
  }

  /** Books that somebody holds. */
  get size(): number {
    return this.#followers.size;
  }

  /**
   * Resolves with a book that holds everything published so far; empty with sequence 0 when that is nothing.
   * @param onChange called with the live book after each event; maybe before the promise resolves. Must not throw.
   * @throws TickroomError SERVICE_UNAVAILABLE when the bus cannot be read, or when disposed meanwhile
   */
  async open(symbol: string, onChange: (book: OrderBook) => void): Promise<OpenedBook> {
    if (this.#disposed) throw new TickroomError('SERVICE_UNAVAILABLE', 'This server is stopping.');
    const follower = this.#follow(symbol);
    // a wrapper each, so that one function may be given twice
    const listener = (book: OrderBook): void => onChange(book);
    follower.listeners.add(listener);
    try {
      await follower.ready;
    } catch (error) {
      this.#drop(symbol, follower);
      throw error;
    }
    return {
      book: follower.book,
      close: () => {
        if (follower.listeners.delete(listener) && follower.listeners.size === 0)
          this.#drop(symbol, follower);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#stopWatching();
    const followers = [...this.#followers.values()];
    for (const follower of followers) follower.close();
    this.#followers.clear();
    await Promise.allSettled(followers.map((follower) => follower.ready));
  }

  #follow(symbol: string): BookFollower {
    let follower = this.#followers.get(symbol);
    if (!follower) {
      follower = new BookFollower(this.#bus, symbol);
      this.#followers.set(symbol, follower);
    }
    return follower;
  }

  #drop(symbol: string, follower: BookFollower): void {
    follower.close();
    if (this.#followers.get(symbol) === follower) this.#followers.delete(symbol);
  }
}
