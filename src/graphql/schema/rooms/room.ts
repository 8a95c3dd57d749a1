import type {
  Membership as MembershipState,
  RoomRole as RoomRoleName,
  Room as RoomState,
  RoomStatus as RoomStatusName,
  RoomType as RoomTypeName,
} from '../../../rooms/room.ts';
import { roomTopic } from '../../../rooms/room-event.ts';
import { builder } from '../../builder/builder.ts';
import { cursorOf, encodeCursor } from '../../context/cursor.ts';
import { checkPage, connectionOf, cursorKey, keyCursor, pageSize } from '../../context/page.ts';
import { VIEWER_DEPENDENT } from '../../live/live-field.ts';
import { User } from '../shared/user.ts';
import { messageCursor, RoomMessageConnection } from './room-message.ts';

export const RoomType = builder.enumType('RoomType', {
  description: 'Who may join a room.',
  values: {
    PUBLIC: { description: 'Every signed-in user may join.' },
    PRIVATE: {
      description: 'Users who accept an invitation may join. Others do not learn that the room exists.',
    },
    PROTECTED: { description: 'Users who know the password, or accept an invitation, may join.' },
  } satisfies Record<RoomTypeName, object>,
});

export const RoomStatus = builder.enumType('RoomStatus', {
  description: 'Only an ACTIVE room is joined and written to; every one is read.',
  values: {
    ACTIVE: { description: 'The room is in use.' },
    INACTIVE: { description: 'The room is paused: it can be read, and no message can be sent.' },
    ARCHIVED: { description: 'The room is kept as a record: it can be read, and no message can be sent.' },
    CLOSED: {
      description:
        'The room is over: it can be read, and no message can be sent. Its owner can make it ACTIVE again.',
    },
  } satisfies Record<RoomStatusName, object>,
});

export const RoomRole = builder.enumType('RoomRole', {
  description: 'What a member may do, the lowest first.',
  values: {
    GUEST: { description: 'Reads, and sees who is there.' },
    MEMBER: { description: 'Also sends, edits and deletes own messages, and mentions all.' },
    MODERATOR: { description: "Also edits and deletes others' messages, invites, kicks and broadcasts." },
    ADMIN: { description: 'Also changes the room and roles: everything but deleting it.' },
    OWNER: { description: 'May do everything, including deleting the room.' },
  } satisfies Record<RoomRoleName, object>,
});

export const Membership = builder.objectRef<MembershipState>('Membership').implement({
  description: 'The membership of one user in one room.',
  fields: (t) => ({
    roomId: t.exposeID('roomId', { description: 'The id of the room.' }),
    user: t.field({
      type: User,
      description: 'The user who is the member.',
      resolve: ({ userId }) => ({ id: userId }),
    }),
    role: t.expose('role', {
      type: RoomRole,
      description: 'The role of the member, which decides what they may do in the room.',
    }),
    joinedAt: t.expose('joinedAt', {
      type: 'DateTime',
      description: 'The time at which the user became a member.',
    }),
    online: t.boolean({
      description: 'Whether they have the room open now, on any instance.',
      resolve: async ({ roomId, userId }, _args, { services }) =>
        (await services.presence.online(roomTopic(roomId), [userId])).has(userId),
    }),
  }),
});

const MembershipConnection = builder.connectionObject(
  { type: Membership, name: 'MembershipConnection', description: 'A page of the members of a room.' },
  { name: 'MembershipEdge', description: 'A membership and the cursor of its position.' },
);

