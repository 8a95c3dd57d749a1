import { once } from 'node:events';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { freshPostgres } from '../support/places.ts';
import { openRaw } from '../support/raw-socket.ts';
import { User } from '../support/rooms.ts';
import { startServer } from '../support/server.ts';

const statusOf = async (url: string): Promise<unknown> => {
  const response = await fetch(url);
  return { status: response.status, ...((await response.json()) as object) };
};

describe('a server that stops', () => {
  it('T9 turns red and lets nobody in, while clients are told to go one after another', async () => {
    const server = await startServer({ DRAIN_SECONDS: '1' });
    expect(await statusOf(`${server.url}/ready`)).toEqual({ status: 200, ready: true });
    expect(await statusOf(`${server.url}/health`)).toMatchObject({ status: 'ok', database: 'reachable' });
    const clients = await Promise.all(Array.from({ length: 40 }, () => openRaw(server.wsUrl)));
    const stopped = server[Symbol.asyncDispose]();
    expect(await statusOf(`${server.url}/ready`)).toEqual({ status: 503, ready: false });
    expect(await statusOf(`${server.url}/health`)).toMatchObject({ status: 'draining' });
    const refused = new WebSocket(server.wsUrl, 'graphql-transport-ws');
    const [error] = await once(refused, 'error');
    expect(String(error)).toContain('503');
    const query = encodeURIComponent('subscription { streamData(symbols: ["AAPL"]) { price } }');
    const stream = await fetch(`${server.url}/graphql?query=${query}`, {
      headers: { accept: 'text/event-stream' },
    });
    expect(await stream.text()).toMatch(/SERVICE_UNAVAILABLE.*\n\nretry: \d+\n\n$/);
    const gone = (): number => clients.filter(({ closeCode }) => closeCode !== undefined).length;
    await expect.poll(gone).toBeGreaterThan(5);
    expect(gone()).toBeLessThan(35);
    await stopped;
    await expect.poll(() => new Set(clients.map(({ closeCode }) => closeCode))).toEqual(new Set([1001]));
    await expect(fetch(`${server.url}/ready`)).rejects.toThrow();
  });

  it('T9 answers first what was asked before', async () => {
    const url = await freshPostgres();
    const server = await startServer({ DATABASE_URL: url, SHUTDOWN_MS: '10000' });
    const ann = await User.at(server, 'ann');
    const room = await ann.createRoom();
    const raw = await openRaw(server.wsUrl, { payload: { token: ann.token } });
    const idle = await openRaw(server.wsUrl);
    // somebody else holds the room, so that the mutations are still under way when the server stops
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM "Room" FOR UPDATE');
    for (let n = 1; n <= 20; n += 1) {
      raw.subscribe(
        `${n}`,
        'mutation ($r: ID!, $c: String!) { sendRoomMessage(roomId: $r, input: { content: $c }) { sequence } }',
        { r: room, c: `message ${n}` },
      );
    }
    // once this is answered, the server has read what was written before
    raw.send({ type: 'ping' });
    await expect.poll(() => raw.messages.some(({ type }) => type === 'pong')).toBe(true);
    const stopped = server[Symbol.asyncDispose]();
    await expect.poll(() => idle.closeCode).toBe(1001);
    expect(raw.closeCode).toBeUndefined();
    await holder.query('COMMIT');
    await holder.end();
    await stopped;
    const answered = Array.from({ length: 20 }, (_, n) => raw.results(`${n + 1}`)).flat();
    expect(answered.length).toBe(20);
    expect(answered).toEqual(
      answered.map(() => ({ data: { sendRoomMessage: { sequence: expect.any(Number) } } })),
    );
    await expect.poll(() => raw.closeCode).toBe(1001);
  });
});
