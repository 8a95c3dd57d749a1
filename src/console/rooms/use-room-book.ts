import { createContext, useContext, useEffect, useMemo } from 'react';
import { useSession } from '../session/use-session.ts';
import { useStore } from '../state/store.ts';
import { NO_ROOMS_YET, RoomBook } from './room-book.ts';
import type { RoomFeed } from './room-feed.ts';
import type { RoomState } from './room-state.ts';

export const RoomBookContext = createContext<RoomBook | undefined>(undefined);

/** The rooms of who is signed in. Only below a page that asked for that. */
export function useRoomBook(): RoomBook {
  const book = useContext(RoomBookContext);
  if (!book) throw new Error('There are no rooms here: sign in first.');
  return book;
}

/** Starts the room book of a session whose user is known. */
export function useStartedRoomBook(userId: string | undefined): RoomBook | undefined {
  const session = useSession();
  const book = useMemo(
    () => (userId === undefined ? undefined : new RoomBook(session, userId)),
    [session, userId],
  );
  useEffect(() => book?.start(), [book]);
  return book;
}

/** A room, open for as long as the component is there. */
export function useRoom(roomId: string): { feed: RoomFeed; state: RoomState } {
  const book = useRoomBook();
  const feed = book.feed(roomId);
  useEffect(() => feed.open(), [feed]);
  const state = useStore(feed.state);
  // what others change about it, and one's own role in it, the book hears of
  const room = useStore(book.state).mine?.rooms.find(({ id }) => id === roomId) ?? state.room;
  return { feed, state: useMemo(() => ({ ...state, room }), [state, room]) };
}

/** Unread messages of all rooms together. */
export function useUnreadTotal(book: RoomBook | undefined): number {
  const rooms = useStore(book?.state ?? NO_ROOMS).mine?.rooms ?? [];
  return rooms.reduce((total, { unreadCount }) => total + unreadCount, 0);
}

const NO_ROOMS = { get: () => NO_ROOMS_YET, subscribe: () => () => {} };
