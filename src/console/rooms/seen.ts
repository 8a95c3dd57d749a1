import type { RoomSummaryFragment } from '../gql/graphql.ts';
import { sharedStore } from '../state/saved.ts';

type Sequences = Readonly<Record<string, number>>;

const isSequences = (value: unknown): value is Sequences =>
  typeof value === 'object' && value !== null && Object.values(value).every((at) => typeof at === 'number');

/** The last message that somebody saw in each room, by `user/room`; kept in the browser. */
export const seen = sharedStore<Sequences>('seen', {}, isSequences);

export function markSeen(user: string, roomId: string, sequence: number): void {
  const key = `${user}/${roomId}`;
  if ((seen.get()[key] ?? -1) < sequence) seen.set({ ...seen.get(), [key]: sequence });
}

/** How many messages of a room somebody has not seen. */
export const unreadOf = (sequences: Sequences, user: string, room: RoomSummaryFragment): number =>
  room.viewerRole ? Math.max(0, room.lastSequence - (sequences[`${user}/${room.id}`] ?? 0)) : 0;
