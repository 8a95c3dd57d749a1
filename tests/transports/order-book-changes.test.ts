import { describe, expect, it } from 'vitest';
import { OrderBook } from '../../src/market/book/order-book.ts';
import type { BookLevel } from '../../src/market/events/market-event.ts';
import { openRaw, type RawClient } from '../support/raw-socket.ts';
import { seededRandom } from '../support/seeded.ts';
import { startServer } from '../support/server.ts';

/** Selected again and again, so that 3,000 updates are far more than the kernel holds for a reader that pauses. */
const PADDING = Array.from(
  { length: 8 },
  (_, i) => `bids${i}: bids { price size } asks${i}: asks { price size }`,
);

const CHANGES = `subscription { orderBookChanges(symbol: "AAPL", depth: 20) {
  __typename
  ... on OrderBookSnapshot { sequence checksum bids { price size } asks { price size } ${PADDING.join(' ')} }
  ... on OrderBookDelta { firstSequence lastSequence checksum bids { price size } asks { price size } ${PADDING.join(' ')} }
} }`;

interface Update {
  readonly __typename: 'OrderBookSnapshot' | 'OrderBookDelta';
  readonly sequence: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly checksum: number;
  readonly bids: BookLevel[];
  readonly asks: BookLevel[];
}

/** Keeps a book as README tells clients to, and checks each update's continuity and checksum. */
class BookKeeping {
  readonly book = new OrderBook('AAPL');
  sequence = 0;
  snapshots = 0;
  deltas = 0;
  #read = 0;

  catchUp(client: RawClient): void {
    const results = client.results('1') as { data: { orderBookChanges: Update } }[];
    for (; this.#read < results.length; this.#read += 1) {
      const update = results[this.#read]?.data.orderBookChanges;
      if (update) this.#apply(update);
    }
  }

  #apply(update: Update): void {
    if (update.__typename === 'OrderBookSnapshot') {
      this.snapshots += 1;
      this.book.applyWhole(update.bids, update.asks);
      this.sequence = update.sequence;
    } else {
      this.deltas += 1;
      expect(update.firstSequence).toBe(this.sequence + 1);
      this.book.applyChanges(update.bids, update.asks);
      this.sequence = update.lastSequence;
    }
    expect(this.book.checksum()).toBe(update.checksum);
  }
}

describe('a book kept only from orderBookChanges', () => {
  it('F12 is exactly the server’s after 5,000 changes with pauses in reading', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    await using server = await startServer({ MAX_ALIASES: '100' });
    const level = (base: number, zero: number) => ({
      price: (base + Math.floor(random() * 40) / 100).toFixed(2),
      size: random() < zero ? '0' : `${1 + Math.floor(random() * 1e9)}.${'7'.repeat(20)}`,
    });
    const levels = (base: number, zero: number, count: number) =>
      Array.from({ length: count }, () => level(base, zero));
    await server.publish('publishOrderBook', {
      symbol: 'AAPL',
      bids: levels(100, 0, 30),
      asks: levels(101, 0, 30),
    });

    const slow = await openRaw(server.wsUrl);
    const brisk = await openRaw(server.wsUrl);
    for (const client of [slow, brisk]) client.subscribe('1', CHANGES);
    const feed = await openRaw(server.wsUrl, { payload: { token: await server.token('feed', 'PUBLISHER') } });
    const mutation = 'mutation ($input: OrderBookInput!) { publishOrderBook(input: $input) { accepted } }';

    for (let change = 1; change <= 5000; change += 1) {
      const input = { symbol: 'AAPL', kind: 'CHANGES', bids: levels(100, 0.4, 4), asks: levels(101, 0.4, 4) };
      feed.subscribe(String(change), mutation, { input });
      if (change % 500 === 0) {
        await expect.poll(() => feed.results(String(change)).length, { timeout: 20_000 }).toBe(1);
        // the first pause is longer than any kernel's buffers, the others as they come
        if (change < 3000 || random() < 0.6) slow.socket.pause();
        else slow.socket.resume();
      }
    }
    slow.socket.resume();

    const { data } = await server.post(
      '{ orderBook(symbol: "AAPL", depth: 20) { sequence checksum bids { price size } asks { price size } } }',
    );
    const truth = (
      data as { orderBook: { sequence: number; checksum: number; bids: unknown; asks: unknown } }
    ).orderBook;
    expect(truth.sequence, `seed ${seed}`).toBe(5001);
    for (const client of [slow, brisk]) {
      const kept = new BookKeeping();
      await expect
        .poll(
          () => {
            kept.catchUp(client);
            return kept.book.checksum();
          },
          { timeout: 20_000, message: `seed ${seed}` },
        )
        .toBe(truth.checksum);
      const { bids, asks } = kept.book.top(20);
      expect({ bids, asks }, `seed ${seed}`).toEqual({ bids: truth.bids, asks: truth.asks });
      expect(kept.deltas).toBeGreaterThan(10);
    }
    const count = (client: RawClient): number => client.results('1').length;
    expect(count(brisk)).toBeGreaterThan(count(slow));
  }, 60_000);
});
