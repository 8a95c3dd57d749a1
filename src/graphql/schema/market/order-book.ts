import type { BusEvent } from '../../../bus/bus.ts';
import { TickroomError } from '../../../errors.ts';
import { BookChanges, type BookUpdate } from '../../../market/book/book-changes.ts';
import type { OrderBook } from '../../../market/book/order-book.ts';
import type { BookLevel } from '../../../market/events/market-event.ts';
import { bookTopic } from '../../../market/events/topics.ts';
import { builder } from '../../builder/builder.ts';
import { requireReader } from '../../context/access.ts';
import { liveExtensions, SUBSCRIBER, servedByFanout } from '../../live/live-field.ts';
import { DeliveryInput, planDelivery } from '../shared/delivery.ts';

const MAX_DEPTH = 1000;
const CROSSED =
  "Whether the best bid is at or above the best ask. Usual in an auction; in continuous trading the source's book is wrong or late, so do not trade on it.";
const CHECKSUM =
  "Kraken v2's CRC32 of the ten best asks and bids: a book kept by hand is right when its own is equal.";

/** @throws TickroomError INVALID_INPUT */
function checkDepth(depth: number | null | undefined): number {
  const wanted = depth ?? 10;
  if (wanted >= 1 && wanted <= MAX_DEPTH) return wanted;
  throw new TickroomError('INVALID_INPUT', `depth must be 1 to ${MAX_DEPTH} levels a side.`);
}

export const OrderBookLevel = builder.objectRef<BookLevel>('OrderBookLevel').implement({
  description: 'A price and what rests at it.',
  fields: (t) => ({
    price: t.expose('price', {
      type: 'Decimal',
      description: 'The price of the level, exactly as the source wrote it.',
    }),
    size: t.expose('size', {
      type: 'Decimal',
      description: 'The total size; in a delta, "0" removes the level.',
    }),
    orderCount: t.int({
      nullable: true,
      description: 'How many orders, where the source says.',
      resolve: ({ orderCount }) => orderCount,
    }),
  }),
});

interface TopOfBook {
  readonly book: OrderBook;
  readonly depth: number;
}

const OrderBookType = builder.objectRef<TopOfBook>('OrderBook').implement({
  description: 'The best levels of an order book, whole.',
  fields: (t) => ({
    symbol: t.field({
      type: 'Symbol',
      description: 'The canonical symbol of the instrument.',
      resolve: ({ book }) => book.symbol,
    }),
    sequence: t.field({
      type: 'SafeInt',
      description: 'The sequence of the book: contiguous per symbol, and new numbers begin with a new epoch.',
      resolve: ({ book }) => book.sequence,
    }),
    bids: t.field({
      type: [OrderBookLevel],
      description: 'Bids from the best, which is the highest price, down.',
      resolve: ({ book, depth }) => [...book.top(depth).bids],
    }),
    asks: t.field({
      type: [OrderBookLevel],
      description: 'Asks from the best, which is the lowest price, up.',
      resolve: ({ book, depth }) => [...book.top(depth).asks],
    }),
    checksum: t.field({ type: 'SafeInt', description: CHECKSUM, resolve: ({ book }) => book.checksum() }),
    spread: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Best ask − best bid; null when a side is empty.',
      resolve: ({ book }) => book.spread(),
    }),
    mid: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Half way between best bid and ask; null when a side is empty.',
      resolve: ({ book }) => book.mid(),
    }),
    crossed: t.boolean({ description: CROSSED, resolve: ({ book }) => book.crossed }),
    stale: t.boolean({
      description: 'The source lost its continuity and a fresh book is awaited: do not trade on it.',
      resolve: ({ book }) => book.stale,
    }),
    exchangeTime: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The time that the source gave; null when it gave none.',
      resolve: ({ book }) => book.exchangeTime,
    }),
    receivedAt: t.field({
      type: 'DateTime',
      description: 'The time at which the server received the last change.',
      resolve: ({ book }) => book.receivedAt,
    }),
  }),
});

type SnapshotUpdate = Extract<BookUpdate, { kind: 'snapshot' }>;
type DeltaUpdate = Extract<BookUpdate, { kind: 'delta' }>;

const OrderBookSnapshot = builder.objectRef<SnapshotUpdate>('OrderBookSnapshot').implement({
  description: 'The whole book down to the depth: replaces what you hold.',
  fields: (t) => ({
    symbol: t.expose('symbol', { type: 'Symbol', description: 'The canonical symbol of the instrument.' }),
    sequence: t.expose('sequence', {
      type: 'SafeInt',
      description: "The next delta's firstSequence is this plus one.",
    }),
    bids: t.field({
      type: [OrderBookLevel],
      description: 'Bids from the best, which is the highest price, down.',
      resolve: ({ bids }) => [...bids],
    }),
    asks: t.field({
      type: [OrderBookLevel],
      description: 'Asks from the best, which is the lowest price, up.',
      resolve: ({ asks }) => [...asks],
    }),
    checksum: t.expose('checksum', { type: 'SafeInt', description: CHECKSUM }),
    spread: t.expose('spread', {
      type: 'Decimal',
      nullable: true,
      description: 'Best ask − best bid; null while a side is empty.',
    }),
    mid: t.expose('mid', {
      type: 'Decimal',
      nullable: true,
      description: 'Half way between best bid and ask.',
    }),
    crossed: t.exposeBoolean('crossed', { description: CROSSED }),
    exchangeTime: t.expose('exchangeTime', {
      type: 'DateTime',
      nullable: true,
      description: 'The time that the source gave; null when it gave none.',
    }),
    receivedAt: t.expose('receivedAt', {
      type: 'DateTime',
      description: 'The time at which the server received the last change.',
    }),
  }),
});

