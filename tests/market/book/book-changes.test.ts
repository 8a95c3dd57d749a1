import { describe, expect, it } from 'vitest';
import type { Projected } from '../../../src/fanout/payload/projection.ts';
import { BookChanges, type BookUpdate } from '../../../src/market/book/book-changes.ts';
import { bookChecksum } from '../../../src/market/book/book-checksum.ts';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import type { BookLevel } from '../../../src/market/events/market-event.ts';
import { seededRandom } from '../../support/seeded.ts';
import { NaiveBook, randomChanges } from './book-model.ts';

const level = (price: string, size = '1'): BookLevel => ({ price, size });

/** A book and its changes down to a depth; each step is one bus event. */
function channel(depth: number) {
  const book = new OrderBook('AAPL');
  book.epoch = 'e1';
  const changes = new BookChanges(depth);
  const hear = (): Projected | undefined => {
    book.sequence += 1;
    // the whole event of the fan-out; only the live book in it counts
    return changes.next({ topic: 'book:AAPL', epoch: book.epoch, sequence: book.sequence, payload: book });
  };
  const whole = (bids: BookLevel[], asks: BookLevel[] = []) => {
    book.applyWhole(bids, asks);
    book.stale = false;
    return hear();
  };
  const change = (bids: readonly BookLevel[], asks: readonly BookLevel[] = []) => {
    book.applyChanges(bids, asks);
    return hear();
  };
  const stale = () => {
    book.stale = true;
    return hear();
  };
  return { book, changes, whole, change, stale };
}

const updateOf = (projected: Projected | undefined) => projected?.payload as BookUpdate | undefined;

/** Keeps a book from updates alone, and insists on their continuity. */
class Client extends NaiveBook {
  position = 0;
  sequence = 0;
  snapshots = 0;

  take(projected: Projected | undefined): void {
    const update = updateOf(projected);
    if (!projected || !update) return;
    this.position = projected.sequence;
    if (update.kind === 'snapshot') {
      this.replace(update);
      this.sequence = update.sequence;
      this.snapshots += 1;
    } else {
      expect(update.firstSequence).toBe(this.sequence + 1);
      expect(update.lastSequence).toBeGreaterThanOrEqual(update.firstSequence);
      this.apply(update);
      this.sequence = update.lastSequence;
    }
    const { bids, asks } = this.top(10);
    expect(update.checksum).toBe(bookChecksum(bids, asks));
  }
}

