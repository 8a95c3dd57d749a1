import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Client, createClient } from 'graphql-ws';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { embedded, freshPostgres, giveBackPostgres } from '../support/places.ts';
import { onServer } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { type MessageEvent, ROOM_MESSAGES, User } from '../support/rooms.ts';
import { type Listening, listen, startServer, type TestServer } from '../support/server.ts';

type Rooms = { roomMessages: MessageEvent };
interface Backup {
  readonly env: Record<string, string>;
  make(): Promise<void>;
  /** Puts back the state of the backup. */
  restore(): Promise<void>;
  remove(): Promise<void>;
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A copy of the folder, as people back up what is embedded. */
async function folder(): Promise<Backup> {
  const place = await embedded();
  const from = path.join(place.env.DATA_DIR, 'database');
  const to = path.join(place.env.DATA_DIR, 'backup');
  return {
    env: place.env,
    make: async () => {
      cpSync(from, to, { recursive: true });
    },
    restore: async () => {
      rmSync(from, { recursive: true });
      cpSync(to, from, { recursive: true });
    },
    remove: async () => {
      await place[Symbol.asyncDispose]();
    },
  };
}

/** A database that takes the place of the one it was copied from, as after pg_restore or a failover. */
async function copiedDatabase(): Promise<Backup> {
  const url = await freshPostgres();
  const name = new URL(url).pathname.slice(1);
  const server = new URL(url);
  server.pathname = '/postgres';
  const sql = async (...statements: string[]) => {
    for (const statement of statements) await onServer(server.href, statement);
  };
  const close = `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname LIKE '${name}%'`;
  return {
    env: { DATABASE_URL: url },
    make: () => sql(close, `CREATE DATABASE "${name} backup" TEMPLATE "${name}" STRATEGY FILE_COPY`),
    restore: () =>
      sql(
        `ALTER DATABASE "${name}" ALLOW_CONNECTIONS false`,
        close,
        `DROP DATABASE "${name}"`,
        `ALTER DATABASE "${name} backup" RENAME TO "${name}"`,
      ),
    remove: () => giveBackPostgres(url),
  };
}

/** The very database, with rows of before: nothing but the mark tells. */
async function rewoundRows(): Promise<Backup> {
  const url = await freshPostgres();
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tickroom-test-'));
  const tables = ['User', 'Room', 'Membership', 'RoomMessage', 'SubscriptionProgress', 'StoredEpoch'];
  return {
    env: { DATABASE_URL: url, DATA_DIR: dataDir },
    make: () =>
      onServer(
        url,
        `CREATE SCHEMA backup; ${tables.map((table) => `CREATE TABLE backup."${table}" AS TABLE "${table}"`).join(';')}`,
      ),
    restore: () =>
      onServer(
        url,
        `BEGIN; SET LOCAL session_replication_role = replica;
          ${tables.map((table) => `DELETE FROM "${table}"; INSERT INTO "${table}" SELECT * FROM backup."${table}"`).join(';')};
          COMMIT; DROP SCHEMA backup CASCADE;
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      ),
    remove: async () => {
      rmSync(dataDir, { recursive: true, force: true });
      await giveBackPostgres(url);
    },
  };
}

describe('a database that is restored from a backup', () => {
  const clients: Client[] = [];
  const servers: TestServer[] = [];
  const leave: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.terminate();
    for (const client of clients.splice(0)) await client.dispose();
    for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
    for (const one of leave.splice(0)) await one();
  });

  const start = async (env: Record<string, string>) => {
    const server = await startServer(env);
    servers.push(server);
    return server;
  };
  const stop = async () => {
    await servers.pop()?.[Symbol.asyncDispose]();
  };
  function client(token: string): Client {
    const made = createClient({
      url: () => servers.at(-1)?.wsUrl ?? 'ws://127.0.0.1:1',
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: () => pause(50),
      shouldRetry: () => true,
    });
    clients.push(made);
    return made;
  }
  const contents = ({ data }: Listening<Rooms>) =>
    data.map(({ roomMessages }) => roomMessages.message.content);
  const told = ({ results }: Listening<Rooms>) =>
    results.flatMap(({ extensions }) => (extensions ? [(extensions as { resume: object }).resume] : []));
  const say = async (user: User, room: string, words: string, from: number, to: number) => {
    for (const n of upTo(to, from)) await user.send(room, `${words} ${n}`);
  };
  const changed = { recovered: false, reason: 'EPOCH_CHANGED' };

  it.each([
    ['an embedded one, copied back', folder],
    ['one that took its place', copiedDatabase],
    ['its rows alone', rewoundRows],
  ])(
    'U12 is recognized at the start, told at once, and nothing new is skipped: %s',
    {
      timeout: 60_000,
    },
    async (_what, make) => {
      const backup = await make();
      leave.push(() => backup.remove());
      let server = await start(backup.env);
      let ann = await User.at(server, 'ann');
      const room = await ann.createRoom();
      const early = listen<Rooms>(client(ann.token), ROOM_MESSAGES, { room });
      await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
      await say(ann, room, 'old', 1, 5);
      await expect.poll(() => contents(early).length).toBe(5);
      await stop();
      await backup.make();
      server = await start(backup.env);
      ann = await User.at(server, 'ann');
      await expect.poll(() => server.app.stats().streaming.subscribers, { timeout: 5000 }).toBe(1);
      // one that the backup does not know
      const late = listen<Rooms>(client(ann.token), ROOM_MESSAGES, { room });
      await expect.poll(() => server.app.stats().streaming.subscribers).toBe(2);
      await say(ann, room, 'old', 6, 15);
      await expect.poll(() => contents(late).length).toBe(10);
      const cursor = late.data.at(-1)?.roomMessages.cursor;
      await stop();
      await backup.restore();

      server = await start(backup.env);
      ann = await User.at(server, 'ann');
      for (const heard of [early, late]) {
        await expect.poll(() => told(heard).at(-1), { timeout: 10_000 }).toMatchObject(changed);
      }
      await say(ann, room, 'new', 6, 20);
      const expected = upTo(20, 6).map((n) => `new ${n}`);
      for (const heard of [early, late]) {
        await expect.poll(() => contents(heard).slice(-15), { timeout: 5000 }).toEqual(expected);
      }
      // by hand, with a cursor of before: new messages have its number
      const byHand = listen<Rooms>(client(ann.token), ROOM_MESSAGES, { room, after: cursor });
      await expect.poll(() => contents(byHand).slice(-15), { timeout: 5000 }).toEqual(expected);
      expect(told(byHand)).toMatchObject([changed]);
      const next = byHand.data.at(-1)?.roomMessages.cursor;
      await say(ann, room, 'new', 21, 22);
      const again = listen<Rooms>(client(ann.token), ROOM_MESSAGES, { room, after: next });
      await expect.poll(() => contents(again)).toEqual(['new 21', 'new 22']);
      expect(told(again)).toMatchObject([{ recovered: true }]);
    },
  );

  it('U12 is recognized while the server runs: open subscriptions are told and go on', {
    timeout: 60_000,
  }, async () => {
    const backup = await rewoundRows();
    leave.push(() => backup.remove());
    const redis = await startRedis();
    leave.push(() => redis.stop());
    const env = { ...backup.env, REDIS_URL: redis.url };
    const [a, b] = [await start(env), await start(env)];
    const ann = await User.at(a, 'ann');
    const room = await ann.createRoom();
    await say(ann, room, 'old', 1, 5);
    await backup.make();
    const heard = [a, b].map((server) => listen<Rooms>(server.client(ann.token), ROOM_MESSAGES, { room }));
    await expect
      .poll(() => a.app.stats().streaming.subscribers + b.app.stats().streaming.subscribers)
      .toBe(2);
    await say(ann, room, 'old', 6, 15);
    for (const one of heard) await expect.poll(() => contents(one).length).toBe(10);
    const isAhead = `DO $$ BEGIN ASSERT (SELECT "mark" FROM "StoredEpoch") > (SELECT "mark" FROM backup."StoredEpoch"); END $$`;
    const url = backup.env.DATABASE_URL ?? '';
    await expect
      .poll(
        () =>
          onServer(url, isAhead).then(
            () => true,
            () => false,
          ),
        { timeout: 10_000 },
      )
      .toBe(true);
    await backup.restore();
    await expect
      .poll(() => ann.send(room, 'new 6').then(({ content }) => content, String), { timeout: 10_000 })
      .toBe('new 6');
    await say(ann, room, 'new', 7, 20);
    for (const one of heard) {
      await expect
        .poll(() => contents(one).slice(-15), { timeout: 10_000 })
        .toEqual(upTo(20, 6).map((n) => `new ${n}`));
      expect(told(one)).toMatchObject([changed]);
      expect(one.errors).toEqual([]);
    }
  });
});
