import type { CombinedError } from 'urql';
import type { RoomSummaryFragment } from '../gql/graphql.ts';
import { listen } from '../session/listen.ts';
import type { Session } from '../session/session.ts';
import { createStore, type Store } from '../state/store.ts';
import { RoomNews, Rooms } from './documents.ts';
import { RoomFeed } from './room-feed.ts';

export interface RoomBookState {
  /** all that one may see; undefined: not known yet */
  readonly rooms: readonly RoomSummaryFragment[] | undefined;
  readonly error: CombinedError | undefined;
}

const PAGE = 100;
const REFRESH_MS = 20_000;

/** All rooms of somebody: kept up to date, with the newest sequence of those they are in. */
export class RoomBook {
  readonly state: Store<RoomBookState> = createStore<RoomBookState>({ rooms: undefined, error: undefined });
  readonly #session: Session;
  readonly #feeds = new Map<string, RoomFeed>();
  readonly #news = new Map<string, () => void>();

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

  async refresh(): Promise<void> {
    const { data, error } = await this.#session.client
      .query(Rooms, { search: null, first: PAGE })
      .toPromise();
    if (!data) {
      this.state.set({ rooms: this.state.get().rooms, error: error?.networkError ? undefined : error });
      return;
    }
    const rooms = data.rooms.edges.map(({ node }) => node);
    this.state.set({ rooms, error: undefined });
    this.#follow(new Set(rooms.filter(({ viewerRole }) => viewerRole).map(({ id }) => id)));
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
    const { rooms, error } = this.state.get();
    this.state.set({
      rooms: rooms?.map((room) =>
        room.id === roomId && room.lastSequence < sequence ? { ...room, lastSequence: sequence } : room,
      ),
      error,
    });
  }
}
