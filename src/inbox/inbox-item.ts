import type { MessageType } from '../rooms/room-message.ts';

/** What was addressed to a user. */
export interface InboxItem {
  readonly id: string;
  readonly userId: string;
  /** contiguous from 1 per user */
  readonly sequence: number;
  readonly senderId: string;
  /** the room whose members were addressed; null: none was */
  readonly roomId: string | null;
  readonly type: MessageType;
  readonly content: string;
  readonly metadata: unknown;
  /** epoch ms */
  readonly createdAt: number;
}

/** Where a user's inbox stands. Items after `acknowledged` and after `dropped`, up to `head`, are kept. */
export interface InboxState {
  /** sequence of the newest item; 0: there never was one */
  readonly head: number;
  /** up to here the user has acknowledged */
  readonly acknowledged: number;
  /** up to here items were dropped before the user acknowledged them, because there were too many */
  readonly dropped: number;
}
