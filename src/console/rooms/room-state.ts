import type { MessageFragment, RoomSummaryFragment } from '../gql/graphql.ts';

/** A message that the server has not confirmed yet. */
export interface Pending {
  /** the same at every attempt: a repetition gives the first message, not a second */
  readonly clientId: string;
  readonly content: string;
  /** why it will not be tried again by itself */
  readonly refusal: string | undefined;
}

/** One room as it is shown. */
export interface RoomState {
  readonly room: RoomSummaryFragment | undefined;
  /** in order of sequence */
  readonly messages: readonly MessageFragment[];
  readonly pending: readonly Pending[];
  readonly hasEarlier: boolean;
  /** why it cannot be read, or no longer */
  readonly ended: string | undefined;
}

export const EMPTY_ROOM: RoomState = {
  room: undefined,
  messages: [],
  pending: [],
  hasEarlier: false,
  ended: undefined,
};

/**
 * Puts messages in their places. `sequence` says which message it is: one that comes again, after a reconnect or as
 * the answer to a send, takes the place of itself.
 */
export function withMessages(state: RoomState, more: readonly MessageFragment[]): RoomState {
  if (more.length === 0) return state;
  const bySequence = new Map(state.messages.map((message) => [message.sequence, message]));
  for (const message of more) bySequence.set(message.sequence, message);
  const arrived = new Set(more.map(clientIdOf));
  return {
    ...state,
    messages: [...bySequence.values()].sort((one, other) => one.sequence - other.sequence),
    pending: state.pending.filter(({ clientId }) => !arrived.has(clientId)),
  };
}

/** The first sequence that is missing between what is known; undefined: there is no hole. */
export const hasHole = ({ messages }: RoomState): boolean =>
  messages.some(({ sequence }, i) => i > 0 && sequence !== (messages[i - 1]?.sequence ?? 0) + 1);

/** Sent along as metadata, so that the sender knows its own message whichever way it arrives first. */
export function clientIdOf({ metadata }: MessageFragment): string | undefined {
  if (typeof metadata !== 'object' || metadata === null || !('clientId' in metadata)) return undefined;
  return typeof metadata.clientId === 'string' ? metadata.clientId : undefined;
}
