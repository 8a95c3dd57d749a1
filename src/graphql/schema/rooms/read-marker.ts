import { requireViewer } from '../../../auth/require-viewer.ts';
import type { BusEvent } from '../../../bus/bus.ts';
import { eventProjection } from '../../../fanout/payload/event-projection.ts';
import { type RoomRead as RoomReadState, readsTopic } from '../../../rooms/reads/room-reads.ts';
import { builder } from '../../builder/builder.ts';
import { liveExtensions, servedByFanout } from '../../live/live-field.ts';

const RoomRead = builder.objectRef<RoomReadState>('RoomRead').implement({
  description: 'Up to where you have read a room.',
  fields: (t) => ({
    roomId: t.exposeID('roomId', { description: 'The id of the room.' }),
    readSequence: t.expose('readSequence', {
      type: 'SafeInt',
      description: 'The sequence of the last message that you have read; 0: none.',
    }),
    unreadCount: t.exposeInt('unread', {
      description: 'Unread messages after it, as in `Room.unreadCount`.',
    }),
  }),
});

builder.mutationField('markRoomRead', (t) =>
  t.field({
    type: RoomRead,
    description:
      'Marks the messages of a room as read up to one, for all your devices. The position moves forward only.',
    args: {
      roomId: t.arg.id({ required: true, description: 'The id of the room; you must be a member.' }),
      sequence: t.arg({
        type: 'SafeInt',
        description: 'The `sequence` of the last message that you have read. Default: the newest one.',
      }),
    },
    resolve: (_root, { roomId, sequence }, { viewer, services }) =>
      services.reads.markRead(viewer, roomId, sequence ?? undefined),
  }),
);

builder.subscriptionField('roomRead', (t) =>
  t.field({
    type: RoomRead,
    description:
      'Emits when you mark a room as read on any of your devices, so that all of them lower their badge. After a lost connection query `unreadCount` again. New messages come by `roomMessages`.',
    extensions: liveExtensions({
      routing: [],
      isTransient: true,
      open: ({ viewer }) => ({
        topics: [readsTopic(requireViewer(viewer).id)],
        policy: 'EVERY',
        onlyChanges: false,
        minIntervalMs: 0,
        project: () => eventProjection,
      }),
    }),
    subscribe: servedByFanout,
    resolve: (event) => (event as BusEvent<RoomReadState>).payload,
  }),
);
