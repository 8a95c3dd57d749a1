import type { Sessions } from '../auth/sessions.ts';
import type { Hub } from '../fanout/hub.ts';
import type { FeedSupervisor } from '../feeds/feed-supervisor.ts';
import type { MarketProxy } from '../market/cluster/market-proxy.ts';
import type { Database } from '../storage/database.ts';
import { Polled } from '../telemetry/polled.ts';
import type { InstanceStats, StoredStats } from '../telemetry/stats.ts';
import type { Connections } from '../transports/connections.ts';
import type { Chat } from './chat.ts';

/** How often stored things are counted, when somebody looks. */
const COUNT_EVERY_MS = 5000;

export interface InstanceParts {
  readonly instance: string;
  readonly startedAt: number;
  readonly hub: Hub;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly marketProxy: MarketProxy;
  readonly supervisor: FeedSupervisor;
  readonly chat: Chat;
}

/** What this instance does now. */
export function instanceStats(parts: InstanceParts): InstanceStats {
  const { instance, startedAt, hub, connections, sessions, marketProxy, supervisor, chat } = parts;
  const { members, groups, topics } = hub.size;
  const { executions, sent, dropped, conflated, stuck, resumed, replayed, expired } = hub.counters;
  return {
    instance,
    startedAt,
    isMarketLeader: marketProxy.isMarketLeader,
    connections: { total: connections.total, users: sessions.users, rooms: chat.topics.rooms.size },
    rooms: { ...chat.services.rooms.counters },
    broadcasts: { ...chat.services.inboxes.counters },
    reconnection: { resumed, replayed, expired },
    streaming: {
      activeStreams: topics,
      subscribers: members,
      groups,
      executions,
      messagesSent: sent,
      messagesDropped: dropped,
      messagesConflated: conflated,
      slowReadersClosed: stuck,
    },
    feeds: supervisor.statuses(),
    memoryBytes: process.memoryUsage.rss(),
  };
}

/** What is stored, counted while somebody looks. Resolves once it was counted, so that the first does not see nothing. */
export async function countStored(
  database: Database,
  onError: (error: unknown) => void,
): Promise<() => StoredStats> {
  const polled = <T>(initial: T, ask: () => Promise<T>): Polled<T> =>
    new Polled({ initial, ask, maxAgeMs: COUNT_EVERY_MS, onError });
  const rooms = polled({ total: 0, active: 0, members: 0, users: 0 }, () => database.rooms.counts());
  const items = polled(0, () => database.inbox.count());
  await Promise.all([rooms.refresh(), items.refresh()]);
  return () => ({ rooms: rooms.value, inbox: { items: items.value } });
}
