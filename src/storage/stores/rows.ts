import type { InboxItem } from '../../inbox/inbox-item.ts';
import type { Membership, Room, RoomRole, RoomStatus, RoomType } from '../../rooms/room.ts';
import type { MessageType, RoomMessage } from '../../rooms/room-message.ts';
import type {
  InboxItem as InboxItemRow,
  Membership as MembershipRow,
  RoomMessage as RoomMessageRow,
  Room as RoomRow,
} from '../generated/client.ts';

/** Rows hold what this server wrote, so their texts are of the types they were written from. */
export const roomOf = (row: RoomRow): Room => ({
  id: row.id,
  name: row.name,
  description: row.description,
  type: row.type as RoomType,
  status: row.status as RoomStatus,
  maxMembers: row.maxMembers,
  memberCount: row.memberCount,
  lastSequence: Number(row.lastSequence),
  lastPosition: Number(row.lastPosition),
  createdAt: row.createdAt.getTime(),
  updatedAt: row.updatedAt.getTime(),
});

export const membershipOf = (row: MembershipRow): Membership => ({
  roomId: row.roomId,
  userId: row.userId,
  role: row.role as RoomRole,
  joinedAt: row.joinedAt.getTime(),
});

export const messageOf = (row: RoomMessageRow): RoomMessage => ({
  id: row.id,
  roomId: row.roomId,
  sequence: Number(row.sequence),
  position: Number(row.position),
  senderId: row.senderId,
  type: row.type as MessageType,
  content: row.content,
  metadata: row.metadata,
  mentionsAll: row.mentionsAll,
  createdAt: row.createdAt.getTime(),
  editedAt: row.editedAt?.getTime() ?? null,
  deletedAt: row.deletedAt?.getTime() ?? null,
});

export const inboxItemOf = (row: InboxItemRow): InboxItem => ({
  id: row.id,
  userId: row.userId,
  sequence: Number(row.sequence),
  senderId: row.senderId,
  roomId: row.roomId,
  type: row.type as MessageType,
  content: row.content,
  metadata: row.metadata,
  createdAt: row.createdAt.getTime(),
});
