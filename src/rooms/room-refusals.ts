import { TickroomError } from '../errors.ts';
import { isBelow } from './permissions.ts';
import type { Room, RoomRole } from './room.ts';

/** The same for a room that does not exist and for one that the viewer may not see. */
export function notFound(): never {
  throw new TickroomError('ROOM_NOT_FOUND', 'There is no such room, or you are not invited: check its id.');
}

/** @throws TickroomError CONFLICT */
export function checkJoinable(room: Room): void {
  if (room.status !== 'ACTIVE') throw isInactive(room);
  if (room.maxMembers !== null && room.memberCount >= room.maxMembers) throw isFull(room);
}

export const isFull = ({ maxMembers }: Room): TickroomError =>
  new TickroomError(
    'CONFLICT',
    `The room is full: it has space for ${maxMembers}. Try again when somebody has left.`,
  );

export const isInactive = ({ status }: Pick<Room, 'status'>): TickroomError =>
  new TickroomError(
    'CONFLICT',
    `The room is ${status} and may only be read: its OWNER or ADMIN can make it ACTIVE.`,
  );

export const ownsTooMany = (most: number | undefined): TickroomError =>
  new TickroomError(
    'CONFLICT',
    `You are an OWNER of ${most} rooms, which is as many as one may have: delete one first, or leave it to another OWNER.`,
  );

/**
 * OWNERs may make further ones; others give roles below their own.
 * @throws TickroomError PERMISSION_DENIED
 */
export function checkGrant(own: RoomRole, role: RoomRole): void {
  if (isBelow(role, own) || own === 'OWNER') return;
  throw new TickroomError('PERMISSION_DENIED', `You may give roles below your own, which is ${own}.`, {
    permission: 'setRole',
  });
}