describe('book changes', () => {
  it('begin with a snapshot, then tell what changed in the window; what leaves it is removed', () => {
    const { whole, change } = channel(2);
    expect(updateOf(whole([level('9'), level('8'), level('7')], [level('11')]))).toMatchObject({
      kind: 'snapshot',
      sequence: 1,
      bids: [level('9'), level('8')],
      asks: [level('11')],
      spread: '2',
      mid: '10',
      stale: false,
    });
    expect(updateOf(change([level('10', '3'), level('9', '4')], [level('11', '0')]))).toMatchObject({
      kind: 'delta',
      firstSequence: 2,
      lastSequence: 2,
      bids: [level('8', '0'), level('10', '3'), level('9', '4')],
      asks: [level('11', '0')],
    });
    expect(change([level('7', '5')])).toBeUndefined();
    expect(updateOf(change([level('9', '0')]))).toMatchObject({
      firstSequence: 3,
      lastSequence: 4,
      bids: [level('9', '0'), level('8')],
    });
  });

  it('are none when a whole book repeats what is known', () => {
    const { whole } = channel(5);
    whole([level('9')], [level('10')]);
    expect(whole([level('9')], [level('10')])).toBeUndefined();
  });

  it('give a joiner the sequence of the last update told, so the next delta fits everybody', () => {
    const { whole, change, changes } = channel(1);
    whole([level('9')]);
    change([level('9', '2')]);
    change([level('1')]);
    change([level('2')]);
    expect(updateOf(changes.snapshot())).toMatchObject({ sequence: 2, bids: [level('9', '2')] });
    expect(updateOf(change([level('9', '3')]))).toMatchObject({ firstSequence: 3, lastSequence: 5 });
  });

  it('have nothing for a joiner before the first event', () => {
    const { changes } = channel(1);
    expect(changes.snapshot()).toBeUndefined();
    expect(changes.since(0)).toBeUndefined();
  });

  it('F12 merge what a member missed by level', () => {
    const { whole, change, changes } = channel(3);
    whole([level('9'), level('8')], [level('10')]);
    change([level('9', '2')]);
    change([level('9', '3')]);
    change([level('8', '0')]);
    expect(updateOf(changes.since(2))).toMatchObject({
      kind: 'delta',
      firstSequence: 3,
      lastSequence: 4,
      bids: [level('8', '0'), level('9', '3')],
      asks: [],
    });
    expect(changes.since(4)).toBeUndefined();
  });

  it('are a snapshot where the merged changes would be larger', () => {
    const { whole, change, changes } = channel(2);
    whole([level('9'), level('8')]);
    change([level('9', '0'), level('8', '0'), level('5')]);
    expect(updateOf(changes.since(1))).toMatchObject({ kind: 'snapshot', sequence: 2, bids: [level('5')] });
  });

  it('are a snapshot for who is further behind than what is kept', () => {
    const { whole, change, changes } = channel(2);
    whole([level('9'), level('8')]);
    for (let n = 1; n <= 1024; n += 1) change([level('9', String(n + 1))]);
    expect(updateOf(changes.since(100))).toMatchObject({ kind: 'snapshot', sequence: 1025 });
    expect(updateOf(changes.since(600))).toMatchObject({ kind: 'delta', firstSequence: 601 });
  });

  it('say nothing when the book turns stale, tell joiners, and mend it with a snapshot', () => {
    const { whole, change, stale, changes } = channel(2);
    whole([level('9')], [level('10')]);
    change([level('9', '2')]);
    const fresh = changes.snapshot();
    expect(stale()).toBeUndefined();
    expect(updateOf(changes.snapshot())).toMatchObject({ kind: 'snapshot', stale: true });
    // bytes of a joiner's snapshot are kept by sequence
    expect(changes.snapshot()?.sequence).not.toBe(fresh?.sequence);
    expect(changes.since(2)).toBeUndefined();
    expect(updateOf(changes.since(1))).toMatchObject({ kind: 'delta', lastSequence: 2 });
    expect(updateOf(whole([level('9', '2')], [level('10')]))).toMatchObject({
      kind: 'snapshot',
      sequence: 4,
    });
    expect(updateOf(changes.since(1))).toMatchObject({ kind: 'snapshot', sequence: 4 });
  });

  it.each([false, true])(
    'never take a position of one epoch for one of the next (stale between: %s)',
    (gap) => {
      const { book, whole, change, stale, changes } = channel(2);
      whole([level('9')], [level('10')]);
      for (let n = 2; n <= 20; n += 1) change([level('9', String(n))]);
      book.epoch = 'e2';
      book.sequence = 0;
      if (gap) stale();
      const restarted = whole([level('5')], [level('6')]);
      expect(updateOf(restarted)).toMatchObject({ kind: 'snapshot', sequence: gap ? 2 : 1 });
      for (let n = 2; n <= 20; n += 1) {
        change([level('5', String(n))]);
        for (const old of [1, 10, 20]) expect(updateOf(changes.since(old))?.kind).toBe('snapshot');
      }
      const first = (restarted?.sequence ?? 0) + 1;
      expect(updateOf(changes.since(first))).toMatchObject({ kind: 'delta', firstSequence: gap ? 4 : 3 });
    },
  );

  it('are right for clients that compare texts when a price is written anew', () => {
    const { whole, change, changes } = channel(3);
    const client = new Client();
    const slow = new Client();
    const first = whole([level('1.0'), level('0.9')], [level('2'), level('3')]);
    client.take(first);
    slow.take(first);
    for (const price of ['1.00', '1.0', '1.000']) client.take(change([level(price, '7')]));
    slow.take(changes.since(slow.position));
    expect(slow.snapshots).toBe(1);
    for (const { bids } of [client, slow]) expect([...bids.keys()].sort()).toEqual(['0.9', '1.000']);
  });

  it.each([
    [10, 10_000],
    [1, 2000],
    [5, 2000],
    [25, 2000],
    [1000, 2000],
  ])('M12 F12 keep every client equal to the best %i levels over %i changes', (depth, count) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    const { book, changes, whole, change, stale } = channel(depth);
    const prompt = new Client();
    const slow = [0.5, 0.9, 0.99, 0.999].map((pause) => ({ pause, client: new Client() }));
    const check = (client: Client) => {
      const { bids, asks } = book.top(depth);
      if (client.position === 0) return;
      const own = client.top(Number.POSITIVE_INFINITY);
      expect(bookChecksum(own.bids, own.asks), `seed ${seed}`).toBe(bookChecksum(bids, asks));
      expect(own, `seed ${seed}`).toEqual({ bids, asks });
    };
    const rebuild = () => {
      const { bids, asks } = randomChanges(random);
      return whole([...bids, level('900.00')], [...asks, level('1100.00')]);
    };
    prompt.take(rebuild());
    for (let n = 0; n < count; n += 1) {
      const dice = random();
      let told: Projected | undefined;
      if (dice < 0.0003) {
        book.epoch = `e${n}`;
        book.sequence = Math.floor(random() * 3);
        told = rebuild();
      } else if (dice < 0.0006) {
        expect(stale()).toBeUndefined();
        told = rebuild();
      } else {
        const { bids, asks } = randomChanges(random);
        told = change(bids, asks);
      }
      prompt.take(told);
      check(prompt);
      for (const { pause, client } of slow) {
        if (random() < pause) continue;
        client.take(client.position === 0 ? changes.snapshot() : changes.since(client.position));
        check(client);
      }
    }
    expect(prompt.snapshots).toBeLessThan(40);
  });
});
