import { signEarlier } from './tokens.ts';
import { wait } from './wait.ts';

interface TalkersOptions {
  readonly rooms: number;
  /** in each room */
  readonly members: number;
  readonly random: () => number;
}

/** Of a room, or an inbox. */
export interface StoredItem {
  readonly id: string;
  readonly sequence: number;
  readonly content: string;
}

/** A message or inbox item that the server acknowledged. */
export interface Acknowledged {
  readonly content: string;
  /** room, or user */
  readonly place: string;
  /** ms of `performance.now()` */
  readonly askedAt: number;
  readonly at: number;
}

const EVERY_MS = 60;
const PAGE = 100;

/** People who say something every now and then, and say it again until it was taken. */
export class Talkers {
  readonly users: readonly { readonly userId: string; readonly room: string }[];
  readonly acknowledged: Acknowledged[] = [];
  readonly problems: string[] = [];
  readonly #url: string;
  readonly #random: () => number;
  readonly #admin: string;
  #said = 0;
  #talking = true;

  private constructor(url: string, random: () => number, admin: string, users: Talkers['users']) {
    this.#url = url;
    this.#random = random;
    this.#admin = admin;
    this.users = users;
  }

  static async create(url: string, { rooms, members, random }: TalkersOptions): Promise<Talkers> {
    const admin = await signEarlier('admin', 'ADMIN');
    const users: { userId: string; room: string }[] = [];
    const talkers = new Talkers(url, random, admin, users);
    for (let n = 0; n < rooms; n += 1) {
      const owner = `user${n}-0`;
      const { createRoom } = await talkers.#ask<{ createRoom: { id: string } }>(
        owner,
        'mutation ($name: String!) { createRoom(input: { name: $name }) { id } }',
        { name: `room ${n}` },
      );
      users.push({ userId: owner, room: createRoom.id });
      for (let i = 1; i < members; i += 1) {
        const userId = `user${n}-${i}`;
        await talkers.#ask(userId, 'mutation ($room: ID!) { joinRoom(roomId: $room) { role } }', {
          room: createRoom.id,
        });
        users.push({ userId, room: createRoom.id });
      }
    }
    return talkers;
  }

  /** Something in every room and in every inbox. */
  async sayOnce(): Promise<void> {
    const rooms = new Map(this.users.map(({ room, userId }) => [room, userId]));
    for (const [room, userId] of rooms) await this.#say(userId, room);
    const userIds = this.users.map(({ userId }) => userId);
    for (let i = 0; i < userIds.length; i += 1000) await this.#broadcast(userIds.slice(i, i + 1000));
  }

  /** Until `stop`. */
  async talk(): Promise<void> {
    const one = async (): Promise<void> => {
      while (this.#talking) {
        const { userId, room } = this.users[Math.floor(this.#random() * this.users.length)] ??
          this.users[0] ?? { userId: '', room: '' };
        if (this.#random() < 0.1) await this.#broadcast([userId]);
        else await this.#say(userId, room);
        await wait(this.#random() * 2 * EVERY_MS * 3);
      }
    };
    await Promise.all([one(), one(), one()]);
  }

  async stop(): Promise<void> {
    this.#talking = false;
  }

  /** What is stored of each room and each inbox, oldest first. */
  async stored(): Promise<ReadonlyMap<string, readonly StoredItem[]>> {
    const stored = new Map<string, readonly StoredItem[]>();
    for (const { userId, room } of this.users) {
      if (!stored.has(room)) stored.set(room, await this.#roomItems(userId, room));
      stored.set(userId, await this.#inboxItems(userId));
    }
    return stored;
  }

  /** The newest sequence of each room and inbox. */
  async heads(): Promise<Record<'rooms' | 'inboxes', ReadonlyMap<string, number>>> {
    const stored = [...(await this.stored())].map(([place, items]): [string, number] => [
      place,
      items.at(-1)?.sequence ?? 0,
    ]);
    const rooms = new Set(this.users.map(({ room }) => room));
    return {
      rooms: new Map(stored.filter(([place]) => rooms.has(place))),
      inboxes: new Map(stored.filter(([place]) => !rooms.has(place))),
    };
  }

  book(symbol: string): Promise<{ sequence: number; checksum: number; stale: boolean }> {
    return this.#ask<{ orderBook: { sequence: number; checksum: number; stale: boolean } }>(
      undefined,
      'query ($symbol: Symbol!) { orderBook(symbol: $symbol) { sequence checksum stale } }',
      { symbol },
    ).then(({ orderBook }) => orderBook);
  }

  #roomItems(userId: string, room: string): Promise<StoredItem[]> {
    return this.#pages(async (after) => {
      const answer = await this.#ask<{ room: { messages: Page } }>(
        userId,
        `query ($room: ID!, $after: Cursor) { room(id: $room) { messages(first: ${PAGE}, after: $after) {
          edges { node { id sequence content } } pageInfo { endCursor } } } }`,
        { room, after },
      );
      return answer.room.messages;
    });
  }

  #inboxItems(userId: string): Promise<StoredItem[]> {
    return this.#pages(async (after) => {
      const answer = await this.#ask<{ inbox: Page }>(
        userId,
        `query ($after: Cursor) { inbox(first: ${PAGE}, after: $after) {
          edges { node { id sequence content } } pageInfo { endCursor } } }`,
        { after },
      );
      return answer.inbox;
    });
  }

  async #pages(read: (after: string | null) => Promise<Page>): Promise<StoredItem[]> {
    const items: StoredItem[] = [];
    let after: string | null = null;
    for (;;) {
      const { edges, pageInfo }: Page = await read(after);
      items.push(...edges.map(({ node }) => node));
      if (edges.length < PAGE) return items;
      after = pageInfo.endCursor;
    }
  }

  async #say(userId: string, room: string): Promise<void> {
    this.#said += 1;
    const content = `message ${this.#said}`;
    const askedAt = performance.now();
    await this.#ask(
      userId,
      'mutation ($room: ID!, $input: RoomMessageInput!) { sendRoomMessage(roomId: $room, input: $input) { id } }',
      { room, input: { content, clientId: `${userId}/${this.#said}` } },
    );
    this.acknowledged.push({ content, place: room, askedAt, at: performance.now() });
  }

  async #broadcast(users: readonly string[]): Promise<void> {
    this.#said += 1;
    const content = `news ${this.#said}`;
    const askedAt = performance.now();
    await this.#ask(
      'admin',
      'mutation ($users: [ID!]!, $content: String!) { broadcast(to: { users: $users }, input: { content: $content }) { recipients } }',
      { users, content },
    );
    const at = performance.now();
    for (const place of users) this.acknowledged.push({ content, place, askedAt, at });
  }

  /** Again and again, as long as what fails is the server or the way there. */
  async #ask<T>(userId: string | undefined, query: string, variables: object): Promise<T> {
    const token = userId === 'admin' ? this.#admin : userId && (await signEarlier(userId));
    for (;;) {
      try {
        const response = await fetch(`${this.#url}/graphql`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(token ? { authorization: `Bearer ${token}` } : {}),
          },
          body: JSON.stringify({ query, variables }),
          signal: AbortSignal.timeout(10_000),
        });
        const { data, errors } = (await response.json()) as {
          data?: T;
          errors?: { extensions?: { code?: string } }[];
        };
        if (!errors && data) return data;
        const codes = errors?.map(({ extensions }) => extensions?.code) ?? [];
        // counts as a problem, and whatever else was tried goes on
        if (codes.includes('INTERNAL_ERROR')) this.problems.push(JSON.stringify(errors));
        else if (codes.some((code) => code !== 'SERVICE_UNAVAILABLE')) {
          throw new RefusedError(JSON.stringify(errors));
        }
      } catch (error) {
        if (error instanceof RefusedError) throw error;
      }
      await wait(100 + this.#random() * 200);
    }
  }
}

class RefusedError extends Error {}

interface Page {
  readonly edges: readonly { readonly node: StoredItem }[];
  readonly pageInfo: { readonly endCursor: string | null };
}
