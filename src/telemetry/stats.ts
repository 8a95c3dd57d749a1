/** The figures of `Query.stats`; every count is since the start unless it says "now". */
export interface StatsSnapshot {
  readonly instance: string;
  readonly startedAt: number;
  readonly connections: {
    readonly total: number;
    readonly users: number;
    /** rooms that somebody here has open now */
    readonly rooms: number;
  };
  readonly rooms: {
    readonly total: number;
    readonly active: number;
    readonly members: number;
    readonly users: number;
    readonly created: number;
    readonly deleted: number;
    readonly joins: number;
    readonly leaves: number;
  };
  readonly broadcasts: { readonly sent: number; readonly delivered: number; readonly queued: number };
  readonly inbox: { readonly items: number };
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
  readonly feeds: readonly {
    readonly name: string;
    readonly state: string;
    readonly lastEventAt: number | null;
    readonly eventsPerSecond: number;
    readonly events: number;
    readonly lastError: string | null;
  }[];
}
