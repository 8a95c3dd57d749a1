import { signFor } from '../support/server.ts';

interface TalkersOptions {
  readonly rooms: number;
  /** in each room */
  readonly members: number;
  readonly random: () => number;
}

const EVERY_MS = 60;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** People who say something every now and then, and say it again until it was taken. */
export class Talkers {
  readonly users: readonly { readonly userId: string; readonly room: string }[];
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
    const admin = await signFor('admin', 'ADMIN');
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

  /** The newest sequence of each room and inbox. */
  async heads(): Promise<{ rooms: Map<string, number>; inboxes: Map<string, number> }> {
    const rooms = new Map<string, number>();
    const inboxes = new Map<string, number>();
    for (const { userId, room } of this.users) {
      const { room: found, inbox } = await this.#ask<{
        room: { lastSequence: number };
        inbox: { edges: { node: { sequence: number } }[]; pageInfo: { endCursor: string | null } };
      }>(
        userId,
        'query ($room: ID!) { room(id: $room) { lastSequence } inbox(first: 100) { edges { node { sequence } } pageInfo { endCursor } } }',
        { room },
      );
      rooms.set(room, found.lastSequence);
      inboxes.set(userId, await this.#lastOf(userId, inbox));
    }
    return { rooms, inboxes };
  }

  book(symbol: string): Promise<{ sequence: number; checksum: number; stale: boolean }> {
    return this.#ask<{ orderBook: { sequence: number; checksum: number; stale: boolean } }>(
      undefined,
      'query ($symbol: Symbol!) { orderBook(symbol: $symbol) { sequence checksum stale } }',
      { symbol },
    ).then(({ orderBook }) => orderBook);
  }

  async #lastOf(
    userId: string,
    page: { edges: { node: { sequence: number } }[]; pageInfo: { endCursor: string | null } },
  ): Promise<number> {
    let { edges, pageInfo } = page;
    let last = 0;
    while (edges.length > 0) {
      last = edges.at(-1)?.node.sequence ?? last;
      ({
        inbox: { edges, pageInfo },
      } = await this.#ask<{ inbox: typeof page }>(
        userId,
        'query ($after: Cursor) { inbox(first: 100, after: $after) { edges { node { sequence } } pageInfo { endCursor } } }',
        { after: pageInfo.endCursor },
      ));
    }
    return last;
  }

  #say(userId: string, room: string): Promise<unknown> {
    this.#said += 1;
    const input = { content: `message ${this.#said}`, clientId: `${userId}/${this.#said}` };
    return this.#ask(
      userId,
      'mutation ($room: ID!, $input: RoomMessageInput!) { sendRoomMessage(roomId: $room, input: $input) { id } }',
      { room, input },
    );
  }

  #broadcast(users: readonly string[]): Promise<unknown> {
    return this.#ask(
      'admin',
      'mutation ($users: [ID!]!) { broadcast(to: { users: $users }, input: { content: "news" }) { recipients } }',
      { users },
    );
  }

  /** Again and again, as long as what fails is the server or the way there. */
  async #ask<T>(userId: string | undefined, query: string, variables: object): Promise<T> {
    const token = userId === 'admin' ? this.#admin : userId && (await signFor(userId));
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
        if (errors?.some(({ extensions }) => extensions?.code !== 'SERVICE_UNAVAILABLE')) {
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
