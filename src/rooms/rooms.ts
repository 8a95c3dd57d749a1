import { randomUUID } from 'node:crypto';
import { requireViewer } from '../auth/require-viewer.ts';
import { hasRole, type Viewer } from '../auth/viewer.ts';
import type { Bus } from '../bus/bus.ts';
import { TickroomError } from '../errors.ts';
import { ACCESS_TOPIC, type AccessChange } from './access-change.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { isBelow, type RoomAction, refusal } from './permissions.ts';
import type { Membership, Room, RoomRole } from './room.ts';
import {
  type CreateRoom,
  parseCreateRoom,
  parseSearch,
  parseUpdateRoom,
  type UpdateRoom,
} from './room-input.ts';
import { checkGrant, checkJoinable, isFull, isInactive, notFound, ownsTooMany } from './room-refusals.ts';
import type { Page, PageRequest, RoomChanges, RoomFilter, RoomStore } from './room-store.ts';

export interface RoomsOptions {
  readonly store: RoomStore;
  readonly bus: Pick<Bus, 'announce'>;
  readonly passwords: PasswordHasher;
  readonly limits: RoomLimits;
  /** A change is stored and could not be announced. */
  readonly onError: (error: unknown) => void;
}

/** How much one user may do. */
export interface RoomLimits {
  /** Lets a user try one password at a room. @returns why not */
  password(viewer: Viewer, roomId: string): TickroomError | undefined;
  /** of which a user may be an OWNER; undefined: no bound */
  readonly mostOwned: number | undefined;
}

/** A viewer who may do something in a room, and as what. */
export interface RoomAccess {
  readonly viewer: Viewer;
  readonly room: Room;
  /** as which it was allowed; accounts with the ADMIN role are OWNER everywhere */
  readonly role: RoomRole;
  /** undefined: an ADMIN account that is no member */
  readonly membership: Membership | undefined;
}

/** Somebody else changes the same membership at the same time; then it is looked at again. */
const ATTEMPTS = 5;

/**
 * Rooms and who is in them. Every call throws TickroomError: ROOM_NOT_FOUND for a room that does not exist or that the
 * viewer may not see, the same words for both; AUTH_REQUIRED, PERMISSION_DENIED, CONFLICT, INVALID_INPUT with the
 * reason; SERVICE_UNAVAILABLE while the database is away.
 */
export class Rooms {
  /** since the start of this process */
  readonly counters = { created: 0, deleted: 0, joins: 0, leaves: 0 };
  readonly #store: RoomStore;
  readonly #options: RoomsOptions;

  constructor(options: RoomsOptions) {
    this.#options = options;
    this.#store = options.store;
  }

  async create(viewer: Viewer | null, input: CreateRoom): Promise<Room> {
    const owner = requireViewer(viewer);
    const { password, ...room } = parseCreateRoom(input);
    const mostOwned = hasRole(owner, 'ADMIN') ? undefined : this.#options.limits.mostOwned;
    const created = {
      ...room,
      id: randomUUID(),
      passwordHash: password === undefined ? null : await this.#options.passwords.hash(owner.id, password),
      createdAt: Date.now(),
    };
    const stored =
      mostOwned === undefined
        ? await this.#store.create(created, owner.id)
        : await this.#store.createWithin(mostOwned, created, owner.id);
    if (!stored) throw ownsTooMany(mostOwned);
    this.counters.created += 1;
    return stored;
  }

