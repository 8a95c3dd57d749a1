import type { Bus } from '../bus/bus.ts';
import type { Hub } from '../fanout/hub.ts';
import type { Database } from '../storage/database.ts';
import { ClusterStats } from '../telemetry/cluster-stats.ts';
import { Polled } from '../telemetry/polled.ts';
import { type InstanceStats, mergeStats, type StatsSnapshot, type StoredStats } from '../telemetry/stats.ts';
import type { Connections } from '../transports/connections.ts';
import type { Access } from './access.ts';
import type { Chat } from './chat.ts';
import type { StartedMarket } from './market.ts';
import type { Runtime } from './runtime.ts';

/** Rows are counted so often while stats are read. */
const COUNT_EVERY_MS = 5000;

export interface StatsOptions {
  readonly bus: Bus;
  readonly database: Database;
  readonly hub: Hub;
  readonly connections: Connections;
  readonly access: Access;
  readonly market: StartedMarket;
  readonly chat: Chat;
}

export interface StartedStats {
  /** What this instance is doing now. */
  readonly ofInstance: () => InstanceStats;
  /** What all instances are doing, as each of them reported last. */
  readonly ofCluster: () => StatsSnapshot;
}

/** Counts what this instance does, and reports it to the other instances. */
export async function startStats(
  { instance, startedAt, owned, onError }: Runtime,
  options: StatsOptions,
): Promise<StartedStats> {
  const { bus, database, ...parts } = options;
  const ofInstance = (): InstanceStats => instanceStats({ instance, startedAt, ...parts });
  const cluster = owned.use(await ClusterStats.start({ bus, own: ofInstance, onError }));
  const stored = await countStored(database, onError);
  return { ofInstance, ofCluster: () => mergeStats(cluster.instances(), stored()) };
}

type InstanceParts = Omit<StatsOptions, 'bus' | 'database'> & Pick<Runtime, 'instance' | 'startedAt'>;

function instanceStats(parts: InstanceParts): InstanceStats {
  const { instance, startedAt, hub, connections, access, market, chat } = parts;
  const { members, groups, topics } = hub.size;
  const { executions, sent, dropped, conflated, stuck, resumed, replayed, expired } = hub.counters;
  return {
    instance,
    startedAt,
    isMarketLeader: market.marketProxy.isMarketLeader,
    connections: { total: connections.total, users: access.sessions.users, rooms: chat.topics.rooms.size },
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
    feeds: market.supervisor.statuses(),
    memoryBytes: process.memoryUsage.rss(),
  };
}

/** Counts rows of the database while stats are read. Resolves after a first count, so that the first reader sees it. */
async function countStored(
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
