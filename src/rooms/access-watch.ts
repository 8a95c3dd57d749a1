import type { Bus } from '../bus/bus.ts';
import { TickroomError } from '../errors.ts';
import { Recheck } from '../primitives/recheck.ts';
import { ACCESS_TOPIC, type AccessChange, isRecheck, parseAccessChange, RECHECK } from './access-change.ts';
import { ROOM_ROLES, type RoomRole } from './room.ts';
import type { RoomStore } from './room-store.ts';

/** Ends something that a user has open in a room; without an error it is complete. */
export type EndAccess = (error: TickroomError | undefined) => void;

/** Something open whose right to be open is watched. */
export interface Watch {
  /** Tells with which role it was opened; a change that came in the meantime then counts. null: of no member, who is let in all the same. */
  confirm(role: RoomRole | null): void;
  close(): void;
}

interface Watched {
  readonly userId: string;
  readonly end: EndAccess;
  role: RoomRole | null | undefined;
  /** what happened before the role was known */
  readonly early: AccessChange[];
}

export interface AccessWatchOptions {
  readonly bus: Pick<Bus, 'listen' | 'announce' | 'onChange'>;
  readonly store: Pick<RoomStore, 'roles'>;
  /** What is so now could not be asked; that is repeated. */
  readonly onError: (error: unknown) => void;
}

const CHECKED_AT_ONCE = 1000;

/**
 * Ends what users have open in rooms as soon as they lose the right to it, whichever instance takes it from them. When
 * the bus was away, what was missed is found in the store.
 */
export class AccessWatch implements Disposable {
  readonly #options: AccessWatchOptions;
  readonly #rooms = new Map<string, Set<Watched>>();
  readonly #stops: (() => void)[] = [];
  readonly #recheck: Recheck;

  private constructor(options: AccessWatchOptions) {
    this.#options = options;
    this.#recheck = new Recheck({ check: () => this.#recheckAll(), onError: options.onError });
  }

  /** @throws TickroomError SERVICE_UNAVAILABLE when the bus cannot be reached */
  static async start(options: AccessWatchOptions): Promise<AccessWatch> {
    const watch = new AccessWatch(options);
    const { bus, onError } = options;
    watch.#stops.push(
      await bus.listen(ACCESS_TOPIC, (payload) => watch.#hear(payload)),
      bus.onChange((isConnected) => {
        // the others have not heard of this instance's changes either
        if (isConnected) bus.announce(ACCESS_TOPIC, RECHECK).catch(onError);
      }),
    );
    return watch;
  }

  /** Watches from now on; to be called before it is asked whether the user may. */
  watch(roomId: string, userId: string, end: EndAccess): Watch {
    const watched: Watched = { userId, end, role: undefined, early: [] };
    const room = this.#rooms.get(roomId) ?? new Set();
    this.#rooms.set(roomId, room.add(watched));
    return {
      confirm: (role) => {
        watched.role = role;
        for (const change of watched.early.splice(0)) apply(watched, change);
      },
      close: () => {
        room.delete(watched);
        if (room.size === 0 && this.#rooms.get(roomId) === room) this.#rooms.delete(roomId);
      },
    };
  }

  /** What is watched now. */
  get size(): number {
    let size = 0;
    for (const room of this.#rooms.values()) size += room.size;
    return size;
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#recheck[Symbol.dispose]();
    this.#rooms.clear();
  }

  #hear(payload: unknown): void {
    if (isRecheck(payload)) this.#recheck.request();
    const change = parseAccessChange(payload);
    if (!change) return;
    for (const watched of [...(this.#rooms.get(change.roomId) ?? [])]) apply(watched, change);
  }

  async #recheckAll(): Promise<void> {
    const all = [...this.#rooms].flatMap(([roomId, room]) =>
      [...room].map((watched) => ({ roomId, watched })),
    );
    for (let i = 0; i < all.length; i += CHECKED_AT_ONCE) {
      const some = all.slice(i, i + CHECKED_AT_ONCE);
      const roles = await this.#options.store.roles(
        some.map(({ roomId, watched }) => ({ roomId, userId: watched.userId })),
      );
      for (const [n, { roomId, watched }] of some.entries()) {
        const { userId } = watched;
        const role = roles[n];
        apply(watched, role ? { kind: 'role', roomId, userId, role } : { kind: 'kicked', roomId, userId });
      }
    }
  }
}

function apply(watched: Watched, change: AccessChange): void {
  if (change.kind === 'deleted') {
    watched.end(new TickroomError('ROOM_NOT_FOUND', 'The room was deleted.'));
    return;
  }
  if (change.userId !== watched.userId || watched.role === null) return;
  if (watched.role === undefined) {
    watched.early.push(change);
  } else if (change.kind !== 'role') {
    watched.end(
      change.kind === 'kicked'
        ? new TickroomError('PERMISSION_DENIED', 'You were removed from the room.')
        : undefined,
    );
  } else if (ROOM_ROLES.indexOf(change.role) < ROOM_ROLES.indexOf(watched.role)) {
    watched.end(
      new TickroomError(
        'PERMISSION_DENIED',
        `Your role in the room is now ${change.role}: subscribe again for what it may still do.`,
      ),
    );
  } else {
    watched.role = change.role;
  }
}
