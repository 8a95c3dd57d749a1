import { useEffect, useState } from 'react';
import type { RoomSummaryFragment } from '../gql/graphql.ts';
import { useStore } from '../state/store.ts';
import { useRoomBook } from './use-room-book.ts';

type Rooms = readonly RoomSummaryFragment[];

/** Rooms that have this in their names; of those that were not read yet, the server is asked. Undefined: not known yet. */
export function useFoundRooms(search: string): Rooms | undefined {
  const book = useRoomBook();
  const { rooms, hasMore } = useStore(book.state);
  const text = search.trim();
  const [found, setFound] = useState<{ readonly text: string; readonly rooms: Rooms }>();
  useEffect(() => {
    if (text === '' || !hasMore) return;
    let isCurrent = true;
    void book.search(text).then(({ data }) => {
      if (isCurrent) setFound({ text, rooms: data?.rooms.edges.map(({ node }) => node) ?? [] });
    });
    return () => {
      isCurrent = false;
    };
  }, [book, text, hasMore]);
  if (text === '') return rooms;
  const known = rooms?.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
  if (!known || !hasMore) return known;
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...(found?.text === text ? found.rooms.filter(({ id }) => !ids.has(id)) : [])];
}
