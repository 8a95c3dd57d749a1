import { useEffect, useState } from 'react';
import { useVisible } from '../ui/use-visible.ts';
import type { RoomState } from './room-state.ts';
import { useRoomBook } from './use-room-book.ts';

/**
 * Marks the messages that the user has on the screen as read.
 * @returns the sequence from which on messages were unread when the room was opened; undefined: none were
 */
export function useReading(roomId: string, { room, messages }: RoomState): number | undefined {
  const isVisible = useVisible();
  const book = useRoomBook();
  const [newFrom, setNewFrom] = useState<number>();
  const isKnown = room !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes while they are there is not new to them
  useEffect(() => {
    if (!isVisible || !room) return;
    setNewFrom(room.unreadCount > 0 && room.readSequence != null ? room.readSequence + 1 : undefined);
  }, [roomId, isVisible, isKnown]);
  const newest = messages.at(-1)?.sequence;
  useEffect(() => {
    if (newest !== undefined && isVisible && isKnown) book.markRead(roomId, newest);
  }, [book, roomId, newest, isVisible, isKnown]);
  return newFrom;
}
