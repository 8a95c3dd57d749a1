import type { RoomRole } from '../gql/graphql.ts';

/** The lowest first, as in the schema. */
export const ROLES = [
  'GUEST',
  'MEMBER',
  'MODERATOR',
  'ADMIN',
  'OWNER',
] as const satisfies readonly RoomRole[];

export const rankOf = (role: RoomRole | null | undefined): number => (role ? ROLES.indexOf(role) : -1);

/** What to offer; the server decides. */
export const maySend = (role: RoomRole | null | undefined): boolean => rankOf(role) >= rankOf('MEMBER');
export const mayModerate = (role: RoomRole | null | undefined): boolean =>
  rankOf(role) >= rankOf('MODERATOR');
export const maySetRoles = (role: RoomRole | null | undefined): boolean => rankOf(role) >= rankOf('ADMIN');
/** The same as for roles: whoever may say who does what may say what the room is. */
export const mayChangeRoom = maySetRoles;
export const mayDeleteRoom = (role: RoomRole | null | undefined): boolean => role === 'OWNER';

/** A member can only manage members of a lower role. */
export const isBelow = (other: RoomRole, own: RoomRole | null | undefined): boolean =>
  rankOf(other) < rankOf(own);
