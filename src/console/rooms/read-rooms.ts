import type { RoomSummaryFragment, RoomsQuery } from '../gql/graphql.ts';
import { query } from '../session/query.ts';
import type { Session } from '../session/session.ts';
import { Rooms } from './documents.ts';

const PAGE = 100;

/** Rooms by name, as far as they were read. */
export interface RoomPages {
  readonly rooms: readonly RoomSummaryFragment[];
  /** there are more to be read */
  readonly hasMore: boolean;
}

export interface RoomsAsked {
  /** true: those one is a member of; false: the others; null: both */
  readonly joined: boolean | null;
  /** a part of their names */
  readonly search?: string;
  readonly pages: number;
}

/** @throws CombinedError */
export async function readRooms(session: Session, { joined, search, pages }: RoomsAsked): Promise<RoomPages> {
  // by id: one that is renamed meanwhile may be on two pages
  const rooms = new Map<string, RoomSummaryFragment>();
  let after: string | null | undefined = null;
  let hasMore = true;
  for (let page = 0; page < pages && hasMore; page += 1) {
    const found: RoomsQuery = await query(session, Rooms, { joined, search, first: PAGE, after });
    const { edges, pageInfo } = found.rooms;
    for (const { node } of edges) rooms.set(node.id, node);
    hasMore = pageInfo.hasNextPage;
    after = pageInfo.endCursor;
  }
  return { rooms: [...rooms.values()], hasMore };
}
