/** What a member has read of a room. */
export interface ReadState {
  /** the sequence of the last message that counts as read; 0: none */
  readonly readSequence: number;
  /** Newer messages of other members that are not deleted; at most `MAX_UNREAD`, of the newest `COUNTED_MESSAGES`. */
  readonly unread: number;
}

/** More unread messages than so many are not counted: a badge says "1000+". */
export const MAX_UNREAD = 1000;
/** A count looks at so many of the newest messages of a room at most. */
export const COUNTED_MESSAGES = 10_000;

/**
 * Keeps up to where members have read.
 * @throws TickroomError SERVICE_UNAVAILABLE, from every call, when the database cannot be reached
 */
export interface ReadStore {
  /**
   * Moves the read position of a member forward, at most to the newest message; never back.
   * @param sequence undefined: to the newest message
   * @returns undefined: the user is no member
   */
  markRead(roomId: string, userId: string, sequence: number | undefined): Promise<ReadState | undefined>;
  /** The state of each, in the order asked; undefined: the user is no member. */
  states(
    members: readonly { readonly roomId: string; readonly userId: string }[],
  ): Promise<readonly (ReadState | undefined)[]>;
}
