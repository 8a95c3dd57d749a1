import type { BusEvent } from '../../../bus/bus.ts';
import { eventProjection } from '../../../fanout/payload/event-projection.ts';
import { roomTopic } from '../../../rooms/room-event.ts';
import type {
  MESSAGE_TYPES,
  RoomEvent,
  RoomMessage as RoomMessageState,
} from '../../../rooms/room-message.ts';
import { builder } from '../../builder/builder.ts';
import { type CursorValue, cursorOf } from '../../context/cursor.ts';
import { liveExtensions, servedByFanout } from '../../live/live-field.ts';
import { enterRoom } from '../../live/room-entry.ts';
import { User } from '../shared/user.ts';

export const MessageType = builder.enumType('MessageType', {
  description: 'What a message is for, so that it can be shown accordingly.',
  values: {
    TEXT: { description: 'A message that a member wrote.' },
    NOTIFICATION: { description: 'Information that needs no action.' },
    ALERT: { description: 'Something that its readers must act on.' },
    SYSTEM: { description: 'About the room or the service; in a room, of moderators only.' },
    DATA: { description: 'A message for programs; its payload is in `metadata`.' },
  } satisfies Record<(typeof MESSAGE_TYPES)[number], object>,
});

export const messageCursor = (message: RoomMessageState, epoch: string): CursorValue => ({
  kind: 'room',
  owner: message.roomId,
  position: message.position,
  sequence: message.sequence,
  epoch,
});

export const RoomMessage = builder.objectRef<RoomMessageState>('RoomMessage').implement({
  description: 'What was said in a room.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the message, unique over all rooms.' }),
    roomId: t.exposeID('roomId', { description: 'The id of the room to which the message belongs.' }),
    sequence: t.expose('sequence', {
      type: 'SafeInt',
      description: 'The position in the room: contiguous, from 1.',
    }),
    cursor: t.field({
      type: 'Cursor',
      description: 'To go on after it, in roomMessages and in history.',
      resolve: (message, _args, { services }) => messageCursor(message, services.storedEpoch()),
    }),
    sender: t.field({
      type: User,
      description: 'The user who sent the message.',
      resolve: ({ senderId }) => ({ id: senderId }),
    }),
    type: t.expose('type', { type: MessageType, description: 'What the message asks of its readers.' }),
    content: t.string({
      nullable: true,
      description: 'The text; null once it is deleted.',
      resolve: ({ content, deletedAt }) => (deletedAt === null ? content : null),
    }),
    metadata: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What the sender added for programs; null: nothing, or it is deleted.',
      resolve: ({ metadata }) => metadata,
    }),
    mentionsAll: t.exposeBoolean('mentionsAll', {
      description: 'Whether the message mentions all members of the room.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'The time at which the server stored the message.',
    }),
    editedAt: t.expose('editedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time of the last edit; null when it was never edited.',
    }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time of the deletion, after which the content is null; null when it was not deleted.',
    }),
  }),
});

export const RoomMessageConnection = builder.connectionObject(
  { type: RoomMessage, name: 'RoomMessageConnection', description: 'A page of messages, by sequence.' },
  { name: 'RoomMessageEdge', description: 'A message and the cursor of its position.' },
);

const RoomMessageEventKind = builder.enumType('RoomMessageEventKind', {
  description: 'What happened to a message of a room.',
  values: {
    CREATED: { description: 'The message was sent.' },
    EDITED: { description: 'The content of the message was edited.' },
    DELETED: { description: 'Its content is gone; its sequence stays.' },
  } satisfies Record<RoomEvent['kind'], object>,
});