  async update(viewer: Viewer | null, id: string, input: UpdateRoom): Promise<Room> {
    const { room, viewer: user } = await this.access(viewer, id, 'update');
    const { password, ...changes } = parseUpdateRoom(input);
    if (typeof changes.maxMembers === 'number' && changes.maxMembers < room.memberCount) {
      throw new TickroomError(
        'INVALID_INPUT',
        `maxMembers must not be below the ${room.memberCount} members there are.`,
      );
    }
    const passwordHash = await this.#passwordHash(user, room, changes.type ?? room.type, password);
    const updated = await this.#store.update(
      id,
      { ...changes, passwordHash } satisfies RoomChanges,
      Date.now(),
    );
    return updated ?? notFound();
  }

  async delete(viewer: Viewer | null, id: string): Promise<void> {
    await this.access(viewer, id, 'deleteRoom');
    if (!(await this.#store.delete(id))) notFound();
    this.counters.deleted += 1;
    this.#announce({ kind: 'deleted', roomId: id });
  }

  async join(viewer: Viewer | null, roomId: string, password?: string): Promise<Membership> {
    const user = requireViewer(viewer);
    const { room, membership } = await this.#see(user, roomId);
    if (membership) return membership;
    if (room.type === 'PRIVATE' && !hasRole(user, 'ADMIN')) notFound();
    checkJoinable(room);
    if (room.type === 'PROTECTED') await this.#checkPassword(user, roomId, password);
    return this.#add({ roomId, userId: user.id, role: 'MEMBER', joinedAt: Date.now() }, room);
  }

  async leave(viewer: Viewer | null, roomId: string): Promise<void> {
    const user = requireViewer(viewer);
    await this.#retried(async () => {
      const { membership } = await this.#see(user, roomId);
      if (!membership) throw new TickroomError('CONFLICT', 'You are no member of this room.');
      const outcome = await this.#store.removeMember(roomId, user.id, membership.role);
      if (outcome === 'last-owner') {
        throw new TickroomError(
          'CONFLICT',
          'You are its only OWNER: make another one first, or delete the room.',
        );
      }
      return outcome === 'changed' ? undefined : outcome;
    });
    this.counters.leaves += 1;
    this.#announce({ kind: 'left', roomId, userId: user.id });
  }

  async kick(viewer: Viewer | null, roomId: string, userId: string): Promise<void> {
    await this.#retried(async () => {
      const access = await this.access(viewer, roomId, 'kick');
      if (access.viewer.id === userId) {
        throw new TickroomError('CONFLICT', 'Nobody kicks themselves: leave the room instead.');
      }
      const target = await this.#target(access, userId, 'kick');
      const outcome = await this.#store.removeMember(roomId, userId, target.role);
      if (outcome === 'last-owner') {
        throw new TickroomError(
          'CONFLICT',
          'This is the only OWNER: make another one first, or delete the room.',
        );
      }
      return outcome === 'changed' ? undefined : outcome;
    });
    this.counters.leaves += 1;
    this.#announce({ kind: 'kicked', roomId, userId });
  }

  async setRole(viewer: Viewer | null, roomId: string, userId: string, role: RoomRole): Promise<Membership> {
    const changed = await this.#retried(async () => {
      const access = await this.access(viewer, roomId, 'setRole');
      const isSelf = access.viewer.id === userId;
      const target =
        isSelf && access.membership ? access.membership : await this.#target(access, userId, 'setRole');
      // one may step down by oneself, and not up
      if (!isSelf || !isBelow(role, access.role)) checkGrant(access.role, role);
      const outcome = await this.#store.changeRole(roomId, userId, target.role, role);
      if (outcome === 'last-owner') {
        throw new TickroomError('CONFLICT', 'This is the only OWNER: make another one first.');
      }
      return outcome === 'changed' ? undefined : outcome;
    });
    this.#announce({ kind: 'role', roomId, userId, role });
    return changed;
  }

  /** A room the viewer may see. */
  async room(viewer: Viewer | null, id: string): Promise<Room> {
    return (await this.#see(requireViewer(viewer), id)).room;
  }

  /** Rooms the viewer may see, by name. */
  async rooms(
    viewer: Viewer | null,
    { search, joined }: Pick<RoomFilter, 'search' | 'joined'>,
    page: PageRequest,
  ): Promise<Page<Room>> {
    const user = requireViewer(viewer);
    const parsed = search === undefined ? undefined : parseSearch(search);
    return this.#store.rooms(
      { userId: user.id, seesAll: hasRole(user, 'ADMIN'), search: parsed, joined },
      page,
    );
  }

  /** The viewer's membership in a room it sees; undefined: it has none. */
  membership(viewer: Viewer, roomId: string): Promise<Membership | undefined> {
    return this.#store.membership(roomId, viewer.id);
  }

  /** Members by user id. */
  async members(viewer: Viewer | null, roomId: string, page: PageRequest): Promise<Page<Membership>> {
    await this.access(viewer, roomId, 'listMembers');
    return this.#store.members(roomId, page);
  }

  /** The viewer's access to a room, if it may do this there. */
  async access(viewer: Viewer | null, roomId: string, action: RoomAction): Promise<RoomAccess> {
    const user = requireViewer(viewer);
    const { room, membership } = await this.#see(user, roomId);
    const role = roleOf(user, membership);
    const refused = refusal(role, action);
    if (refused || role === null) throw refused;
    return { viewer: user, room, role, membership };
  }

  async #see(
    viewer: Viewer,
    roomId: string,
  ): Promise<{ readonly room: Room; readonly membership: Membership | undefined }> {
    const seen = await this.#store.seen(roomId, viewer.id);
    const isVisible = seen && (seen.room.type !== 'PRIVATE' || seen.membership || hasRole(viewer, 'ADMIN'));
    return seen && isVisible ? seen : notFound();
  }

  async #add(membership: Membership, room: Room): Promise<Membership> {
    const outcome = await this.#store.addMember(membership);
    if (outcome === 'gone') return notFound();
    if (outcome === 'full') throw isFull(room);
    if (outcome === 'inactive') throw isInactive(room);
    if (outcome.added) this.counters.joins += 1;
    return outcome.membership;
  }

  async #target(access: RoomAccess, userId: string, action: RoomAction): Promise<Membership> {
    const target = await this.#store.membership(access.room.id, userId);
    if (!target) throw new TickroomError('CONFLICT', 'This user is no member of the room.');
    const isAdmin = hasRole(access.viewer, 'ADMIN');
    if (isAdmin || isBelow(target.role, access.role)) return target;
    throw new TickroomError(
      'PERMISSION_DENIED',
      `The permission ${action} is about members below you: theirs is the role ${target.role}, yours ${access.role}.`,
      { permission: action },
    );
  }

  async #checkPassword(viewer: Viewer, roomId: string, password: string | undefined): Promise<void> {
    if (password === undefined) {
      throw new TickroomError('PERMISSION_DENIED', 'The room is PROTECTED: send its password.', {
        permission: 'join',
      });
    }
    const refused = this.#options.limits.password(viewer, roomId);
    if (refused) throw refused;
    const hash = await this.#store.passwordHash(roomId);
    const mayBe = hash !== null && password.length <= 256;
    if (mayBe && (await this.#options.passwords.verify(viewer.id, password, hash))) return;
    throw new TickroomError('PERMISSION_DENIED', 'The password is wrong: ask a member for it.', {
      permission: 'join',
    });
  }

  /** @returns undefined: it stays */
  async #passwordHash(
    viewer: Viewer,
    room: Room,
    type: Room['type'],
    password: string | undefined,
  ): Promise<string | null | undefined> {
    if (type !== 'PROTECTED') {
      if (password === undefined) return null;
      throw new TickroomError('INVALID_INPUT', `A ${type} room has no password: leave it out.`);
    }
    if (password !== undefined) return this.#options.passwords.hash(viewer.id, password);
    if (room.type === 'PROTECTED') return undefined;
    throw new TickroomError('INVALID_INPUT', 'A PROTECTED room needs a password.');
  }

  /** @param attempt undefined: somebody was faster */
  async #retried<T>(attempt: () => Promise<T | undefined>): Promise<T> {
    for (let i = 0; i < ATTEMPTS; i += 1) {
      const outcome = await attempt();
      if (outcome !== undefined) return outcome;
    }
    throw new TickroomError('CONFLICT', 'The membership keeps changing: look again, and decide again.');
  }

  /** Fire and forget: the store is authoritative. */
  #announce(change: AccessChange): void {
    this.#options.bus.announce(ACCESS_TOPIC, change).catch(this.#options.onError);
  }
}

/** Accounts with the ADMIN role are OWNER everywhere. */
export const roleOf = (viewer: Viewer, membership: Pick<Membership, 'role'> | undefined): RoomRole | null =>
  hasRole(viewer, 'ADMIN') ? 'OWNER' : (membership?.role ?? null);
