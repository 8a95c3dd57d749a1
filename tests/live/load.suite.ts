import { createClient } from 'graphql-ws';
import { expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Place } from '../support/places.ts';
import { openRaw } from '../support/raw-socket.ts';
import { type MessageEvent, ROOM_MESSAGES, User } from '../support/rooms.ts';
import { seededRandom } from '../support/seeded.ts';
import { startServer, type TestServer } from '../support/server.ts';

const SENDERS = 50;
const READERS = 20;
/** On the two sockets that stop reading, so that what is sent to them is more than a kernel buffers. */
const COPIES = 12;
const PADDING = '·'.repeat(700);

/** Reads everything after a cursor over one connection after another, each cut at a random moment. */
async function readWithDrops(
  server: TestServer,
  user: User,
  room: string,
  start: string,
  random: () => number,
  messages: number,
) {
  const sequences: number[] = [];
  let drops = 0;
  let after = start;
  while (sequences.length < messages) {
    const until = sequences.length + 1 + Math.floor(random() * messages * 0.4);
    const client = createClient({
      url: server.wsUrl,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${user.token}` },
    });
    for await (const { data } of client.iterate<{ roomMessages: MessageEvent }>({
      query: ROOM_MESSAGES,
      variables: { room, after },
    })) {
      const event = data?.roomMessages;
      if (!event) throw new Error('a result without data');
      sequences.push(event.message.sequence);
      after = event.cursor;
      if (sequences.length === until || sequences.length === messages) break;
    }
    client.terminate();
    drops += 1;
  }
  return { sequences, drops };
}

/** A socket that stops reading for the middle of the load, with several subscriptions on it. */
async function openStopping(server: TestServer, user: User, room: string, after: string) {
  const raw = await openRaw(server.wsUrl, { payload: { authorization: `Bearer ${user.token}` } });
  for (let n = 1; n <= COPIES; n += 1) raw.subscribe(`${n}`, ROOM_MESSAGES, { room, after });
  const sequencesOf = (id: string): number[] =>
    raw.results(id).map((payload) => {
      const { data } = payload as { data: { roomMessages: MessageEvent } };
      return data.roomMessages.message.sequence;
    });
  return { raw, copies: () => Array.from({ length: COPIES }, (_, n) => sequencesOf(`${n + 1}`)) };
}

/** Many send while many read, some badly: everybody ends with everything, once and in order. */
export function loadSuite(name: string, place: () => Promise<Place>, messages: number): void {
  const all = Array.from({ length: messages }, (_, i) => i + 2);

  it(`L9 on ${name}: ${SENDERS} senders, ${messages} messages, ${READERS} readers that drop and resume, two that stop reading`, {
    timeout: 90_000 + messages * 20,
  }, async () => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    await using keep = await place();
    // on a busy machine the load takes longer than a reader may be stuck, or silent
    await using server = await startServer({
      ...keep.env,
      SLOW_CLIENT_TIMEOUT_MS: '80000',
      KEEP_ALIVE_MS: '80000',
    });
    const owner = await User.at(server, 'owner');
    const room = await owner.createRoom();
    await owner.send(room, 'start');
    const page = await owner.ask<{ room: { messages: { edges: { node: { cursor: string } }[] } } }>(
      'query ($r: ID!) { room(id: $r) { messages { edges { node { cursor } } } } }',
      { r: room },
    );
    const start = page.room.messages.edges[0]?.node.cursor ?? '';

    const stopping = await Promise.all([1, 2].map(() => openStopping(server, owner, room, start)));
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(2 * COPIES);
    for (const { raw } of stopping) raw.socket.pause();
    const reading = Array.from({ length: READERS }, () =>
      readWithDrops(server, owner, room, start, seededRandom(Math.floor(random() * 2 ** 31)), messages),
    );

    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: SENDERS }, async (_, sender) => {
        for (let n = 0; n < messages / SENDERS; n += 1) {
          await owner.send(room, `${sender}-${n} ${PADDING}`, { clientId: `${sender}-${n}` });
        }
      }),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    for (const { raw } of stopping) raw.socket.resume();

    const read = await Promise.all(reading);
    for (const { sequences } of read) expect(sequences, `seed ${seed}`).toEqual(all);
    for (const { copies } of stopping) {
      await expect
        .poll(() => copies().map(({ length }) => length), { interval: 100, timeout: 30_000 })
        .toEqual(Array.from({ length: COPIES }, () => messages));
      for (const sequences of copies()) expect(sequences, `seed ${seed}`).toEqual(all);
    }
    const drops = read.reduce((sum, reader) => sum + reader.drops, 0);
    console.log(
      `${name}: ${messages} messages in ${seconds.toFixed(1)} s, ${drops} connections of ${READERS} readers, seed ${seed}`,
    );
  });
}
