import type { BusEvent } from '../../bus/bus.ts';
import { TickroomError } from '../../errors.ts';
import type { QueuedNotice } from '../../fanout/notices/notice-board.ts';
import { eventProjection } from '../../fanout/payload/event-projection.ts';
import { builder } from '../builder/builder.ts';
import { liveExtensions, servedByFanout } from '../live/live-field.ts';
import { noticesTopic } from '../live/notices-topic.ts';

const NoticeKind = builder.enumType('NoticeKind', {
  description: 'The kind of event that a notice reports.',
  values: {
    GAP: { description: 'Events of a subscription were lost: load what you show anew, or show the hole.' },
    RESUME: { description: 'A subscription went on after a lost connection, completely or not.' },
    EPOCH_CHANGED: { description: 'The numbering of a topic began anew.' },
  } as const,
});

const NoticeType = builder.objectRef<QueuedNotice>('Notice').implement({
  description:
    'What a client should know beside the events of its subscriptions. The same is in `extensions` of the next message of the subscription, which many client libraries do not show.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description:
        'The same in `extensions.gap.id` or `extensions.resume.id`: who reads both counts it once.',
    }),
    kind: t.expose('kind', { type: NoticeKind, description: 'The kind of event that this notice reports.' }),
    operationId: t.exposeID('operationId', {
      nullable: true,
      description:
        "The client's id of the subscription in the protocol of the WebSocket; null over event streams, which have none.",
    }),
    topic: t.exposeString('topic', {
      nullable: true,
      description: 'Where the events were, such as "trade:AAPL"; null: all that the subscription asks for.',
    }),
    from: t.expose('from', {
      type: 'SafeInt',
      nullable: true,
      description: 'Sequence of the first lost event; null: none is lost, or it is not known.',
    }),
    to: t.expose('to', {
      type: 'SafeInt',
      nullable: true,
      description: 'Sequence of the last lost event; null: none is lost, or it is not known.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description:
        'Why: SLOW_READER, OUTAGE, INBOX_FULL, HISTORY_GONE, LEADER_CHANGED, TOO_MANY, POSITION_UNKNOWN, SESSION_UNKNOWN or EPOCH_CHANGED; null: nothing is missing.',
    }),
    recovered: t.exposeBoolean('recovered', {
      nullable: true,
      description:
        'RESUME: whether the subscription has everything that it missed; null: it is no resumption, or that is not known yet.',
    }),
    replayed: t.exposeInt('replayed', {
      nullable: true,
      description: 'RESUME: how many missed events are sent again; null: as above.',
    }),
    dropped: t.exposeInt('dropped', {
      description: 'How many notices before this one nobody read in time: 100 of them wait at the most.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'The time at which the server noticed it.' }),
  }),
});

builder.subscriptionField('notices', (t) =>
  t.field({
    type: NoticeType,
    description:
      'What you should know about your other subscriptions, at once: lost events, and how they went on after a lost connection. First what happened before you subscribed and nobody read. One subscription is for all of a WebSocket connection; event streams, of which each is a connection, belong together where they name the same `session` in the `extensions` of their requests.',
    extensions: liveExtensions<Record<string, never>>({
      routing: [],
      isTransient: true,
      open: ({ connection }) => {
        const client = connection?.noticesOf;
        if (client === undefined) {
          throw new TickroomError(
            'INVALID_INPUT',
            'Notices over an event stream need a session: send {"extensions": {"session": "<20 random characters or more>"}} with each of your streams.',
          );
        }
        return {
          topics: [],
          ownTopics: [noticesTopic(client)],
          policy: 'EVERY',
          onlyChanges: false,
          minIntervalMs: 0,
          project: () => eventProjection,
        };
      },
    }),
    subscribe: servedByFanout,
    resolve: (event) => (event as BusEvent<QueuedNotice>).payload,
  }),
);
