import type { StoredHead } from '../fanout/topics/open-topic.ts';
import type { RoomRole, RoomStatus } from './room.ts';
import type { MessageType, RoomEvent, RoomMessage } from './room-message.ts';

export type { StoredHead };

export interface NewMessage {
  readonly id: string;
  readonly roomId: string;
  readonly senderId: string;
  /** of the sender, for a retry; null: each send is a new message */
  readonly clientId: string | null;
  readonly type: MessageType;
  readonly content: string;
  readonly metadata: unknown;
  readonly mentionsAll: boolean;
  readonly createdAt: number;
}

/** What the room and the sender are at the moment of writing. */
export interface Posting {
  readonly status: RoomStatus;
  /** null: no member */
  readonly role: RoomRole | null;
}

export type AppendOutcome =
  | { readonly kind: 'appended'; readonly message: RoomMessage }
  /** the sender's `clientId` was used before in this room: the message of then */
  | { readonly kind: 'repeated'; readonly message: RoomMessage }
  | { readonly kind: 'refused'; readonly error: Error }
  | { readonly kind: 'gone' };

/**
 * Keeps messages. Sequences and positions are given in the transaction that writes, under a lock of the room's row: they
 * are contiguous, and a reader that sees one sees all before it.
 * @throws TickroomError SERVICE_UNAVAILABLE, from every call, when the database cannot be reached
 */
export interface MessageStore {
  /**
   * Writes messages of any rooms in one transaction, each room's in the order given.
   * @param refuse decides by what the transaction sees; an error keeps this message out, and no other
   * @returns the outcome of each, in order
   */
  append(
    messages: readonly NewMessage[],
    refuse: (message: NewMessage, posting: Posting) => Error | undefined,
  ): Promise<readonly AppendOutcome[]>;
  message(id: string): Promise<RoomMessage | undefined>;
  /** @returns undefined when it does not exist or is deleted */
  edit(id: string, content: string, at: number): Promise<RoomEvent | undefined>;
  /** Forgets content and metadata. @returns undefined when it does not exist or is deleted already */
  delete(id: string, at: number): Promise<RoomEvent | undefined>;
  /**
   * Up to `limit` events after a position, in order of position. Of several on one message only the newest is told, but
   * one created after the position is CREATED, at the position of its creation.
   */
  eventsAfter(roomId: string, position: number, limit: number): Promise<readonly RoomEvent[]>;
  /** How many events `eventsAfter` gives, all pages together. */
  countAfter(roomId: string, position: number): Promise<number>;
  /** Messages by sequence, rising: the first ones after `after`, or the last ones before `before`. */
  history(
    roomId: string,
    range: {
      readonly after?: number;
      readonly before?: number;
      readonly from: 'first' | 'last';
      readonly limit: number;
    },
  ): Promise<readonly RoomMessage[]>;
  /** Where the positions of each room stand; 0 for rooms that do not exist. */
  heads(roomIds: readonly string[]): Promise<ReadonlyMap<string, StoredHead>>;
}
