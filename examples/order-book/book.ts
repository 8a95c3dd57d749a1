import { crc32 } from 'node:zlib';
import { Big } from 'big.js';

/** One price level. Prices and sizes are decimal strings, because a binary number cannot hold `0.1` exactly. */
export interface Level {
  readonly price: string;
  readonly size: string;
}

/** The whole top of the book. */
export interface Snapshot {
  readonly __typename: 'OrderBookSnapshot';
  readonly sequence: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly checksum: number;
}

/** The levels that changed since the event before it. */
export interface Delta {
  readonly __typename: 'OrderBookDelta';
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly checksum: number;
}

/** The book that was built differs from the server's: subscribe again to get a new snapshot. */
export class BookMismatch extends Error {
  override readonly name = 'BookMismatch';
}

const CHECKED_LEVELS = 10;

/** An order book that is kept from one snapshot and the deltas after it. */
export class OrderBook {
  readonly #bids = new Map<string, Level>();
  readonly #asks = new Map<string, Level>();
  #sequence: number | undefined;

  /** Highest price first. */
  get bids(): Level[] {
    return [...this.#bids.values()].sort((a, b) => new Big(b.price).cmp(a.price));
  }

  /** Lowest price first. */
  get asks(): Level[] {
    return [...this.#asks.values()].sort((a, b) => new Big(a.price).cmp(b.price));
  }

  /** @throws BookMismatch when an event is missing or the checksum differs */
  apply(event: Snapshot | Delta): void {
    if (event.__typename === 'OrderBookSnapshot') {
      this.#bids.clear();
      this.#asks.clear();
      this.#sequence = event.sequence;
    } else {
      if (this.#sequence === undefined) throw new BookMismatch('A delta arrived before the first snapshot.');
      if (event.firstSequence !== this.#sequence + 1) {
        throw new BookMismatch(`Expected sequence ${this.#sequence + 1}, got ${event.firstSequence}.`);
      }
      this.#sequence = event.lastSequence;
    }
    update(this.#bids, event.bids);
    update(this.#asks, event.asks);
    const checksum = crc32(digitsOf(this.asks) + digitsOf(this.bids));
    if (checksum !== event.checksum) {
      throw new BookMismatch(`The checksum is ${checksum}, and the server's is ${event.checksum}.`);
    }
  }
}

function update(side: Map<string, Level>, levels: readonly Level[]): void {
  for (const level of levels) {
    // "1.10" and "1.1" are one price
    const key = new Big(level.price).toFixed();
    if (new Big(level.size).eq(0)) side.delete(key);
    else side.set(key, level);
  }
}

/** The text of one side in Kraken's checksum: the ten best levels, without points and leading zeros. */
const digitsOf = (levels: readonly Level[]): string =>
  levels
    .slice(0, CHECKED_LEVELS)
    .flatMap(({ price, size }) => [price, size])
    .map((decimal) => decimal.replace('.', '').replace(/^0+/, ''))
    .join('');
