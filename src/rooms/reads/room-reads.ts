import { requireViewer } from '../../auth/require-viewer.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Bus } from '../../bus/bus.ts';
import { TickroomError } from '../../errors.ts';
import { Gathered } from '../../primitives/gathered.ts';
import type { Rooms } from '../rooms.ts';
import type { ReadState, ReadStore } from './read-store.ts';

/** A user has read a room further, on whichever device. */
export interface RoomRead extends ReadState {
  readonly roomId: string;
}

/** The topic on which read positions of a user are announced. Nothing is kept there: devices that return ask. */
export const readsTopic = (userId: string): string => `reads:${userId}`;

export interface RoomReadsOptions {
  readonly store: ReadStore;
  readonly rooms: Rooms;
  readonly bus: Pick<Bus, 'announce'>;
  /** A read position is stored and could not be published; devices learn it when they ask. */
  readonly onError: (error: unknown) => void;
}

interface Member {
  readonly roomId: string;
  readonly userId: string;
}

/** Read positions: one for each member of each room, the same on all devices of the user. */
export class RoomReads {
  readonly #options: RoomReadsOptions;
  readonly #states: Gathered<Member, ReadState | undefined>;

  constructor(options: RoomReadsOptions) {
    this.#options = options;
    this.#states = new Gathered((members) => this.#read(members));
  }

  /**
   * Marks messages of a room as read, and tells the other devices of the user.
   * @param sequence of the last message that was read; undefined: the newest one
   * @throws TickroomError AUTH_REQUIRED, ROOM_NOT_FOUND, PERMISSION_DENIED for a user who is no member, INVALID_INPUT
   */
  async markRead(viewer: Viewer | null, roomId: string, sequence?: number): Promise<RoomRead> {
    const user = requireViewer(viewer);
    if (sequence !== undefined && sequence < 0) {
      throw new TickroomError(
        'INVALID_INPUT',
        `sequence is ${sequence}: send that of the last message the user has read.`,
      );
    }
    const { store, rooms, bus, onError } = this.#options;
    await rooms.access(user, roomId, 'readMessages');
    const state = await store.markRead(roomId, user.id, sequence);
    if (!state) {
      throw new TickroomError(
        'PERMISSION_DENIED',
        'Read positions are kept for members: join the room first.',
        {
          permission: 'readMessages',
        },
      );
    }
    const read = { roomId, ...state };
    bus.announce(readsTopic(user.id), { ...read }).catch(onError);
    return read;
  }

  /** What a user has read of a room; undefined: the user is no member. Questions of one turn are asked together. */
  state(userId: string, roomId: string): Promise<ReadState | undefined> {
    return this.#states.ask({ roomId, userId });
  }

  /** Several fields of one room ask for the same state: it is counted once. */
  async #read(members: readonly Member[]): Promise<readonly (ReadState | undefined)[]> {
    const keyOf = ({ roomId, userId }: Member): string => JSON.stringify([roomId, userId]);
    const distinct = new Map(members.map((member) => [keyOf(member), member]));
    const states = await this.#options.store.states([...distinct.values()]);
    const found = new Map([...distinct.keys()].map((key, i) => [key, states[i]]));
    return members.map((member) => found.get(keyOf(member)));
  }
}
