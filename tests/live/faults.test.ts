import { createClient } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type ChildServer, startChild } from '../support/child-server.ts';
import { onPostgres } from '../support/places.ts';
import { startPostgres } from '../support/postgres.ts';
import { type MessageEvent, ROOM_MESSAGES, read, User } from '../support/rooms.ts';
import { seededRandom } from '../support/seeded.ts';
import { listen, SECRET, signFor, startServer } from '../support/server.ts';

const SENDERS = 50;
const MESSAGES = 750;
const READERS = 10;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a server that is killed', () => {
  it('L10 L2 has every acknowledged message when it is back, and everybody gets each once, in order', {
    timeout: 90_000,
  }, async () => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    await using place = await onPostgres();
    const env = { ...place.env, AUTH_SECRET: SECRET, WEBSOCKET_PORT: '0' };
    let server: ChildServer = await startChild(env);
    const token = await signFor('owner');

    const ask = async <T>(query: string, variables: object): Promise<T> => {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await response.json()) as { data?: T; errors?: unknown };
      if (!data || errors) throw new Error(JSON.stringify(errors));
      return data;
    };
    /** As a client should: again until it is answered, with the same clientId. */
    const askUntilAnswered = async <T>(query: string, variables: object): Promise<T> => {
      for (;;) {
        try {
          return await ask<T>(query, variables);
        } catch {
          await pause(50);
        }
      }
    };
    const send = (room: string, clientId: string) =>
      askUntilAnswered<{ sendRoomMessage: { sequence: number; cursor: string } }>(
        'mutation ($r: ID!, $c: String!) { sendRoomMessage(roomId: $r, input: { content: $c, clientId: $c }) { sequence cursor } }',
        { r: room, c: clientId },
      );
    const readAll = async (room: string, start: string): Promise<MessageEvent['message'][]> => {
      const messages: MessageEvent['message'][] = [];
      let after = start;
      while (messages.length < MESSAGES) {
        const client = createClient({
          url: `${server.url.replace('http', 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          retryAttempts: 0,
          connectionParams: { token },
        });
        try {
          const until = messages.length + 1 + Math.floor(random() * 250);
          for await (const { data } of client.iterate<{ roomMessages: MessageEvent }>({
            query: ROOM_MESSAGES,
            variables: { room, after },
          })) {
            if (!data) throw new Error('a result without data');
            messages.push(data.roomMessages.message);
            after = data.roomMessages.cursor;
            if (messages.length === MESSAGES || messages.length === until) break;
          }
        } catch {
          // the server was killed: it comes back at another port
          await pause(50);
        }
        client.terminate();
      }
      return messages;
    };

    try {
      const { createRoom } = await ask<{ createRoom: { id: string } }>(
        'mutation { createRoom(input: { name: "r" }) { id } }',
        {},
      );
      const room = createRoom.id;
      const start = (await send(room, 'start')).sendRoomMessage.cursor;
      const readers = Promise.all(Array.from({ length: READERS }, () => readAll(room, start)));
      const acknowledged = new Map<string, number>();
      const senders = Promise.all(
        Array.from({ length: SENDERS }, async (_, sender) => {
          for (let n = 0; n < MESSAGES / SENDERS; n += 1) {
            const clientId = `${sender}-${n}`;
            acknowledged.set(clientId, (await send(room, clientId)).sendRoomMessage.sequence);
          }
        }),
      );
      await expect.poll(() => acknowledged.size, { timeout: 30_000 }).toBeGreaterThan(MESSAGES / 3);
      const atKill = new Map(acknowledged);
      await server.kill();
      server = await startChild(env);
      await senders;
      for (const messages of await readers) {
        expect(
          messages.map(({ sequence }) => sequence),
          `seed ${seed}`,
        ).toEqual(Array.from({ length: MESSAGES }, (_, i) => i + 2));
        const sequences = new Map(messages.map(({ content, sequence }) => [content, sequence]));
        for (const [clientId, sequence] of acknowledged) expect(sequences.get(clientId)).toBe(sequence);
      }
      expect(atKill.size).toBeLessThan(MESSAGES);
    } finally {
      await server.kill();
    }
  });
});

describe('a database that is away', () => {
  it('L11 refuses rooms with SERVICE_UNAVAILABLE, market data flows, and everything goes on when it is back', {
    timeout: 60_000,
  }, async () => {
    const postgres = await startPostgres();
    try {
      await postgres.createDatabase('tickroom');
      await using server = await startServer({ DATABASE_URL: postgres.url('tickroom') });
      const ann = await User.at(server, 'ann');
      const room = await ann.createRoom();
      const reading = await read(server, ann.client(), room);
      const quotes = listen<{ streamData: { price: string } }>(
        server.client(),
        'subscription { streamData(symbols: ["AAPL"]) { price } }',
      );
      await ann.send(room, 'before');
      await expect.poll(() => reading.contents).toEqual(['before']);

      await postgres.kill();
      await expect(ann.send(room, 'lost', { clientId: 'a' })).rejects.toThrow('SERVICE_UNAVAILABLE');
      await expect(ann.ask('query ($r: ID!) { room(id: $r) { name } }', { r: room })).rejects.toThrow(
        'SERVICE_UNAVAILABLE',
      );
      // a client that comes back would not ask again after an error
      const held = listen<{ roomMessages: MessageEvent }>(ann.client(), ROOM_MESSAGES, { room });
      for (const price of ['1', '2', '3']) await server.publish('publishQuotes', [{ symbol: 'AAPL', price }]);
      await expect.poll(() => quotes.data.at(-1)?.streamData.price).toBe('3');
      expect([...reading.listening.errors, ...held.errors]).toEqual([]);

      await postgres.restart();
      await expect
        .poll(() => ann.send(room, 'lost', { clientId: 'a' }).then(({ sequence }) => sequence, String), {
          timeout: 20_000,
        })
        .toBe(2);
      await expect.poll(() => server.app.stats().streaming.subscribers, { timeout: 10_000 }).toBe(3);
      for (const text of ['after', 'and on']) await ann.send(room, text);
      await expect.poll(() => reading.contents).toEqual(['before', 'lost', 'after', 'and on']);
      await expect
        .poll(() => held.data.at(-1)?.roomMessages.message.content, { timeout: 5000 })
        .toBe('and on');
      expect(held.errors).toEqual([]);
      expect(server.app.stats().streaming.subscribers).toBe(3);
    } finally {
      await postgres.stop();
    }
  });
});
