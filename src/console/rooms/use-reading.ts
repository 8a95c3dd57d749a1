import { useEffect, useState } from 'react';
import { useVisible } from '../ui/use-visible.ts';
import type { RoomState } from './room-state.ts';
import { lastSeen, markSeen } from './seen.ts';

/**
 * Marks what is before somebody's eyes as seen.
 * @returns the sequence from which on messages are new to them, as it was when they came; undefined: none are
 */
export function useReading(
  userId: string,
  roomId: string,
  { room, messages }: RoomState,
): number | undefined {
  const isVisible = useVisible();
  const [newFrom, setNewFrom] = useState<number>();
  const lastSequence = room?.lastSequence;
  const isKnown = lastSequence !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes while they are there is not new to them
  useEffect(() => {
    if (!isVisible || !isKnown) return;
    const seen = lastSeen(userId, roomId);
    setNewFrom(seen !== undefined && seen < lastSequence ? seen + 1 : undefined);
  }, [userId, roomId, isVisible, isKnown]);
  const newest = messages.at(-1)?.sequence;
  useEffect(() => {
    if (newest !== undefined && isVisible) markSeen(userId, roomId, newest);
  }, [userId, roomId, newest, isVisible]);
  return newFrom;
}
