import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { TickroomError } from '../../src/errors.ts';
import { asStoreError, isOutage } from '../../src/storage/connection/guard.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { newRoom } from '../rooms/new-room.ts';
import { startChild } from '../support/child-server.ts';
import { folder, onPostgres, openPlace } from '../support/places.ts';
import { onServer, startPostgres } from '../support/postgres.ts';
import { SECRET } from '../support/server.ts';

describe('a database that cannot be reached', () => {
  it('G18 stops the start with one sentence that does not show the password', async () => {
    const env = {
      DATABASE_URL: 'postgresql://someone:hunter2@127.0.0.1:1/nowhere',
      AUTH_SECRET: SECRET,
      WEBSOCKET_PORT: '0',
    };
    const failure = await startChild(env).then(String, String);
    expect(failure).toMatch(
      /The server ended with 1: The database of DATABASE_URL cannot be used \(.*ECONNREFUSED.*\): start it, or correct the address\.\n$/,
    );
    expect(failure).not.toContain('hunter2');
  });

  it('G18 is SERVICE_UNAVAILABLE at once, told once, and works again by itself', {
    timeout: 30_000,
  }, async () => {
    const postgres = await startPostgres();
    const { dataDir, remove } = folder();
    try {
      await postgres.createDatabase('tickroom');
      const told: boolean[] = [];
      await using database = await openDatabase({
        url: postgres.url('tickroom'),
        dataDir,
        onReachable: (isReachable) => told.push(isReachable),
        onError: () => {},
      });
      await postgres.kill();
      const startedAt = performance.now();
      const attempts = [
        database.rooms.counts(),
        database.rooms.room('r'),
        database.rooms.addMember({ roomId: 'r', userId: 'u', role: 'MEMBER', joinedAt: 0 }),
        database.messages.append([], () => undefined),
        database.messages.history('r', { from: 'last', limit: 1 }),
        database.inbox.states(['u']),
        database.inbox.acknowledge('u', 1, ''),
      ];
      for (const outcome of await Promise.allSettled(attempts)) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'SERVICE_UNAVAILABLE' } });
      }
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      expect(told).toEqual([false]);
      await postgres.restart();
      await expect
        .poll(() => database.rooms.counts().catch(() => 'away'), { timeout: 10_000 })
        .toMatchObject({ total: 0 });
      expect(told).toEqual([false, true]);
    } finally {
      await postgres.stop();
      await remove();
    }
  });

  it('G18 is SERVICE_UNAVAILABLE while it is replaced by another one, and works again by itself', {
    timeout: 30_000,
  }, async () => {
    await using place = await onPostgres();
    const url = new URL(place.env.DATABASE_URL ?? '');
    const name = url.pathname.slice(1);
    url.pathname = '/postgres';
    await using database = await openDatabase({
      url: place.env.DATABASE_URL,
      dataDir: place.env.DATA_DIR,
      onError: () => {},
    });
    const alter = (sql: string, from = name) => onServer(url.href, `ALTER DATABASE "${from}" ${sql}`);
    const close = () =>
      onServer(
        url.href,
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname LIKE '${name}%'`,
      );
    await alter('ALLOW_CONNECTIONS false');
    await close();
    const refused = { code: 'SERVICE_UNAVAILABLE' };
    // one that was lost while nobody used it is found out about by who uses it first
    await expect.poll(() => database.rooms.counts().catch((error: unknown) => error)).toMatchObject(refused);
    await expect(database.rooms.counts()).rejects.toMatchObject(refused);
    await expect(database.epoch.compare({ ...database.epoch.mark, epoch: 'x' })).rejects.toSatisfy(isOutage);
    await alter(`RENAME TO "${name} gone"`);
    await expect(database.rooms.counts()).rejects.toMatchObject(refused);
    await expect(database.epoch.compare({ ...database.epoch.mark, epoch: 'x' })).rejects.toSatisfy(isOutage);
    await alter(`RENAME TO "${name}"`, `${name} gone`);
    await alter('ALLOW_CONNECTIONS true');
    await expect
      .poll(() => database.rooms.counts().catch(() => 'away'), { timeout: 10_000 })
      .toMatchObject({ total: 0 });
  });

  it('G18 ends no process whose connections are lost while they are used', { timeout: 30_000 }, async () => {
    const postgres = await startPostgres();
    const { dataDir, remove } = folder();
    const holder = new pg.Client({ connectionString: postgres.url('tickroom') });
    holder.on('error', () => {});
    try {
      await postgres.createDatabase('tickroom');
      await using database = await openDatabase({
        url: postgres.url('tickroom'),
        dataDir,
        onError: () => {},
      });
      await holder.connect();
      await holder.query('BEGIN; SELECT * FROM "StoredEpoch" FOR UPDATE');
      const { epoch } = database;
      const looking = epoch.compare({ ...epoch.mark, epoch: 'another' }).catch((error: unknown) => error);
      await expect
        .poll(async () => {
          const sql = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;
          return (await holder.query(sql)).rowCount;
        })
        .toBe(1);
      await postgres.kill();
      // an error that nobody listens to would fail this run
      expect(isOutage(await looking)).toBe(true);
    } finally {
      await postgres.stop();
      await remove();
    }
  });

  it('G18 is not confused with what the database refuses', async () => {
    await using place = await onPostgres();
    await using database = await openPlace(place);
    const room = newRoom();
    await database.rooms.create(room, 'ann');
    const again = await database.rooms.create(room, 'ann').catch((error: unknown) => error);
    expect(again).not.toBeInstanceOf(TickroomError);
    expect(isOutage(again)).toBe(false);
    const plain = new Error('plain');
    expect(asStoreError(plain)).toBe(plain);
  });
});
