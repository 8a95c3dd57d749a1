import { CombinedError } from 'urql';
import type { InvitationsQuery, RoomNewsSubscription, RoomSummaryFragment } from '../gql/graphql.ts';
import { listen } from '../session/listen.ts';
import { mutate } from '../session/mutate.ts';
import { query } from '../session/query.ts';
import type { Session } from '../session/session.ts';
import { createStore, type Store } from '../state/store.ts';
import { Invitations, MarkRoomRead, RoomNews, RoomReads } from './documents.ts';
import { type RoomPages, readRooms } from './read-rooms.ts';
import { RoomFeed } from './room-feed.ts';

export interface RoomBookState {
  /** those one is a member of; undefined: not known yet */
  readonly mine: RoomPages | undefined;
  /** the others that one may see, as far as they were asked for; undefined: not known yet */
  readonly others: RoomPages | undefined;
  /** pending invitations, the newest first */
  readonly invitations: InvitationsQuery['roomInvitations'];
  readonly error: CombinedError | undefined;
}

/** Rooms of one's own are read to their end, which is before these for people. */
const MAX_PAGES = 10;
const REFRESH_MS = 20_000;
/** A subscription stands after so long: what came between the read of a room and that is found by another read. */
const FOLLOWED_MS = 1000;
/** What is read within so long is stored together. */
const MARK_READ_MS = 300;

export const NO_ROOMS_YET: RoomBookState = {
  mine: undefined,
  others: undefined,
  invitations: [],
  error: undefined,
};

/** The rooms of a user: kept up to date, with what is unread in those they are in, and their invitations. */
export class RoomBook {
  readonly state: Store<RoomBookState> = createStore<RoomBookState>(NO_ROOMS_YET);
  readonly #session: Session;
  readonly #userId: string;
  readonly #feeds = new Map<string, RoomFeed>();
  readonly #news = new Map<string, () => void>();
  /** messages that came in since the rooms were read, by room */
  readonly #received = new Map<string, Received[]>();
  /** read positions that are not stored yet, by room */
  readonly #read = new Map<string, number>();
  #storing: ReturnType<typeof setTimeout> | undefined;
  #following: ReturnType<typeof setTimeout> | undefined;
  /** how many pages of the others are wanted */
  #pages = 1;
  #refreshes = 0;
  /** the newest refresh whose rooms are shown */
  #shown = 0;

  constructor(session: Session, userId: string) {
    this.#session = session;
    this.#userId = userId;
  }

  /** @returns ends it */
  start(): () => void {
    void this.refresh();
    const timer = setInterval(() => void this.refresh(), REFRESH_MS);
    const stopWatching = this.#session.connection.subscribe(() => {
      if (this.#session.connection.get().kind === 'connected') void this.refresh();
    });
    const endReads = listen(
      this.#session,
      RoomReads,
      {},
      { next: ({ roomRead }) => this.#change(roomRead.roomId, (room) => ({ ...room, ...readOf(roomRead) })) },
    );
    return () => {
      clearInterval(timer);
      stopWatching();
      endReads();
      clearTimeout(this.#following);
      this.#storeRead();
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
      const [mine, others, { roomInvitations: invitations }] = await Promise.all([
        readRooms(this.#session, { joined: true, pages: MAX_PAGES }),
        readRooms(this.#session, { joined: false, pages: this.#pages }),
        query(this.#session, Invitations, {}),
      ]);
      // one that began later knows better
      if (refresh < this.#shown) return;
      this.#shown = refresh;
      this.state.set({ mine: this.#withNewest(mine), others, invitations, error: undefined });
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

  /** Messages that came in while the rooms were being read are newer than what was read. */
  #withNewest(mine: RoomPages): RoomPages {
    const known = new Map(this.state.get().mine?.rooms.map(({ id, lastSequence }) => [id, lastSequence]));
    const rooms = mine.rooms.map((room) => {
      const later = (this.#received.get(room.id) ?? []).filter(
        ({ sequence }) => sequence > room.lastSequence,
      );
      this.#received.set(room.id, later);
      const [first] = later;
      // The read began before a message that was missed: the next one knows of it.
      if (first && first.sequence > room.lastSequence + 1) void this.refresh();
      return {
        ...room,
        lastSequence: Math.max(room.lastSequence, known.get(room.id) ?? 0),
        unreadCount: room.unreadCount + later.filter(({ isOwn }) => !isOwn).length,
      };
    });
    return { ...mine, rooms };
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
          next: ({ roomMessages }) => this.#note(roomId, roomMessages),
          error: () => {
            this.#news.delete(roomId);
            void this.refresh();
          },
        },
      );
      this.#news.set(roomId, end);
      clearTimeout(this.#following);
      this.#following = setTimeout(() => void this.refresh(), FOLLOWED_MS);
    }
  }

  /** The user has read a room up to a message: the badge falls at once, and on other devices soon. */
  markRead(roomId: string, sequence: number): void {
    const room = this.state.get().mine?.rooms.find(({ id }) => id === roomId);
    const known = Math.max(this.#read.get(roomId) ?? 0, room?.readSequence ?? 0);
    if (!room || (sequence <= known && room.unreadCount === 0)) return;
    this.#read.set(roomId, Math.max(known, sequence));
    this.#received.delete(roomId);
    this.#change(roomId, (one) => ({ ...one, unreadCount: 0 }));
    this.#storing ??= setTimeout(() => this.#storeRead(), MARK_READ_MS);
  }

  #storeRead(): void {
    clearTimeout(this.#storing);
    this.#storing = undefined;
    for (const [roomId, sequence] of this.#read) {
      // A position that could not be stored is stored with the next one; until then the refresh shows the badge again.
      mutate(this.#session, MarkRoomRead, { roomId, sequence }).catch(() => {});
    }
    this.#read.clear();
  }

  #note(roomId: string, { kind, message }: RoomNewsSubscription['roomMessages']): void {
    const known = this.state.get().mine?.rooms.find(({ id }) => id === roomId)?.lastSequence ?? 0;
    // After a deletion, or a message that came between the read and the subscription, only the server knows the count.
    if (kind !== 'CREATED' || message.sequence > known + 1) void this.refresh();
    const isOwn = message.sender.id === this.#userId;
    const isNew = kind === 'CREATED' && message.sequence > known;
    if (isNew) {
      const received = this.#received.get(roomId) ?? [];
      this.#received.set(roomId, [...received, { sequence: message.sequence, isOwn }]);
    }
    this.#change(roomId, (room) =>
      room.lastSequence < message.sequence
        ? {
            ...room,
            lastSequence: message.sequence,
            unreadCount: room.unreadCount + (isNew && !isOwn ? 1 : 0),
          }
        : room,
    );
  }

  #change(roomId: string, change: (room: RoomSummaryFragment) => RoomSummaryFragment): void {
    const { mine, ...rest } = this.state.get();
    if (!mine) return;
    const rooms = mine.rooms.map((room) => (room.id === roomId ? change(room) : room));
    this.state.set({ ...rest, mine: { ...mine, rooms } });
  }
}

/** A message that came in by subscription. */
interface Received {
  readonly sequence: number;
  readonly isOwn: boolean;
}

const readOf = ({
  readSequence,
  unreadCount,
}: Pick<RoomSummaryFragment, 'readSequence' | 'unreadCount'>) => ({
  readSequence,
  unreadCount,
});
