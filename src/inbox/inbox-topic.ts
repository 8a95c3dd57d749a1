import type { ReplayPage } from '../fanout/topics/replay-page.ts';
import type { StoredEvents } from '../fanout/topics/stored-topic.ts';
import type { InboxItem } from './inbox-item.ts';
import type { InboxStore } from './inbox-store.ts';

const PREFIX = 'user:';

/** Where a user's items are announced. */
export const inboxTopic = (userId: string): string => `${PREFIX}${userId}`;

/** Inboxes as the fan-out engine reads them: events are `InboxItem`s, numbered by their sequence. */
export function inboxEvents(store: InboxStore): StoredEvents {
  return {
    async read(topic, after, limit): Promise<ReplayPage> {
      // what is for one connection is nowhere stored
      if (!topic.startsWith(PREFIX)) return { events: [], upTo: after };
      const { items, state } = await store.itemsAfter(topic.slice(PREFIX.length), after, limit);
      const known = Math.max(after, state.acknowledged);
      return {
        events: items.map((item) => ({ topic, epoch: '', sequence: item.sequence, payload: item })),
        upTo: items.at(-1)?.sequence ?? Math.max(after, state.head),
        gap: state.dropped > known ? { from: known + 1, to: state.dropped, reason: 'INBOX_FULL' } : undefined,
      };
    },
    async count(topic, after) {
      const userId = topic.slice(PREFIX.length);
      const state = topic.startsWith(PREFIX) ? (await store.states([userId])).get(userId) : undefined;
      return state ? Math.max(0, state.head - Math.max(after, state.acknowledged, state.dropped)) : 0;
    },
    async heads(topics) {
      const heads = await store.heads(topics.map((topic) => topic.slice(PREFIX.length)));
      return new Map([...heads].map(([userId, head]) => [inboxTopic(userId), head]));
    },
    parse(payload) {
      const item = parseInboxItem(payload);
      return item && { sequence: item.sequence, payload: item };
    },
  };
}

/** What was announced, perhaps by another version of this server; undefined: it cannot be understood. */
export function parseInboxItem(payload: unknown): InboxItem | undefined {
  const item = payload as Partial<InboxItem> | null;
  const isItem =
    typeof item === 'object' &&
    item !== null &&
    Number.isSafeInteger(item.sequence) &&
    typeof item.id === 'string' &&
    typeof item.userId === 'string' &&
    typeof item.senderId === 'string' &&
    typeof item.content === 'string' &&
    typeof item.type === 'string' &&
    typeof item.createdAt === 'number';
  return isItem ? (item as InboxItem) : undefined;
}
