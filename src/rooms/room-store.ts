import { TickroomError } from '../errors.ts';
import type { Membership, Room, RoomRole, RoomStatus, RoomType } from './room.ts';

export interface NewRoom {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: RoomType;
  readonly maxMembers: number | null;
  readonly passwordHash: string | null;
  readonly createdAt: number;
}

/** What is undefined stays as it is. */
export interface RoomChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly type?: RoomType | undefined;
  readonly status?: RoomStatus | undefined;
  readonly maxMembers?: number | null | undefined;
  readonly passwordHash?: string | null | undefined;
}

export interface PageRequest {
  readonly limit: number;
  /** continues after the item with this key: `roomKey` of a room, the user id of a member */
  readonly after?: string | undefined;
  /** the key of the item that the page ends before */
  readonly before?: string | undefined;
  /** the last ones instead of the first ones */
  readonly backward?: boolean;
}

/** Which rooms are asked for, and by whom. */
export interface RoomFilter {
  readonly userId: string;
  /** PRIVATE rooms that the user is no member of, too */
  readonly seesAll: boolean;
  /** a part of the name */
  readonly search?: string | undefined;
  /** true: only those the user is a member of; false: only the others */
  readonly joined?: boolean | undefined;
}

/** One page, in order; `next` is the key to continue after, undefined on the last page and on an empty one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
  /** there is more in the direction of reading */
  readonly hasMore: boolean;
}

/** Where a room stands among rooms by name. */
export const roomKey = ({ name, id }: Room): string => JSON.stringify([name, id]);

/** @throws TickroomError INVALID_INPUT for a key that `roomKey` did not make */
export function parseRoomKey(key: string): readonly [name: string, id: string] {
  try {
    const [name, id, ...more] = JSON.parse(key) as unknown[];
    if (typeof name === 'string' && typeof id === 'string' && more.length === 0) return [name, id];
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw new TickroomError(
    'INVALID_INPUT',
    'This is not a cursor of rooms: pass one exactly as you received it.',
  );
}

export interface RoomCounts {
  readonly total: number;
  readonly active: number;
  /** memberships */
  readonly members: number;
  /** distinct users among them */
  readonly users: number;
}

/**
 * Keeps rooms and memberships. Every call is atomic: `memberCount` equals the memberships at all times, and costs no
 * scan of them.
 * @throws TickroomError SERVICE_UNAVAILABLE, from every call, when the database cannot be reached
 */
export interface RoomStore {
  /** Creates an ACTIVE room whose only member is its OWNER. */
  create(room: NewRoom, ownerId: string): Promise<Room>;
  /**
   * Creates a room if its owner is OWNER of fewer than so many, also when several are created at once.
   * @returns undefined: there are so many already
   */
  createWithin(most: number, room: NewRoom, ownerId: string): Promise<Room | undefined>;
  room(id: string): Promise<Room | undefined>;
  /** null: the room has no password, or does not exist */
  passwordHash(id: string): Promise<string | null>;
  /** @returns undefined when there is no such room */
  update(id: string, changes: RoomChanges, at: number): Promise<Room | undefined>;
  /** Deletes the room with its memberships and messages. @returns false when there is none */
  delete(id: string): Promise<boolean>;
  /** Rooms by name that the user may see: all but PRIVATE ones it is no member of. */
  rooms(filter: RoomFilter, page: PageRequest): Promise<Page<Room>>;

  membership(roomId: string, userId: string): Promise<Membership | undefined>;
  /** The role of each, in the order asked; undefined: no member, or there is no such room. */
  roles(
    members: readonly { readonly roomId: string; readonly userId: string }[],
  ): Promise<readonly (RoomRole | undefined)[]>;
  /** The room and the user's membership in one read. */
  seen(
    roomId: string,
    userId: string,
  ): Promise<{ room: Room; membership: Membership | undefined } | undefined>;
  /** Members by user id. */
  members(roomId: string, page: PageRequest): Promise<Page<Membership>>;
  /**
   * Adds a member if the room is ACTIVE and has space.
   * @returns the membership; one that existed is left as it is
   */
  addMember(
    membership: Membership,
  ): Promise<{ membership: Membership; added: boolean } | 'gone' | 'inactive' | 'full'>;
  /**
   * Removes a member that still has the role it was found with.
   * @returns `changed`: it has another role, or is none any more; `last-owner`: a room keeps one owner
   */
  removeMember(roomId: string, userId: string, role: RoomRole): Promise<'removed' | 'changed' | 'last-owner'>;
  /** Changes a role from one to another, as `removeMember` does. */
  changeRole(
    roomId: string,
    userId: string,
    from: RoomRole,
    to: RoomRole,
  ): Promise<Membership | 'changed' | 'last-owner'>;
  counts(): Promise<RoomCounts>;
}
