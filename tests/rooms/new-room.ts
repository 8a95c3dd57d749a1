import type { NewRoom } from '../../src/rooms/room-store.ts';

let made = 0;

/** A PUBLIC room that is like no other. */
export function newRoom(own: Partial<NewRoom> = {}): NewRoom {
  made += 1;
  return {
    id: `room-${made}-${Math.random().toString(36).slice(2)}`,
    name: `room ${made}`,
    description: '',
    type: 'PUBLIC',
    maxMembers: null,
    passwordHash: null,
    createdAt: Date.UTC(2026, 10, 24, 1, 2, 3, 456),
    ...own,
  };
}
