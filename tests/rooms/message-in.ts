import type { NewMessage } from '../../src/rooms/message-store.ts';

let made = 0;

/** A message that is like no other. */
export function messageIn(roomId: string, own: Partial<NewMessage> = {}): NewMessage {
  made += 1;
  return {
    id: `message-${made}-${Math.random().toString(36).slice(2)}`,
    roomId,
    senderId: 'ann',
    clientId: null,
    type: 'TEXT',
    content: `content ${made}`,
    metadata: null,
    mentionsAll: false,
    createdAt: Date.UTC(2026, 10, 24, 1, 2, 3, 456),
    ...own,
  };
}
