import { ROOM_ROLES, type RoomRole } from './room.ts';

/** Where changes of who may do what in rooms are announced. */
export const ACCESS_TOPIC = 'access';

/** Something that may end what users have open. */
export type AccessChange =
  | { readonly kind: 'role'; readonly roomId: string; readonly userId: string; readonly role: RoomRole }
  | { readonly kind: 'left' | 'kicked'; readonly roomId: string; readonly userId: string }
  | { readonly kind: 'deleted'; readonly roomId: string };

/** Announced where changes may have been missed: everybody asks what is so now. */
export const RECHECK = { kind: 'recheck' } as const;

export const isRecheck = (payload: unknown): boolean =>
  (payload as { kind?: unknown } | null)?.kind === RECHECK.kind;

/** What was announced, perhaps by another version of this server; undefined: it cannot be understood. */
export function parseAccessChange(payload: unknown): AccessChange | undefined {
  const change = payload as Partial<Record<'kind' | 'roomId' | 'userId' | 'role', unknown>> | null;
  if (typeof change !== 'object' || change === null || typeof change.roomId !== 'string') return undefined;
  const { kind, userId, role } = change;
  const isOfUser = typeof userId === 'string';
  const isChange =
    kind === 'deleted' ||
    (isOfUser && (kind === 'left' || kind === 'kicked')) ||
    (isOfUser && kind === 'role' && ROOM_ROLES.some((known) => known === role));
  return isChange ? (change as AccessChange) : undefined;
}