export const Room = builder.objectRef<RoomState>('Room').implement({
  description: 'A chat room with members, roles and stored messages.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the room.' }),
    name: t.exposeString('name', { description: 'Its name; several rooms may have the same.' }),
    description: t.exposeString('description', {
      description: 'What the room is for, as its owner wrote it; may be empty.',
    }),
    type: t.expose('type', { type: RoomType, description: 'Who may join the room.' }),
    status: t.expose('status', { type: RoomStatus, description: 'Whether the room is in use.' }),
    maxMembers: t.exposeInt('maxMembers', {
      nullable: true,
      description: 'Room for so many; null: no limit.',
    }),
    memberCount: t.exposeInt('memberCount', { description: 'How many members the room has, online or not.' }),
    lastSequence: t.expose('lastSequence', {
      type: 'SafeInt',
      description: 'The sequence of the newest message; 0 when there is none. For a badge use `unreadCount`.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'The time at which the room was created.',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'The time of the last change of its settings.',
    }),
    viewerRole: t.field({
      type: RoomRole,
      nullable: true,
      description: 'Your role in it; null: you are no member.',
      extensions: VIEWER_DEPENDENT,
      resolve: async ({ id }, _args, { viewer, services }) =>
        viewer && ((await services.rooms.membership(viewer, id))?.role ?? null),
    }),
    unreadCount: t.int({
      description:
        'How many messages of other members came after the last one you have read, deleted ones left out: the same on all your devices. Counted up to 1,000. 0 when you are no member.',
      extensions: VIEWER_DEPENDENT,
      resolve: async ({ id }, _args, { viewer, services }) =>
        (viewer && (await services.reads.state(viewer.id, id))?.unread) ?? 0,
    }),
    readSequence: t.field({
      type: 'SafeInt',
      nullable: true,
      description:
        'The sequence of the last message that you have read, on whichever device; null when you are no member.',
      extensions: VIEWER_DEPENDENT,
      resolve: async ({ id }, _args, { viewer, services }) =>
        (viewer && (await services.reads.state(viewer.id, id))?.readSequence) ?? null,
    }),
    members: t.field({
      type: MembershipConnection,
      description: 'Members by user id. Needs to be a member.',
      extensions: VIEWER_DEPENDENT,
      args: {
        first: t.arg.int({ description: 'How many members to return: 1 to 100. Default: 50.' }),
        after: t.arg.string({ description: 'The cursor of the last one you have.' }),
      },
      resolve: async ({ id }, { first, after }, { viewer, services }) => {
        checkPage({ first });
        const limit = pageSize(first, 50);
        const page = await services.rooms.members(viewer, id, { limit, after: cursorKey(after) });
        return connectionOf(page.items, ({ userId }) => keyCursor(userId), {
          after: page.hasMore,
          before: Boolean(after),
        });
      },
    }),
    messages: t.field({
      type: RoomMessageConnection,
      description:
        'Messages in order of sequence, the newest page unless asked otherwise. Needs to be a member.',
      extensions: VIEWER_DEPENDENT,
      args: {
        first: t.arg.int({ description: 'So many from the beginning, or after `after`. Up to 100.' }),
        after: t.arg({ type: 'Cursor', description: 'Returns messages newer than this cursor.' }),
        last: t.arg.int({
          description: 'So many before the end, or before `before`. Up to 100. Default: 50.',
        }),
        before: t.arg({ type: 'Cursor', description: 'Returns messages older than this cursor.' }),
      },
      resolve: async ({ id }, args, { viewer, services }) => {
        checkPage(args);
        const forward = typeof args.first === 'number';
        const limit = forward ? pageSize(args.first, 50) : pageSize(args.last, 50, 'last');
        const after = cursorOf(args.after, 'room', id)?.sequence;
        const before = cursorOf(args.before, 'room', id)?.sequence;
        // one more tells whether there are more
        const found = await services.messages.history(viewer, id, {
          after,
          before,
          from: forward ? 'first' : 'last',
          limit: limit + 1,
        });
        const more = found.length > limit;
        const items = forward ? found.slice(0, limit) : found.slice(more ? 1 : 0);
        return connectionOf(
          items,
          (message) => encodeCursor(messageCursor(message, services.storedEpoch())),
          {
            before: forward ? after !== undefined : more,
            after: forward ? more : before !== undefined,
          },
        );
      },
    }),
  }),
});
