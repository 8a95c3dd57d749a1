import { CombinedError } from 'urql';
import type { RoomSummaryFragment } from '../gql/graphql.ts';
import { listen } from '../session/listen.ts';
import type { Session } from '../session/session.ts';
import { createStore, type Store } from '../state/store.ts';
import { RoomNews } from './documents.ts';
import { type RoomPages, readRooms } from './read-rooms.ts';
import { RoomFeed } from './room-feed.ts';

export interface RoomBookState {
  /** those one is a member of; undefined: not known yet */
  readonly mine: RoomPages | undefined;
  /** the others that one may see, as far as they were asked for; undefined: not known yet */
  readonly others: RoomPages | undefined;
  readonly error: CombinedError | undefined;
}

/** Rooms of one's own are read to their end, which is before these for people. */
const MAX_PAGES = 10;
const REFRESH_MS = 20_000;

export const NO_ROOMS_YET: RoomBookState = { mine: undefined, others: undefined, error: undefined };

/** The rooms of somebody: kept up to date, with the newest sequence of those they are in. */
export class RoomBook {
  readonly state: Store<RoomBookState> = createStore<RoomBookState>(NO_ROOMS_YET);
  readonly #session: Session;
  readonly #feeds = new Map<string, RoomFeed>();
  readonly #news = new Map<string, () => void>();
  /** how many pages of the others are wanted */
  #pages = 1;
  #refreshes = 0;
  /** the newest refresh whose rooms are shown */
  #shown = 0;

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

  /** Reads another page of the others. */
  async more(): Promise<void> {
    this.#pages += 1;
    await this.refresh();
  }

  async refresh(): Promise<void> {
    this.#refreshes += 1;
    const refresh = this.#refreshes;
    try {
      const [mine, others] = await Promise.all([
        readRooms(this.#session, { joined: true, pages: MAX_PAGES }),
        readRooms(this.#session, { joined: false, pages: this.#pages }),
      ]);
      // one that began later knows better
      if (refresh < this.#shown) return;
      this.#shown = refresh;
      this.state.set({ mine: this.#withNewest(mine), others, error: undefined });
      this.#follow(new Set(mine.rooms.map(({ id }) => id)));
    } catch (error) {
      if (!(error instanceof CombinedError)) throw error;
      this.state.set({ ...this.state.get(), error: error.networkError ? undefined : error });
    }
  }

  /** Rooms that have this in their names, of all that one may see. */
  search(text: string): Promise<RoomPages> {
    return readRooms(this.#session, { joined: null, search: text, pages: 1 });
  }

  /** What was heard while the rooms were being read is newer than what was read. */
  #withNewest(mine: RoomPages): RoomPages {
    const heard = new Map(this.state.get().mine?.rooms.map(({ id, lastSequence }) => [id, lastSequence]));
    return {
      ...mine,
      rooms: mine.rooms.map((room) => withSequence(room, heard.get(room.id) ?? 0)),
    };
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
    const { mine, ...rest } = this.state.get();
    if (!mine) return;
    const rooms = mine.rooms.map((room) => (room.id === roomId ? withSequence(room, sequence) : room));
    this.state.set({ ...rest, mine: { ...mine, rooms } });
  }
}

const withSequence = (room: RoomSummaryFragment, sequence: number): RoomSummaryFragment =>
  room.lastSequence < sequence ? { ...room, lastSequence: sequence } : room;