const RoomMessageEvent = builder.objectRef<RoomEvent>('RoomMessageEvent').implement({
  description:
    'Something that happened to a message. In a replay the message is as it is now, and of several changes only the newest is told.',
  fields: (t) => ({
    kind: t.expose('kind', { type: RoomMessageEventKind, description: 'What happened to the message.' }),
    cursor: t.field({
      type: 'Cursor',
      description: 'Pass the last one you received as `after` to go on from here.',
      resolve: ({ message, position }, _args, { services }) => ({
        ...messageCursor(message, services.storedEpoch()),
        position,
      }),
    }),
    message: t.expose('message', { type: RoomMessage, description: 'The message as it is now.' }),
  }),
});

const RoomMessageInput = builder.inputType('RoomMessageInput', {
  description: 'The content of a message to send.',
  fields: (t) => ({
    content: t.string({ required: true, description: 'The text, 1 to 10,000 characters.' }),
    type: t.field({
      type: MessageType,
      defaultValue: 'TEXT',
      description: 'What the message asks of its readers. Default: TEXT.',
    }),
    metadata: t.field({ type: 'JSON', description: 'For programs; up to 16 KB.' }),
    mentionsAll: t.boolean({
      defaultValue: false,
      description: 'Whether the message mentions all members of the room. Default: false.',
    }),
    clientId: t.string({
      description:
        'Your own id for it, up to 100 characters: sending again with the same one gives the first message instead of a second.',
    }),
  }),
});

builder.mutationFields((t) => ({
  sendRoomMessage: t.field({
    type: RoomMessage,
    description: 'Sends a message to a room. It is stored once this answers.',
    args: {
      roomId: t.arg.id({ required: true, description: 'The id of the room; you must be a member.' }),
      input: t.arg({ type: RoomMessageInput, required: true, description: 'The content of the message.' }),
    },
    resolve: (_root, { roomId, input }, { viewer, services }) =>
      services.messages.send(viewer, roomId, input),
  }),
  editRoomMessage: t.field({
    type: RoomMessage,
    description: 'Changes the content of a message: your own, or any as a moderator.',
    args: {
      id: t.arg.id({ required: true, description: 'The id of the message.' }),
      content: t.arg.string({ required: true, description: 'The new text, 1 to 10,000 characters.' }),
    },
    resolve: (_root, { id, content }, { viewer, services }) => services.messages.edit(viewer, id, content),
  }),
  deleteRoomMessage: t.id({
    description:
      'Forgets the content of a message, your own, or any as a moderator. Its sequence stays. Answers its id.',
    args: { id: t.arg.id({ required: true, description: 'The id of the message.' }) },
    resolve: async (_root, { id }, { viewer, services }) => {
      await services.messages.delete(viewer, id);
      return id;
    },
  }),
}));

interface RoomMessagesArgs {
  roomId: string;
  after?: CursorValue | null;
}

builder.subscriptionField('roomMessages', (t) =>
  t.field({
    type: RoomMessageEvent,
    description:
      'What happens to messages of a room, each in order, none left out and none twice, however slowly you read: with `after`, everything since then first. Needs to be a member; ends with PERMISSION_DENIED when that ends.',
    args: {
      roomId: t.arg.id({ required: true, description: 'The id of the room; you must be a member.' }),
      after: t.arg({ type: 'Cursor', description: 'Go on after this. Default: from now on.' }),
    },
    extensions: liveExtensions<RoomMessagesArgs>({
      routing: ['roomId', 'after'],
      open: async (context, { roomId, after }, subscription) => {
        const cursor = cursorOf(after, 'room', roomId);
        await enterRoom(context, roomId, 'readMessages', subscription);
        const topic = roomTopic(roomId);
        return {
          topics: [topic],
          after: cursor && new Map([[topic, { epoch: cursor.epoch, sequence: cursor.position }]]),
          policy: 'REPLAY',
          onlyChanges: false,
          minIntervalMs: 0,
          project: () => eventProjection,
          replay: context.services.roomEvents,
        };
      },
    }),
    subscribe: servedByFanout,
    resolve: (event) => (event as BusEvent<RoomEvent>).payload,
  }),
);
