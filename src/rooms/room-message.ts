export const MESSAGE_TYPES = ['TEXT', 'NOTIFICATION', 'ALERT', 'SYSTEM', 'DATA'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Times in epoch ms. */
export interface RoomMessage {
  readonly id: string;
  readonly roomId: string;
  /** contiguous from 1 per room */
  readonly sequence: number;
  /** of the event that created it: see `RoomEvent` */
  readonly position: number;
  readonly senderId: string;
  readonly type: MessageType;
  /** empty once deleted */
  readonly content: string;
  /** null once deleted, or when there was none */
  readonly metadata: unknown;
  readonly mentionsAll: boolean;
  readonly createdAt: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
}

/**
 * Something that happened to a message. Positions are contiguous from 1 per room, over events of all kinds; the message
 * is as it is now, so of several events on one message it is enough to hear the newest.
 */
export interface RoomEvent {
  readonly kind: 'CREATED' | 'EDITED' | 'DELETED';
  readonly position: number;
  readonly message: RoomMessage;
}
