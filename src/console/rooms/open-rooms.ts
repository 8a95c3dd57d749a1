import { isTexts, savedStore } from '../state/saved.ts';

/** Rooms that are open side by side, in the order in which they were opened. */
export const openRooms = savedStore<readonly string[]>('open-rooms', [], isTexts);

export function showRoom(roomId: string): void {
  if (!openRooms.get().includes(roomId)) openRooms.set([...openRooms.get(), roomId]);
}

export function hideRoom(roomId: string): void {
  openRooms.set(openRooms.get().filter((open) => open !== roomId));
}
