import type { Invitation } from '../../../rooms/invitations/invitation-store.ts';
import type { SentInvitation } from '../../../rooms/invitations/invitations.ts';
import { builder } from '../../builder/builder.ts';
import { User } from '../shared/user.ts';
import { Membership, RoomRole } from './room.ts';

const InvitationState = builder.enumType('InvitationState', {
  description: 'What an invitation has led to.',
  values: {
    PENDING: { description: 'The user has not answered yet, or does not want to.' },
    MEMBER: { description: 'The user is a member of the room.' },
  } as const,
});

const RoomInvitation = builder
  .objectRef<Invitation & Partial<Pick<SentInvitation, 'isMember'>> & { readonly roomName?: string }>(
    'RoomInvitation',
  )
  .implement({
    description: 'An invitation to a room. The user becomes a member by accepting it, and not before.',
    fields: (t) => ({
      roomId: t.exposeID('roomId', { description: 'The id of the room.' }),
      roomName: t.string({
        nullable: true,
        description: 'The name of the room, for the user who is invited; null in the answer to the inviter.',
        resolve: ({ roomName }) => roomName ?? null,
      }),
      user: t.field({
        type: User,
        description: 'The user who is invited.',
        resolve: ({ userId }) => ({ id: userId }),
      }),
      inviter: t.field({
        type: User,
        description: 'The user who invites.',
        resolve: ({ invitedBy }) => ({ id: invitedBy }),
      }),
      role: t.expose('role', {
        type: RoomRole,
        description: 'The role in the room that the user gets by accepting, or has as a member.',
      }),
      state: t.field({
        type: InvitationState,
        description: 'Whether the invitation waits for an answer.',
        resolve: ({ isMember }) => (isMember ? 'MEMBER' : 'PENDING'),
      }),
      createdAt: t.expose('createdAt', {
        type: 'DateTime',
        description: 'The time at which the invitation was sent.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'The time at which the invitation ends by itself: 30 days after it was sent.',
      }),
    }),
  });

builder.queryFields((t) => ({
  roomInvitations: t.field({
    type: [RoomInvitation],
    description:
      'Your pending invitations, the newest first; at most 100. A new one also comes to your inbox, with `metadata.kind` ROOM_INVITATION.',
    resolve: async (_root, _args, { viewer, services }) => [...(await services.invitations.pending(viewer))],
  }),
  blockedInviters: t.field({
    type: [User],
    description: 'The users whose invitations you do not want, by id; at most 1,000.',
    resolve: async (_root, _args, { viewer, services }) =>
      (await services.invitations.blocked(viewer)).map((id) => ({ id })),
  }),
}));

builder.mutationFields((t) => ({
  inviteToRoom: t.field({
    type: RoomInvitation,
    description:
      'Invites another user, whatever the type of the room. The user decides: see `acceptRoomInvitation`. Inviting again renews the invitation; a member stays as is.',
    args: {
      roomId: t.arg.id({ required: true, description: 'The id of the room.' }),
      userId: t.arg.id({ required: true, description: 'The id of the user to invite.' }),
      role: t.arg({
        type: RoomRole,
        defaultValue: 'MEMBER',
        description: 'The role that the user gets, below your own. Default: MEMBER.',
      }),
    },
    resolve: (_root, { roomId, userId, role }, { viewer, services }) =>
      services.invitations.invite(viewer, roomId, userId, role ?? 'MEMBER'),
  }),
  acceptRoomInvitation: t.field({
    type: Membership,
    description: 'Makes you a member of a room that you are invited to, with the role of the invitation.',
    args: { roomId: t.arg.id({ required: true, description: 'The id of the room.' }) },
    resolve: (_root, { roomId }, { viewer, services }) => services.invitations.accept(viewer, roomId),
  }),
  declineRoomInvitation: t.id({
    description: 'Forgets an invitation to a room. Answers the id of the room.',
    args: {
      roomId: t.arg.id({ required: true, description: 'The id of the room.' }),
      block: t.arg.boolean({
        defaultValue: false,
        description: 'Whether to refuse all further invitations of the inviter, see `blockInviter`.',
      }),
    },
    resolve: async (_root, { roomId, block }, { viewer, services }) => {
      await services.invitations.decline(viewer, roomId, block ?? false);
      return roomId;
    },
  }),
  blockInviter: t.id({
    description:
      'Refuses all invitations of a user, and forgets pending ones. The user does not learn of it. Answers the id of the user.',
    args: { userId: t.arg.id({ required: true, description: 'The id of the user to block.' }) },
    resolve: async (_root, { userId }, { viewer, services }) => {
      await services.invitations.block(viewer, userId);
      return userId;
    },
  }),
  unblockInviter: t.id({
    description: 'Takes invitations of a user again. Answers the id of the user.',
    args: { userId: t.arg.id({ required: true, description: 'The id of the user to unblock.' }) },
    resolve: async (_root, { userId }, { viewer, services }) => {
      await services.invitations.unblock(viewer, userId);
      return userId;
    },
  }),
}));