const OrderBookDelta = builder.objectRef<DeltaUpdate>('OrderBookDelta').implement({
  description:
    'Changes to what you hold. Sizes are absolute and "0" removes. A slow reader gets several changes merged into one.',
  fields: (t) => ({
    symbol: t.expose('symbol', { type: 'Symbol', description: 'The canonical symbol of the instrument.' }),
    firstSequence: t.expose('firstSequence', {
      type: 'SafeInt',
      description:
        "The sequence before plus one: the last delta's lastSequence + 1, or the snapshot's sequence + 1.",
    }),
    lastSequence: t.expose('lastSequence', {
      type: 'SafeInt',
      description: 'You now hold everything up to here.',
    }),
    bids: t.field({
      type: [OrderBookLevel],
      description: 'Bids that changed, with their new size; size 0 removes the level.',
      resolve: ({ bids }) => [...bids],
    }),
    asks: t.field({
      type: [OrderBookLevel],
      description: 'Asks that changed, with their new size; size 0 removes the level.',
      resolve: ({ asks }) => [...asks],
    }),
    checksum: t.expose('checksum', {
      type: 'SafeInt',
      description: `${CHECKSUM} Needs a depth of at least 10.`,
    }),
    crossed: t.exposeBoolean('crossed', { description: `Of the book after these changes. ${CROSSED}` }),
    exchangeTime: t.expose('exchangeTime', {
      type: 'DateTime',
      nullable: true,
      description: 'The time that the source gave; null when it gave none.',
    }),
    receivedAt: t.expose('receivedAt', {
      type: 'DateTime',
      description: 'The time at which the server received the last change.',
    }),
  }),
});

const OrderBookEvent = builder.unionType('OrderBookEvent', {
  description: 'A whole book first, then changes to it; a whole book again whenever continuity was lost.',
  types: [OrderBookSnapshot, OrderBookDelta],
  resolveType: (update: SnapshotUpdate | DeltaUpdate) =>
    update.kind === 'snapshot' ? 'OrderBookSnapshot' : 'OrderBookDelta',
});

builder.queryField('orderBook', (t) =>
  t.field({
    type: OrderBookType,
    nullable: true,
    description: 'The best levels now; null when no book of the symbol is known.',
    args: {
      symbol: t.arg({
        type: 'Symbol',
        required: true,
        description: 'The instrument, in any spelling that the server accepts.',
      }),
      depth: t.arg.int({ defaultValue: 10, description: 'Levels a side, 1 to 1,000.' }),
    },
    resolve: async (_root, args, context) => {
      requireReader(context);
      const depth = checkDepth(args.depth);
      const { book, close } = await context.services.books.open(args.symbol, () => {});
      close();
      return book.sequence === 0 ? null : { book, depth };
    },
  }),
);

interface BookArgs {
  symbol: string;
  depth?: number | null;
  delivery?: typeof DeliveryInput.$inferInput | null;
}

builder.subscriptionField('orderBook', (t) =>
  t.field({
    type: OrderBookType,
    description: 'Always the whole top of the book: the current one at once, then each newer one.',
    args: {
      symbol: t.arg({
        type: 'Symbol',
        required: true,
        description: 'The instrument, in any spelling that the server accepts.',
      }),
      depth: t.arg.int({ defaultValue: 10, description: 'Levels a side, 1 to 1,000.' }),
      delivery: t.arg({
        type: DeliveryInput,
        description: 'What happens to events that a slow reader cannot take in time. Default: LATEST.',
      }),
      subscriber: t.arg.id(SUBSCRIBER),
    },
    extensions: liveExtensions<BookArgs>({
      routing: ['symbol', 'delivery'],
      open: (context, { symbol, depth, delivery }) => {
        requireReader(context);
        checkDepth(depth);
        return { ...planDelivery(delivery, 'LATEST'), topics: [bookTopic(symbol)] };
      },
    }),
    subscribe: servedByFanout,
    resolve: (event, { depth }) => ({ book: (event as BusEvent<OrderBook>).payload, depth: depth ?? 10 }),
  }),
);

builder.subscriptionField('orderBookChanges', (t) =>
  t.field({
    type: OrderBookEvent,
    description:
      'For those who keep the book themselves: a snapshot, then deltas without a gap. However slowly you read, applying them in order gives exactly the book.',
    args: {
      symbol: t.arg({
        type: 'Symbol',
        required: true,
        description: 'The instrument, in any spelling that the server accepts.',
      }),
      depth: t.arg.int({ defaultValue: 10, description: 'Levels a side, 1 to 1,000.' }),
      subscriber: t.arg.id(SUBSCRIBER),
    },
    extensions: liveExtensions<BookArgs>({
      routing: ['symbol'],
      open: (context, { symbol, depth }) => {
        requireReader(context);
        const levels = checkDepth(depth);
        return {
          topics: [bookTopic(symbol)],
          policy: 'CATCH_UP',
          onlyChanges: false,
          minIntervalMs: 0,
          project: () => new BookChanges(levels),
        };
      },
    }),
    subscribe: servedByFanout,
    resolve: (update) => update as BookUpdate,
  }),
);
