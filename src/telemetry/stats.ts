/** What one instance does; every count is since its start unless it says "now". */
export interface InstanceStats {
  readonly instance: string;
  readonly startedAt: number;
  /** it has the feeds */
  readonly isMarketLeader: boolean;
  readonly connections: {
    readonly total: number;
    readonly users: number;
    /** rooms that somebody there has open now */
    readonly rooms: number;
  };
  readonly rooms: {
    readonly created: number;
    readonly deleted: number;
    readonly joins: number;
    readonly leaves: number;
  };
  readonly broadcasts: { readonly sent: number; readonly delivered: number; readonly queued: number };
  readonly reconnection: { readonly resumed: number; readonly replayed: number; readonly expired: number };
  readonly streaming: {
    readonly activeStreams: number;
    readonly subscribers: number;
    readonly groups: number;
    readonly executions: number;
    readonly messagesSent: number;
    readonly messagesDropped: number;
    readonly messagesConflated: number;
    readonly slowReadersClosed: number;
  };
  readonly feeds: readonly FeedStats[];
  /** resident, in bytes */
  readonly memoryBytes: number;
}

export interface FeedStats {
  readonly name: string;
  readonly state: string;
  readonly lastEventAt: number | null;
  readonly eventsPerSecond: number;
  readonly events: number;
  readonly lastError: string | null;
  /** absent: from an instance of an older version */
  readonly unreadSymbols?: readonly string[];
  readonly unreadReports?: number;
}

/** What is stored, counted every few seconds. */
export interface StoredStats {
  readonly rooms: {
    readonly total: number;
    readonly active: number;
    readonly members: number;
    readonly users: number;
  };
  readonly inbox: { readonly items: number };
}

/** The figures of `Query.stats`: of all instances together. */
export interface StatsSnapshot
  extends Pick<
    InstanceStats,
    'instance' | 'startedAt' | 'connections' | 'broadcasts' | 'reconnection' | 'streaming' | 'feeds'
  > {
  readonly rooms: InstanceStats['rooms'] & StoredStats['rooms'];
  readonly inbox: StoredStats['inbox'];
  /** the one that answers first, then the others by start */
  readonly instances: readonly InstanceStats[];
}

/** @param instances the one that answers first */
export function mergeStats(
  instances: readonly [InstanceStats, ...InstanceStats[]],
  stored: StoredStats,
): StatsSnapshot {
  const [own] = instances;
  return {
    instance: own.instance,
    startedAt: own.startedAt,
    connections: sum(instances.map(({ connections }) => connections)),
    rooms: { ...stored.rooms, ...sum(instances.map(({ rooms }) => rooms)) },
    broadcasts: sum(instances.map(({ broadcasts }) => broadcasts)),
    inbox: stored.inbox,
    reconnection: sum(instances.map(({ reconnection }) => reconnection)),
    streaming: sum(instances.map(({ streaming }) => streaming)),
    feeds: mergeFeeds(instances),
    instances,
  };
}

/** Each feed as the instance that has it says. */
function mergeFeeds(instances: readonly InstanceStats[]): readonly FeedStats[] {
  const feeds = new Map<string, FeedStats>();
  for (const { feeds: own, isMarketLeader } of instances) {
    for (const feed of own) if (isMarketLeader || !feeds.has(feed.name)) feeds.set(feed.name, feed);
  }
  return [...feeds.values()];
}

function sum<T extends Readonly<Record<keyof T, number>>>(all: readonly T[]): T {
  const [first, ...others] = all;
  const total = { ...first } as { -readonly [K in keyof T]: number };
  for (const one of others) for (const name in one) total[name] += one[name];
  return total as T;
}
