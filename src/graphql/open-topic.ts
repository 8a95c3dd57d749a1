import type { Bus, BusEvent } from '../bus/bus.ts';
import type { OpenTopic } from '../fanout/topic.ts';
import type { BookMirrors } from '../market/book-mirror.ts';
import type { OrderBook } from '../market/order-book.ts';
import type { StatsSnapshot } from '../telemetry/stats.ts';
import { openStatsTopic } from '../telemetry/stats-ticker.ts';

export interface TopicSources {
  readonly bus: Bus;
  readonly books: BookMirrors;
  readonly stats: () => StatsSnapshot;
}

/** Where each kind of topic comes from: books are rebuilt from their changes, stats are local, the rest is the bus's. */
export function topicOpener({ bus, books, stats }: TopicSources): OpenTopic {
  return async (topic, onEvent) => {
    const [kind] = topic.split(':', 1);
    switch (kind) {
      case 'stats':
        return openStatsTopic(topic, stats, onEvent);
      case 'book': {
        const opened = await books.open(topic.slice('book:'.length), (book) =>
          onEvent(bookEvent(topic, book)),
        );
        const { book } = opened;
        return {
          latest: book.sequence === 0 ? undefined : bookEvent(topic, book),
          close: () => opened.close(),
        };
      }
      default: {
        // subscribed before it is read, so that nothing falls between
        const close = await bus.subscribe(topic, onEvent);
        try {
          return { latest: await bus.latest(topic), close };
        } catch (error) {
          close();
          throw error;
        }
      }
    }
  };
}

/** The payload is the live book: whoever executes on it does so before the next change. */
const bookEvent = (topic: string, book: OrderBook): BusEvent => ({
  topic,
  epoch: book.epoch,
  sequence: book.sequence,
  payload: book,
});
