import type { Client } from 'graphql-ws';
import { expect } from 'vitest';
import { type Listening, listen, type TestServer } from './server.ts';

export interface MessageEvent {
  readonly kind: 'CREATED' | 'EDITED' | 'DELETED';
  readonly cursor: string;
  readonly message: { readonly id: string; readonly sequence: number; readonly content: string | null };
}

export const ROOM_MESSAGES =
  'subscription ($room: ID!, $after: Cursor) { roomMessages(roomId: $room, after: $after) { kind cursor message { id sequence content } } }';

/** Somebody at one server: what a front end would do, in its words. */
export class User {
  readonly id: string;
  readonly token: string;
  readonly #server: TestServer;

  private constructor(server: TestServer, id: string, token: string) {
    this.#server = server;
    this.id = id;
    this.token = token;
  }

  static async at(server: TestServer, id: string, role?: 'ADMIN' | 'PUBLISHER'): Promise<User> {
    return new User(server, id, await server.token(id, role));
  }

  client(): Client {
    return this.#server.client(this.token);
  }

  /** The data of an operation. @throws Error with the code of its first error */
  async ask<T>(query: string, variables?: object): Promise<T> {
    const { data, errors } = await this.#server.post(query, variables, this.token);
    const [error] = errors ?? [];
    if (error) throw new Error(`${error.extensions?.code}: ${error.message}`, { cause: error });
    return data as T;
  }

  async createRoom(input: object = {}): Promise<string> {
    const { createRoom } = await this.ask<{ createRoom: { id: string } }>(
      'mutation ($input: CreateRoomInput!) { createRoom(input: $input) { id } }',
      { input: { name: 'a room', ...input } },
    );
    return createRoom.id;
  }

  async join(room: string, password?: string): Promise<string> {
    const { joinRoom } = await this.ask<{ joinRoom: { role: string } }>(
      'mutation ($room: ID!, $password: String) { joinRoom(roomId: $room, password: $password) { role } }',
      { room, password },
    );
    return joinRoom.role;
  }

  async send(room: string, content: string, more: object = {}): Promise<MessageEvent['message']> {
    const { sendRoomMessage } = await this.ask<{ sendRoomMessage: MessageEvent['message'] }>(
      'mutation ($room: ID!, $input: RoomMessageInput!) { sendRoomMessage(roomId: $room, input: $input) { id sequence content } }',
      { room, input: { content, ...more } },
    );
    return sendRoomMessage;
  }
}

export interface Reading {
  readonly listening: Listening<{ roomMessages: MessageEvent }>;
  readonly events: MessageEvent[];
  readonly contents: (string | null)[];
  readonly cursor: string | undefined;
  stop(): void;
}

/** Subscribes to a room's messages, and waits until the server has let the user in. */
export async function read(
  server: TestServer,
  client: Client,
  room: string,
  after?: string,
): Promise<Reading> {
  const before = server.app.stats().streaming.subscribers;
  const listening = listen<{ roomMessages: MessageEvent }>(client, ROOM_MESSAGES, { room, after });
  await expect
    .poll(() => server.app.stats().streaming.subscribers > before || listening.errors.length > 0)
    .toBe(true);
  const reading: Reading = {
    listening,
    get events(): MessageEvent[] {
      return listening.data.map(({ roomMessages }) => roomMessages);
    },
    get contents(): (string | null)[] {
      return this.events.map(({ message }) => message.content);
    },
    get cursor(): string | undefined {
      return this.events.at(-1)?.cursor;
    },
    stop: () => listening.stop(),
  };
  return reading;
}
