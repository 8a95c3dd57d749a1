import type { BusEvent } from '../../bus/bus.ts';
import type { JoinRequest } from '../../fanout/hub.ts';
import type { Batch } from '../../fanout/outbox/sink.ts';
import { eventProjection } from '../../fanout/payload/event-projection.ts';
import type { OrderBook } from '../../market/book/order-book.ts';
import type { BookLevel } from '../../market/events/market-event.ts';

/** How levels are written: `[price, size]`, or objects with every name that old publishers gave the size. */
export type LevelForm = 'pairs' | 'objects';

const MAX_DEPTH = 1000;

const LEVELS: Readonly<Record<LevelForm, (level: BookLevel) => object>> = {
  pairs: ({ price, size }) => [Number(price), Number(size)],
  objects: ({ price, size }) => ({
    price: Number(price),
    size: Number(size),
    volume: Number(size),
    quantity: Number(size),
  }),
};

/** All readers of one form are one group: a change of a book is written once for all of them. */
export function bookGroup(form: LevelForm): Pick<JoinRequest, 'key' | 'rules'> {
  const write = LEVELS[form];
  return {
    key: `compat:orderbook:${form}`,
    rules: {
      policy: 'LATEST',
      onlyChanges: true,
      minIntervalMs: 0,
      project: () => eventProjection,
      open: () => ({
        execute(event) {
          const { payload: book } = event as BusEvent<OrderBook>;
          const { bids, asks } = book.top(MAX_DEPTH);
          const timestamp = new Date(book.exchangeTime ?? book.receivedAt).toISOString();
          const data = { bids: bids.map(write), asks: asks.map(write), timestamp };
          return { data: book.stale ? { ...data, stale: true } : data, timestamp };
        },
        close() {},
      }),
    },
  };
}

/** A reader's own start of each update, which names the symbol as the reader wrote it; as `latin1`. */
export const updatePrefix = (symbol: string): string =>
  Buffer.from(`{"type":"orderbook_update","symbol":${JSON.stringify(symbol)},`).toString('latin1');

/** An update: the reader's start, and what follows the first brace of the shared bytes, without the brace after them. */
export function updateOf({ links, payloads }: Batch, i: number): string {
  const [link, payload] = [links[i], payloads[i]];
  return link && payload ? link.member.prefix + payload.bytes.slice(1, -1) : '';
}
