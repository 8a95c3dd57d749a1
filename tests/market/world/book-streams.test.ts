import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookKeeper } from '../../../src/market/book/book-keeper.ts';
import { type BookLevels, OrderBook } from '../../../src/market/book/order-book.ts';
import type { BookChangeReport } from '../../../src/market/events/market-event.ts';
import type { BookState } from '../../../src/market/events/market-state.ts';
import { seedOf } from '../../support/seeded.ts';
import { anyChanges, NaiveBook } from '../book/book-model.ts';

const SEED = seedOf(process.env.BOOK_SEED);
const SYMBOL = 'BTC/USDT';

/** How sources number their messages. */
const NUMBERINGS = {
  /** spot: contiguous per book */
  contiguous: (n: number) => ({ firstSourceSequence: 2 * n - 1, lastSourceSequence: 2 * n }),
  /** futures: numbers between two messages belong to other books */
  previous: (n: number) => ({
    firstSourceSequence: 10 * n - 5,
    lastSourceSequence: 10 * n,
    previousSourceSequence: 10 * (n - 1),
  }),
} satisfies Record<string, (n: number) => Partial<BookChangeReport>>;

/** What becomes of one message on its way: comes once, comes twice, comes after the next, or never. */
const fates = fc.constantFrom('once', 'once', 'once', 'twice', 'late', 'lost');

/** A reader that builds its book from what the keeper published, and knows when it is stale. */
function readerOf() {
  const book = new OrderBook(SYMBOL);
  const take = (state: BookState): void => {
    if (state.kind === 'stale') {
      book.stale = true;
    } else if (state.kind === 'whole') {
      book.applyWhole(state.bids, state.asks);
      book.stale = false;
    } else {
      book.applyChanges(state.bids, state.asks);
    }
  };
  return { book, take };
}

function deliver<T>(messages: readonly T[], fate: (index: number) => string): T[] {
  const delivered: T[] = [];
  let late: T | undefined;
  for (const [i, message] of messages.entries()) {
    const its = fate(i);
    if (its === 'late' && late === undefined) {
      late = message;
      continue;
    }
    if (its !== 'lost') delivered.push(message);
    if (its === 'twice') delivered.push(message);
    if (late !== undefined) delivered.push(late);
    late = undefined;
  }
  if (late !== undefined) delivered.push(late);
  return delivered;
}

describe(`any stream of book messages (seed ${SEED}, repeat with BOOK_SEED)`, () => {
  it.each(['contiguous', 'previous'] as const)(
    'M4 M16 with losses, repeats and disorder ends in the right book or one that says it is stale: %s numbers',
    (numbering) => {
      let stale = 0;
      let right = 0;
      fc.assert(
        fc.property(
          fc.array(fc.tuple(anyChanges, fates), { minLength: 1, maxLength: 30 }),
          fc.constantFrom(undefined, 3, 10),
          (steps, maxDepth) => {
            const source = new NaiveBook();
            const reader = readerOf();
            const keeper = new BookKeeper({
              writer: 'me',
              now: () => 0,
              publish: (_topic, state) => reader.take(state),
            });
            keeper.accept({ symbol: SYMBOL, bids: [], asks: [], sourceSequence: 0, maxDepth });
            const messages = steps.map(([changes], i): BookChangeReport => {
              const { bids, asks } = distinct(changes);
              source.apply({ bids, asks });
              if (maxDepth) source.cut(maxDepth);
              return { symbol: SYMBOL, bids, asks, ...NUMBERINGS[numbering](i + 1) };
            });
            for (const message of deliver(messages, (i) => steps[i]?.[1] ?? 'once')) {
              keeper.acceptChanges(message);
            }
            if (reader.book.stale) {
              stale += 1;
              return;
            }
            // a lost last message is nothing that a reader could know of
            if (steps.at(-1)?.[1] === 'lost') return;
            right += 1;
            expect(textOf(reader.book.top(100))).toEqual(textOf(source.top(100)));
          },
        ),
        { seed: SEED, numRuns: 2000 },
      );
      expect(stale).toBeGreaterThan(100);
      expect(right).toBeGreaterThan(100);
    },
  );
});

/** A source names a price once in a message. */
function distinct({ bids, asks }: BookLevels): BookLevels {
  const once = (levels: BookLevels['bids']) => [
    ...new Map(levels.map((level) => [level.price, level])).values(),
  ];
  return { bids: once(bids), asks: once(asks) };
}

const textOf = ({ bids, asks }: BookLevels): string[] =>
  [bids, asks].map((side) => side.map(({ price, size }) => `${price} × ${size}`).join(', '));
