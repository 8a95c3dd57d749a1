import type { Bus } from '../bus/bus.ts';
import { Hub } from '../fanout/hub.ts';
import { NoticeBoard } from '../fanout/notices/notice-board.ts';
import { historyReader } from '../graphql/live/history-reader.ts';
import { topicOpener } from '../graphql/live/open-topic.ts';
import type { BookMirrors } from '../market/book/book-mirror.ts';
import type { StatsSnapshot } from '../telemetry/stats.ts';
import type { Chat } from './chat.ts';
import type { Runtime } from './runtime.ts';

export interface FanoutOptions {
  readonly bus: Bus;
  readonly books: BookMirrors;
  readonly chat: Chat;
  readonly stats: () => StatsSnapshot;
}

/** The fan-out engine, with the topics it can open: of the market, rooms, inboxes, presence, notices and stats. */
export function startFanout(runtime: Runtime, { bus, books, chat, stats }: FanoutOptions): Hub {
  const { config, owned, onError } = runtime;
  const notices = new NoticeBoard();
  const hub = new Hub({
    openTopic: topicOpener({
      bus,
      books,
      stats,
      notices,
      ...chat.topics,
      presence: chat.services.presence,
    }),
    notices,
    maxQueueFrames: config.maxQueueFrames,
    readHistory: historyReader(bus),
    onError,
  });
  owned.defer(() => hub.dispose());
  return hub;
}
