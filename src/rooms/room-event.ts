import type { RoomEvent, RoomMessage } from './room-message.ts';

const PREFIX = 'room:';

/** Where events of a room's messages are announced; and the presence scope of those who have it open. */
export const roomTopic = (roomId: string): string => `${PREFIX}${roomId}`;
export const roomIdOf = (topic: string): string => topic.slice(PREFIX.length);

/** What was announced, perhaps by another version of this server; undefined: it cannot be understood. */
export function parseRoomEvent(payload: unknown): RoomEvent | undefined {
  const event = payload as Partial<RoomEvent> | null;
  const isEvent =
    typeof event === 'object' &&
    event !== null &&
    (event.kind === 'CREATED' || event.kind === 'EDITED' || event.kind === 'DELETED') &&
    Number.isSafeInteger(event.position) &&
    isMessage(event.message);
  return isEvent ? (event as RoomEvent) : undefined;
}

function isMessage(value: unknown): value is RoomMessage {
  const message = value as Partial<RoomMessage> | null;
  return (
    typeof message === 'object' &&
    message !== null &&
    typeof message.id === 'string' &&
    typeof message.roomId === 'string' &&
    typeof message.senderId === 'string' &&
    typeof message.type === 'string' &&
    typeof message.content === 'string' &&
    Number.isSafeInteger(message.sequence) &&
    Number.isSafeInteger(message.position) &&
    typeof message.createdAt === 'number'
  );
}
