import { roomKey } from '../../../rooms/room-store.ts';
import { builder } from '../../builder/builder.ts';
import { audited } from '../../context/audited.ts';
import { checkPage, connectionOf, cursorKey, keyCursor, pageSize } from '../../context/page.ts';
import { Membership, Room, RoomRole, RoomStatus, RoomType } from './room.ts';

const CreateRoomInput = builder.inputType('CreateRoomInput', {
  description: 'The settings of a new room.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The name of the room: 1 to 100 characters.' }),
    description: t.string({ description: 'Up to 1,000 characters. Default: empty.' }),
    type: t.field({
      type: RoomType,
      defaultValue: 'PUBLIC',
      description: 'Who may join the room. Default: PUBLIC.',
    }),
    password: t.string({ description: 'PROTECTED needs one, up to 256 characters; others have none.' }),
    maxMembers: t.int({ description: 'Room for so many, 1 to 1,000,000. Default: no limit.' }),
  }),
});

const UpdateRoomInput = builder.inputType('UpdateRoomInput', {
  description: 'What to change about a room; what is left out stays.',
  fields: (t) => ({
    name: t.string({ description: 'The new name: 1 to 100 characters. Absent keeps the name.' }),
    description: t.string({ description: 'The new description: up to 1,000 characters. Absent keeps it.' }),
    type: t.field({ type: RoomType, description: 'Who may join from now on; members stay.' }),
    password: t.string({ description: 'The new password of a PROTECTED room.' }),
    status: t.field({
      type: RoomStatus,
      description: 'ARCHIVED or CLOSED puts it out of use; ACTIVE puts it back.',
    }),
    maxMembers: t.int({ description: 'Room for so many, at least as many as there are; null: no limit.' }),
  }),
});

builder.queryFields((t) => ({
  room: t.field({
    type: Room,
    nullable: true,
    description: 'A room. A PRIVATE one only its members see: to others it is ROOM_NOT_FOUND.',
    args: { id: t.arg.id({ required: true, description: 'The id of the room.' }) },
    resolve: (_root, { id }, { viewer, services }) => services.rooms.room(viewer, id),
  }),
}));

builder.queryField('rooms', (t) =>
  t.connection(
    {
      type: Room,
      description: 'Rooms that you may see, by name: all but PRIVATE ones that you are no member of.',
      args: {
        search: t.arg.string({ description: 'Returns rooms whose name contains this text.' }),
        joined: t.arg.boolean({
          description: 'true: only those that you are a member of. false: only the others. Default: both.',
        }),
      },
      resolve: async (_root, { first, after, last, before, search, joined }, { viewer, services }) => {
        checkPage({ first, last, before });
        const backward = last != null;
        const filter = { search: search ?? undefined, joined: joined ?? undefined };
        const page = await services.rooms.rooms(viewer, filter, {
          limit: backward ? pageSize(last, 20, 'last') : pageSize(first, 20),
          after: cursorKey(after),
          before: cursorKey(before),
          backward,
        });
        return connectionOf(page.items, (room) => keyCursor(roomKey(room)), {
          after: backward ? Boolean(before) : page.hasMore,
          before: backward ? page.hasMore : Boolean(after),
        });
      },
    },
    { name: 'RoomConnection', description: 'A page of rooms, by name.' },
    { name: 'RoomEdge', description: 'A room and the cursor of its position.' },
  ),
);

builder.mutationFields((t) => ({
  createRoom: t.field({
    type: Room,
    description: 'Creates a room, and makes you its OWNER.',
    args: {
      input: t.arg({ type: CreateRoomInput, required: true, description: 'The settings of the new room.' }),
    },
    resolve: (_root, { input }, { viewer, services }) => services.rooms.create(viewer, input),
  }),
  updateRoom: t.field({
    type: Room,
    description: 'Changes a room. Needs the role OWNER or ADMIN in it.',
    args: {
      id: t.arg.id({ required: true, description: 'The id of the room.' }),
      input: t.arg({
        type: UpdateRoomInput,
        required: true,
        description: 'The settings to change; absent ones stay.',
      }),
    },
    resolve: (_root, { id, input }, { viewer, services }) => services.rooms.update(viewer, id, input),
  }),
  deleteRoom: t.id({
    description: 'Deletes a room with its messages, for ever. Needs the role OWNER in it. Answers its id.',
    args: { id: t.arg.id({ required: true, description: 'The id of the room.' }) },
    resolve: async (_root, { id }, context) => {
      const { viewer, services } = context;
      await audited(context, { what: 'deleteRoom', target: id }, () => services.rooms.delete(viewer, id));
      return id;
    },
  }),
  joinRoom: t.field({
    type: Membership,
    description: 'Makes you a MEMBER. Joining again changes nothing.',
    args: {
      roomId: t.arg.id({ required: true, description: 'The id of the room to join.' }),
      password: t.arg.string({
        description: 'The password of a PROTECTED room; not needed for other rooms.',
      }),
    },
    resolve: (_root, { roomId, password }, { viewer, services }) =>
      services.rooms.join(viewer, roomId, password ?? undefined),
  }),
  leaveRoom: t.id({
    description: 'Ends your membership. Answers the id of the room.',
    args: { roomId: t.arg.id({ required: true, description: 'The id of the room to leave.' }) },
    resolve: async (_root, { roomId }, { viewer, services }) => {
      await services.rooms.leave(viewer, roomId);
      return roomId;
    },
  }),
  kickFromRoom: t.id({
    description:
      'Ends the membership of somebody below you, and what they have open in the room. Answers the id of the user.',
    args: {
      roomId: t.arg.id({ required: true, description: 'The id of the room.' }),
      userId: t.arg.id({ required: true, description: 'The id of the member to remove.' }),
    },
    resolve: async (_root, { roomId, userId }, context) => {
      const { viewer, services } = context;
      await audited(context, { what: 'kickFromRoom', target: `${roomId}/${userId}` }, () =>
        services.rooms.kick(viewer, roomId, userId),
      );
      return userId;
    },
  }),
  setRoomRole: t.field({
    type: Membership,
    description: 'Changes the role of somebody below you. Lowering it ends what they have open in the room.',
    args: {
      roomId: t.arg.id({ required: true, description: 'The id of the room.' }),
      userId: t.arg.id({ required: true, description: 'The id of the member whose role changes.' }),
      role: t.arg({ type: RoomRole, required: true, description: 'The new role, below your own.' }),
    },
    resolve: (_root, { roomId, userId, role }, context) =>
      audited(context, { what: 'setRoomRole', target: `${roomId}/${userId} ${role}` }, () =>
        context.services.rooms.setRole(context.viewer, roomId, userId, role),
      ),
  }),
}));
