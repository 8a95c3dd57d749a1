import type { BusEvent } from '../../bus/bus.ts';
import { TickroomError } from '../../errors.ts';
import { eventProjection } from '../../fanout/payload/event-projection.ts';
import type {
  FeedStats as FeedStatsState,
  InstanceStats as InstanceStatsState,
  StatsSnapshot,
} from '../../telemetry/stats.ts';
import { statsTopic } from '../../telemetry/stats-ticker.ts';
import { builder } from '../builder/builder.ts';
import { requireReader } from '../context/access.ts';
import { liveExtensions, servedByFanout } from '../live/live-field.ts';

const ConnectionStats = builder.objectRef<StatsSnapshot['connections']>('ConnectionStats').implement({
  description: 'Connections that are open now, over all instances.',
  fields: (t) => ({
    total: t.exposeInt('total', { description: 'WebSocket connections and event streams open now.' }),
    users: t.exposeInt('users', { description: 'Distinct signed-in users among them, of each instance.' }),
    rooms: t.exposeInt('rooms', { description: 'Rooms that somebody here has open now.' }),
  }),
});

const RoomStats = builder.objectRef<StatsSnapshot['rooms']>('RoomStats').implement({
  description: 'Rooms. What is stored is counted every few seconds.',
  fields: (t) => ({
    total: t.exposeInt('total', { description: 'Rooms in the database, whatever their status.' }),
    active: t.exposeInt('active', { description: 'Of them, those that are ACTIVE.' }),
    members: t.exposeInt('members', {
      description: 'Memberships in all rooms: a user in two rooms counts twice.',
    }),
    users: t.exposeInt('users', { description: 'Distinct users that are a member of at least one room.' }),
    created: t.exposeInt('created', { description: 'Rooms created since the start of the instances.' }),
    deleted: t.exposeInt('deleted', { description: 'Rooms deleted since the start of the instances.' }),
    joins: t.exposeInt('joins', { description: 'Users that became members since the start.' }),
    leaves: t.exposeInt('leaves', { description: 'Users that left or were kicked since the start.' }),
  }),
});

const BroadcastStats = builder.objectRef<StatsSnapshot['broadcasts']>('BroadcastStats').implement({
  description: 'Broadcasts and their recipients since the start of the instances.',
  fields: (t) => ({
    sent: t.exposeInt('sent', {
      description: 'Broadcasts that were sent, each counted once however many recipients it has.',
    }),
    delivered: t.exposeInt('delivered', { description: 'Recipients that had their inbox open.' }),
    queued: t.exposeInt('queued', { description: 'Recipients that found it later, or will.' }),
  }),
});

const InboxStats = builder.objectRef<StatsSnapshot['inbox']>('InboxStats').implement({
  description: 'Items in the inboxes of all users.',
  fields: (t) => ({
    items: t.exposeInt('items', {
      description: 'Items that wait to be acknowledged; counted every few seconds.',
    }),
  }),
});

const StreamingStats = builder.objectRef<StatsSnapshot['streaming']>('StreamingStats').implement({
  description:
    'Counters of the fan-out engine, which executes a selection once per event for all its subscribers.',
  fields: (t) => ({
    activeStreams: t.exposeInt('activeStreams', {
      description: 'Topics with at least one subscriber now, e.g. the trades of one symbol.',
    }),
    subscribers: t.exposeInt('subscribers', { description: 'Subscriptions that are open now.' }),
    groups: t.exposeInt('groups', {
      description: 'Distinct selections among them: what an event is executed for.',
    }),
    executions: t.expose('executions', {
      type: 'SafeInt',
      description:
        'Results encoded since the start: one per group and event. Groups that differ in `__typename` only share the execution.',
    }),
    messagesSent: t.expose('messagesSent', {
      type: 'SafeInt',
      description: 'Messages written to subscribers since the start.',
    }),
    messagesDropped: t.expose('messagesDropped', {
      type: 'SafeInt',
      description: 'Messages that slow EVERY readers lost, each reported to them as a gap.',
    }),
    messagesConflated: t.expose('messagesConflated', {
      type: 'SafeInt',
      description: 'Messages replaced by a newer one before they were written.',
    }),
    slowReadersClosed: t.expose('slowReadersClosed', {
      type: 'SafeInt',
      description: 'Connections closed because they had stopped reading.',
    }),
  }),
});

const ReconnectionStats = builder.objectRef<StatsSnapshot['reconnection']>('ReconnectionStats').implement({
  description: 'Subscriptions that went on after a lost connection.',
  fields: (t) => ({
    resumed: t.expose('resumed', {
      type: 'SafeInt',
      description: 'Subscriptions that were resumed with every event since their last position.',
    }),
    replayed: t.expose('replayed', {
      type: 'SafeInt',
      description: 'Events they had missed and were given.',
    }),
    expired: t.expose('expired', {
      type: 'SafeInt',
      description: 'Could not be given everything, and were told so.',
    }),
  }),
});

const FEED_STATUSES = ['STARTING', 'RUNNING', 'BACKING_OFF', 'FINISHED', 'STOPPED'] as const;

const FeedStatus = builder.enumType('FeedStatus', {
  description: 'The state of a feed.',
  values: {
    STARTING: { description: 'It connects, and has delivered nothing yet.' },
    RUNNING: { description: 'The feed is connected and delivers data.' },
    BACKING_OFF: { description: 'It failed, see `lastError`, and waits before it is started again.' },
    FINISHED: { description: 'It delivered everything it has, e.g. a recording that is not repeated.' },
    STOPPED: { description: 'It was stopped, or another instance runs it.' },
  } satisfies Record<(typeof FEED_STATUSES)[number], object>,
});

