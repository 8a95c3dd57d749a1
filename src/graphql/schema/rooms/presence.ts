import { presenceProjection, presenceTopic } from '../../../presence/presence-topic.ts';
import type { PresenceUpdate } from '../../../presence/presence-view.ts';
import { roomTopic } from '../../../rooms/room-event.ts';
import { builder } from '../../builder/builder.ts';
import { liveExtensions, SUBSCRIBER, servedByFanout } from '../../live/live-field.ts';
import { enterRoom } from '../../live/room-entry.ts';
import { User } from '../shared/user.ts';

const PresenceEventKind = builder.enumType('PresenceEventKind', {
  description: 'What changed about who is there.',
  values: {
    SNAPSHOT: { description: 'Who is there now: replaces what you knew.' },
    TOTALS: {
      description: 'Many came and went at once, in a room too large to be listed: how many are there now.',
    },
    USER_JOINED: { description: 'The user opened a first connection here.' },
    USER_LEFT: { description: 'The last connection of the user here was closed.' },
    CONNECTION_JOINED: { description: 'A further connection of a user who was there.' },
    CONNECTION_LEFT: { description: 'A connection of a user who is still there went.' },
  } satisfies Record<PresenceUpdate['kind'], object>,
});

const PresentUser = builder
  .objectRef<{ readonly userId: string; readonly connections: number }>('PresentUser')
  .implement({
    description: 'Somebody who has the room open.',
    fields: (t) => ({
      user: t.field({
        type: User,
        description: 'The user who is present.',
        resolve: ({ userId }) => ({ id: userId }),
      }),
      connections: t.exposeInt('connections', {
        description: 'How many connections of the user are open here.',
      }),
    }),
  });

const PresenceEvent = builder.objectRef<PresenceUpdate>('PresenceEvent').implement({
  description:
    'Who has the room open, by subscriptions to its messages or presence, on any instance. First a SNAPSHOT, then each change; in a rush, and for who reads too slowly, a SNAPSHOT or TOTALS instead of many changes.',
  fields: (t) => ({
    kind: t.expose('kind', { type: PresenceEventKind, description: 'What changed with this event.' }),
    user: t.field({
      type: User,
      nullable: true,
      description: 'Whom it is about; null in a SNAPSHOT and in TOTALS.',
      resolve: (update) => ('userId' in update ? { id: update.userId } : null),
    }),
    userConnections: t.int({
      nullable: true,
      description: 'Their connections after it; null in a SNAPSHOT and in TOTALS.',
      resolve: (update) => ('userId' in update ? update.userConnections : null),
    }),
    users: t.exposeInt('users', { description: 'Distinct users present after this event.' }),
    connections: t.exposeInt('connections', { description: 'Connections open after this event.' }),
    members: t.field({
      type: [PresentUser],
      nullable: true,
      description:
        'In a SNAPSHOT: who is there, the first 500 in order of entering; `room { members { online } }` has all. Else null.',
      resolve: (update) => (update.kind === 'SNAPSHOT' ? [...update.members] : null),
    }),
    complete: t.boolean({
      nullable: true,
      description: 'In a SNAPSHOT: whether members are all. Else null.',
      resolve: (update) => (update.kind === 'SNAPSHOT' ? update.complete : null),
    }),
  }),
});

builder.subscriptionField('roomPresence', (t) =>
  t.field({
    type: PresenceEvent,
    description:
      'Who is in a room, who comes and goes. Needs to be a member; ends with PERMISSION_DENIED when that ends.',
    args: {
      roomId: t.arg.id({ required: true, description: 'The id of the room to watch.' }),
      subscriber: t.arg.id(SUBSCRIBER),
    },
    extensions: liveExtensions<{ roomId: string }>({
      routing: ['roomId'],
      open: async (context, { roomId }, subscription) => {
        await enterRoom(context, roomId, 'seePresence', subscription);
        return {
          topics: [presenceTopic(roomTopic(roomId))],
          policy: 'CATCH_UP',
          onlyChanges: false,
          minIntervalMs: 0,
          project: () => presenceProjection(),
        };
      },
    }),
    subscribe: servedByFanout,
    resolve: (update) => update as PresenceUpdate,
  }),
);
