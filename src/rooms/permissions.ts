import { TickroomError } from '../errors.ts';
import { ROOM_ROLES, type RoomRole } from './room.ts';

/** The lowest role that may do each thing; who is higher may do all that who is lower may. */
const LOWEST = {
  view: 'GUEST',
  listMembers: 'GUEST',
  readMessages: 'GUEST',
  seePresence: 'GUEST',
  leave: 'GUEST',
  send: 'MEMBER',
  editOwn: 'MEMBER',
  deleteOwn: 'MEMBER',
  mentionAll: 'MEMBER',
  editMessages: 'MODERATOR',
  deleteMessages: 'MODERATOR',
  sendSystem: 'MODERATOR',
  invite: 'MODERATOR',
  kick: 'MODERATOR',
  broadcast: 'MODERATOR',
  update: 'ADMIN',
  setRole: 'ADMIN',
  deleteRoom: 'OWNER',
} as const satisfies Record<string, RoomRole>;

/** What can be done in a room. `editMessages` and `deleteMessages` are about those of others. */
export type RoomAction = keyof typeof LOWEST;
export const ROOM_ACTIONS = Object.keys(LOWEST) as RoomAction[];

const rank = (role: RoomRole): number => ROOM_ROLES.indexOf(role);

/** The role × action table. */
export const may = (role: RoomRole, action: RoomAction): boolean => rank(role) >= rank(LOWEST[action]);

export const isBelow = (role: RoomRole, other: RoomRole): boolean => rank(role) < rank(other);

/**
 * @param role null: no member
 * @returns why not; undefined: the role may
 */
export function refusal(role: RoomRole | null, action: RoomAction): TickroomError | undefined {
  if (role === null) {
    return new TickroomError('PERMISSION_DENIED', 'This is for members of the room: join it first.', {
      permission: action,
    });
  }
  if (may(role, action)) return undefined;
  return new TickroomError(
    'PERMISSION_DENIED',
    `This needs the permission ${action} in the room, from the role ${LOWEST[action]} up; yours is ${role}.`,
    { permission: action },
  );
}
