import type { Bus } from '../bus/bus.ts';
import { TickroomError } from '../errors.ts';
import { ACCESS_TOPIC, type AccessChange, parseAccessChange } from './access-change.ts';
import { ROOM_ROLES, type RoomRole } from './room.ts';

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

/** Ends what users have open in rooms as soon as they lose the right to it, whichever instance takes it from them. */
export class AccessWatch implements Disposable {
  readonly #rooms = new Map<string, Set<Watched>>();
  readonly #stop: () => void;

  private constructor(stop: () => void, rooms: Map<string, Set<Watched>>) {
    this.#stop = stop;
    this.#rooms = rooms;
  }

  /** @throws TickroomError SERVICE_UNAVAILABLE when the bus cannot be reached */
  static async start(bus: Pick<Bus, 'listen'>): Promise<AccessWatch> {
    const rooms = new Map<string, Set<Watched>>();
    const stop = await bus.listen(ACCESS_TOPIC, (payload) => {
      const change = parseAccessChange(payload);
      if (!change) return;
      for (const watched of [...(rooms.get(change.roomId) ?? [])]) apply(watched, change);
    });
    return new AccessWatch(stop, rooms);
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
    this.#stop();
    this.#rooms.clear();
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
