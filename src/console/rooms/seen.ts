import type { RoomSummaryFragment } from '../gql/graphql.ts';
import { sharedStore } from '../state/saved.ts';

type Sequences = Readonly<Record<string, number>>;

const isSequences = (value: unknown): value is Sequences =>
  typeof value === 'object' && value !== null && Object.values(value).every((at) => typeof at === 'number');

/** The last message that somebody saw in each room, by `user/room`; kept in the browser. */
export const seen = sharedStore<Sequences>('seen', {}, isSequences);

const keyOf = (user: string, roomId: string): string => `${user}/${roomId}`;

export function markSeen(user: string, roomId: string, sequence: number): void {
  const key = keyOf(user, roomId);
  if ((seen.get()[key] ?? -1) < sequence) seen.set({ ...seen.get(), [key]: sequence });
}

/** The last message of a room that somebody saw; undefined: they were never there in this browser. */
export const lastSeen = (user: string, roomId: string): number | undefined => seen.get()[keyOf(user, roomId)];

/** How many messages of a room somebody has not seen. */
export const unreadOf = (sequences: Sequences, user: string, room: RoomSummaryFragment): number =>
  room.viewerRole ? Math.max(0, room.lastSequence - (sequences[keyOf(user, room.id)] ?? 0)) : 0;
