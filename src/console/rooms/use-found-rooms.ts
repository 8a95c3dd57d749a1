import { useEffect, useState } from 'react';
import type { RoomSummaryFragment } from '../gql/graphql.ts';
import { useStore } from '../state/store.ts';
import type { RoomPages } from './read-rooms.ts';
import { useRoomBook } from './use-room-book.ts';

type Rooms = readonly RoomSummaryFragment[];

export interface FoundRooms {
  readonly mine: Rooms;
  readonly others: Rooms;
}

/** Rooms that have this in their names; of those that were not read yet, the server is asked. Undefined: not known yet. */
export function useFoundRooms(search: string): FoundRooms | undefined {
  const book = useRoomBook();
  const { mine, others } = useStore(book.state);
  const text = search.trim();
  const isUnread = Boolean(mine?.hasMore || others?.hasMore);
  const [found, setFound] = useState<{ readonly text: string; readonly rooms: Rooms }>();
  useEffect(() => {
    if (text === '' || !isUnread) return;
    let isCurrent = true;
    book.search(text).then(
      ({ rooms }) => isCurrent && setFound({ text, rooms }),
      // what is known is shown all the same
      () => {},
    );
    return () => {
      isCurrent = false;
    };
  }, [book, text, isUnread]);
  if (!mine || !others) return undefined;
  const asked = isUnread && found?.text === text ? found.rooms : [];
  const withAsked = ({ rooms }: RoomPages, isOf: (room: RoomSummaryFragment) => boolean): Rooms => {
    const known = rooms.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
    const ids = new Set(rooms.map(({ id }) => id));
    return [...known, ...asked.filter((room) => isOf(room) && !ids.has(room.id))];
  };
  return {
    mine: withAsked(mine, ({ viewerRole }) => Boolean(viewerRole)),
    others: withAsked(others, ({ viewerRole }) => !viewerRole),
  };
}
