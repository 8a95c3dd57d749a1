import { describe, expect, it } from 'vitest';
import { TickroomError } from '../../src/errors.ts';
import { asStoreError, isOutage } from '../../src/storage/connection/guard.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { newRoom } from '../rooms/new-room.ts';
import { startChild } from '../support/child-server.ts';
import { folder, onPostgres, openPlace } from '../support/places.ts';
import { startPostgres } from '../support/postgres.ts';
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