/** A status that a newer build reports and this one does not know is shown as the nearest safe one. */
const feedStatusOf = (state: string): (typeof FEED_STATUSES)[number] =>
  FEED_STATUSES.find((status) => status === state) ?? 'STOPPED';

const FeedStats = builder.objectRef<FeedStatsState>('FeedStats').implement({
  description: 'A source of market data that FEEDS names, with its counters at the market leader.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The feed as FEEDS names it.' }),
    status: t.field({
      type: FeedStatus,
      description: 'What the feed is doing now.',
      resolve: ({ state }) => feedStatusOf(state),
    }),
    state: t.exposeString('state', {
      deprecationReason: 'Use `status`, which is an enum.',
      description: 'The value of `status` as text.',
    }),
    lastEventAt: t.expose('lastEventAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of the last event; null before the first one.',
    }),
    eventsPerSecond: t.exposeFloat('eventsPerSecond', {
      description: 'Events per second, averaged over the last ten seconds.',
    }),
    events: t.expose('events', {
      type: 'SafeInt',
      description: 'Events delivered since the start of the market leader.',
    }),
    lastError: t.exposeString('lastError', {
      nullable: true,
      description: 'The error that ended the last run of the feed; null when no run has failed.',
    }),
    unreadSymbols: t.field({
      type: ['String'],
      description:
        'Symbols that the feed named and the server could not read, the first 20; their reports were dropped.',
      resolve: ({ unreadSymbols = [] }) => [...unreadSymbols],
    }),
    unreadReports: t.field({
      type: 'SafeInt',
      description: 'Reports that were dropped because their symbol could not be read, since the start.',
      resolve: ({ unreadReports = 0 }) => unreadReports,
    }),
  }),
});

const InstanceStats = builder.objectRef<InstanceStatsState>('InstanceStats').implement({
  description: 'What one instance is doing, as it last said: not longer ago than some seconds.',
  fields: (t) => ({
    instance: t.exposeID('instance', {
      description: 'The id of the instance; a restarted process has a new one.',
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'The start time of the instance.' }),
    isMarketLeader: t.exposeBoolean('isMarketLeader', {
      description:
        'Whether this instance leads the market: it runs the feeds and takes in what is published at any instance.',
    }),
    keepsMarket: t.exposeBoolean('isMarketLeader', {
      deprecationReason: 'Renamed: use `isMarketLeader`.',
      description: 'The former name of `isMarketLeader`.',
    }),
    connections: t.expose('connections', {
      type: ConnectionStats,
      description: 'Connections that are open at this instance now.',
    }),
    streaming: t.expose('streaming', {
      type: StreamingStats,
      description: 'Counters of the fan-out engine of this instance.',
    }),
    reconnection: t.expose('reconnection', {
      type: ReconnectionStats,
      description: 'Clients that came back to it.',
    }),
    memoryBytes: t.expose('memoryBytes', {
      type: 'SafeInt',
      description: 'Resident memory of the process, in bytes.',
    }),
  }),
});

const Stats = builder.objectRef<StatsSnapshot>('Stats').implement({
  description: 'What this server is doing, all instances together.',
  fields: (t) => ({
    instance: t.exposeID('instance', { description: 'The id of the instance that answered this query.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      description: 'The start time of the instance that answered.',
    }),
    instances: t.field({
      type: [InstanceStats],
      description: 'Each instance: the one that answers first.',
      resolve: ({ instances }) => [...instances],
    }),
    connections: t.expose('connections', {
      type: ConnectionStats,
      description: 'Connections that are open now, over all instances.',
    }),
    rooms: t.expose('rooms', { type: RoomStats, description: 'Rooms and who is in them.' }),
    broadcasts: t.expose('broadcasts', {
      type: BroadcastStats,
      description: 'Broadcasts and their recipients, over all instances.',
    }),
    inbox: t.expose('inbox', {
      type: InboxStats,
      description: 'Items that wait in the inboxes of all users.',
    }),
    reconnection: t.expose('reconnection', {
      type: ReconnectionStats,
      description: 'Subscriptions of clients that reconnected, over all instances.',
    }),
    streaming: t.expose('streaming', {
      type: StreamingStats,
      description: 'Counters of the fan-out engine, over all instances.',
    }),
    feeds: t.field({
      type: [FeedStats],
      description: 'The feeds that FEEDS names, as the market leader reports them.',
      resolve: ({ feeds }) => [...feeds],
    }),
  }),
});

builder.queryField('stats', (t) =>
  t.field({
    type: Stats,
    description: 'What this server is doing now. In production it needs a token.',
    resolve: (_root, _args, context) => {
      requireReader(context);
      return context.services.stats();
    },
  }),
);

const MAX_SECONDS = 60;

builder.subscriptionField('stats', (t) =>
  t.field({
    type: Stats,
    description: 'The same figures, again and again.',
    args: {
      everySeconds: t.arg.int({ defaultValue: 1, description: `Seconds between two, 1 to ${MAX_SECONDS}.` }),
    },
    extensions: liveExtensions<{ everySeconds?: number | null }>({
      routing: ['everySeconds'],
      open: (context, { everySeconds }) => {
        requireReader(context);
        const seconds = everySeconds ?? 1;
        if (seconds < 1 || seconds > MAX_SECONDS) {
          throw new TickroomError('INVALID_INPUT', `everySeconds must be 1 to ${MAX_SECONDS}.`);
        }
        return {
          topics: [statsTopic(seconds)],
          policy: 'LATEST',
          onlyChanges: false,
          minIntervalMs: 0,
          project: () => eventProjection,
        };
      },
    }),
    subscribe: servedByFanout,
    resolve: (event) => (event as BusEvent<StatsSnapshot>).payload,
  }),
);
