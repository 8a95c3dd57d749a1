import type { Bus, BusEvent } from '../../bus/bus.ts';
import type { NoticeBoard } from '../../fanout/notices/notice-board.ts';
import type { OpenedTopic, OpenTopic } from '../../fanout/topics/open-topic.ts';
import type { StoredTopics } from '../../fanout/topics/stored-topics.ts';
import type { BookMirrors } from '../../market/book/book-mirror.ts';
import type { OrderBook } from '../../market/book/order-book.ts';
import type { Presence } from '../../presence/presence.ts';
import { openPresenceTopic } from '../../presence/presence-topic.ts';
import type { StatsSnapshot } from '../../telemetry/stats.ts';
import { openStatsTopic } from '../../telemetry/stats-ticker.ts';
import { openNoticesTopic } from './notices-topic.ts';

export interface TopicSources {
  readonly bus: Bus;
  readonly books: BookMirrors;
  readonly stats: () => StatsSnapshot;
  readonly presence: Presence;
  readonly notices: NoticeBoard;
  readonly rooms: StoredTopics;
  readonly inboxes: StoredTopics;
}

/**
 * Where each kind of topic comes from: books are rebuilt from their changes, rooms and inboxes are read from their
 * stores, stats are local, the rest is the bus's.
 */
export function topicOpener(sources: TopicSources): OpenTopic {
  const { bus, books, stats, presence, notices, rooms, inboxes } = sources;
  return async (topic, onEvent) => {
    const [kind = ''] = topic.split(':', 1);
    switch (kind) {
      case 'room':
        return rooms.open(topic, onEvent);
      case 'user':
        return inboxes.open(topic, onEvent);
      case 'connection':
      case 'reads':
        return openAnnouncements(bus, topic, onEvent);
      case 'presence':
        return openPresenceTopic(presence, topic, onEvent);
      case 'notices':
        return openNoticesTopic(notices, topic, onEvent);
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

/** Announcements as events, numbered as they come: nothing precedes them, and nothing keeps them. */
async function openAnnouncements(
  bus: Bus,
  topic: string,
  onEvent: (event: BusEvent) => void,
): Promise<OpenedTopic> {
  let sequence = 0;
  const close = await bus.listen(topic, (payload) => {
    sequence += 1;
    onEvent({ topic, epoch: '', sequence, payload });
  });
  return { latest: undefined, close };
}

/** The payload is the live book: whoever executes on it does so before the next change. */
const bookEvent = (topic: string, book: OrderBook): BusEvent => ({
  topic,
  epoch: book.epoch,
  sequence: book.sequence,
  payload: book,
});
