import type { CombinedError } from 'urql';
import type { RoomSummaryFragment } from '../gql/graphql.ts';
import { listen } from '../session/listen.ts';
import type { Session } from '../session/session.ts';
import { createStore, type Store } from '../state/store.ts';
import { RoomNews, Rooms } from './documents.ts';
import { RoomFeed } from './room-feed.ts';

export interface RoomBookState {
  /** those that one may see, by name, as far as they were read; undefined: not known yet */
  readonly rooms: readonly RoomSummaryFragment[] | undefined;
  /** there are more to be read */
  readonly hasMore: boolean;
  readonly error: CombinedError | undefined;
}

const PAGE = 100;
const REFRESH_MS = 20_000;

export const NO_ROOMS_YET: RoomBookState = { rooms: undefined, hasMore: false, error: undefined };

/** The rooms of somebody: kept up to date, with the newest sequence of those they are in. */
export class RoomBook {
  readonly state: Store<RoomBookState> = createStore<RoomBookState>(NO_ROOMS_YET);
  readonly #session: Session;
  readonly #feeds = new Map<string, RoomFeed>();
  readonly #news = new Map<string, () => void>();
  /** how many pages are wanted */
  #pages = 1;

  constructor(session: Session) {
    this.#session = session;
  }

  /** @returns ends it */
  start(): () => void {
    void this.refresh();
    const timer = setInterval(() => void this.refresh(), REFRESH_MS);
    const stopWatching = this.#session.connection.subscribe(() => {
      if (this.#session.connection.get().kind === 'connected') void this.refresh();
    });
    return () => {
      clearInterval(timer);
      stopWatching();
      for (const end of this.#news.values()) end();
      this.#news.clear();
    };
  }

  /** The feed of a room, the same one each time. */
  feed(roomId: string): RoomFeed {
    const feed = this.#feeds.get(roomId) ?? new RoomFeed(this.#session, roomId);
    this.#feeds.set(roomId, feed);
    return feed;
  }

  forget(roomId: string): void {
    this.#feeds.delete(roomId);
  }

  /** Reads another page. */
  async more(): Promise<void> {
    this.#pages += 1;
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const rooms: RoomSummaryFragment[] = [];
    let after: string | null | undefined;
    let hasMore = true;
    for (let page = 0; page < this.#pages && hasMore; page += 1) {
      const { data, error } = await this.search(null, after);
      if (!data) {
        this.state.set({ ...this.state.get(), error: error?.networkError ? undefined : error });
        return;
      }
      rooms.push(...data.rooms.edges.map(({ node }) => node));
      hasMore = data.rooms.pageInfo.hasNextPage;
      after = data.rooms.pageInfo.endCursor;
    }
    this.state.set({ rooms, hasMore, error: undefined });
    this.#follow(new Set(rooms.filter(({ viewerRole }) => viewerRole).map(({ id }) => id)));
  }

  /** A page of the rooms that have this in their names. */
  search(text: string | null, after: string | null | undefined = null) {
    return this.#session.client.query(Rooms, { search: text, first: PAGE, after }).toPromise();
  }

  /** One connection follows many rooms: of each, only the number of its newest message is asked for. */
  #follow(mine: ReadonlySet<string>): void {
    for (const [roomId, end] of this.#news) {
      if (mine.has(roomId)) continue;
      end();
      this.#news.delete(roomId);
    }
    for (const roomId of mine) {
      if (this.#news.has(roomId)) continue;
      const end = listen(
        this.#session,
        RoomNews,
        { roomId },
        {
          next: ({ roomMessages: { message } }) => this.#noteSequence(roomId, message.sequence),
          error: () => {
            this.#news.delete(roomId);
            void this.refresh();
          },
        },
      );
      this.#news.set(roomId, end);
    }
  }

  #noteSequence(roomId: string, sequence: number): void {
    const { rooms, ...rest } = this.state.get();
    this.state.set({
      ...rest,
      rooms: rooms?.map((room) =>
        room.id === roomId && room.lastSequence < sequence ? { ...room, lastSequence: sequence } : room,
      ),
    });
  }
}
