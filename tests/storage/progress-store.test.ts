import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Progress } from '../../src/fanout/resume/progress-store.ts';
import { openPlace, PLACES } from '../support/places.ts';

const HOUR_MS = 3_600_000;

const progress = (key: string, sequence: number, more: Partial<Progress> = {}): Progress => ({
  userId: 'ann',
  key,
  identity: 'the same',
  positions: { 'room:1': ['', sequence], 'trade:BTC/USDT': ['e"\\', 2 ** 53 - 1] },
  writer: 's/1',
  matchId: null,
  token: 'a token',
  isLost: false,
  ...more,
});
const ref = (key: string, userId = 'ann') => ({ userId, key });
const found = (one: Progress) => ({ ...one, isGone: false });
const MIGRATION = new URL(
  '../../prisma/migrations/20261127173000_subscription_sessions/migration.sql',
  import.meta.url,
);

describe.each(PLACES)('progress on %s', (name, make) => {
  it('U4 is found as it was written, and only by whom it is of', async () => {
    await using place = await make();
    await using database = await openPlace(place);
    const store = database.progress;
    await store.begin([progress('1', 1), progress('2', 2), progress('1', 3, { userId: "o'neill" })]);
    expect(
      await store.find([ref('2'), ref('none'), ref('1', "o'neill"), ref('1'), ref('2', "o'neill")]),
    ).toEqual([
      found(progress('2', 2)),
      undefined,
      found(progress('1', 3, { userId: "o'neill" })),
      found(progress('1', 1)),
      undefined,
    ]);
    await store.update([progress('1', 7, { isLost: true, token: null })]);
    expect(await store.find([ref('1')])).toEqual([found(progress('1', 7, { isLost: true, token: null }))]);
    // another has begun it: what the first still writes is late
    await store.begin([progress('1', 8, { writer: 't/1' })]);
    await store.update([progress('1', 9)]);
    await store.forget([
      { ...ref('1'), writer: 's/1' },
      { ...ref('2'), writer: 's/1' },
    ]);
    expect(await store.find([ref('1'), ref('2')])).toEqual([
      found(progress('1', 8, { writer: 't/1' })),
      undefined,
    ]);
    // a long quiet subscription whose row is gone
    await store.update([progress('2', 10)]);
    expect(await store.find([ref('2')])).toEqual([found(progress('2', 10))]);
    expect(await store.find([])).toEqual([]);
  });

  it('U9 is pruned by the time of the database, and it is remembered for a day that it was there', async () => {
    await using place = await make();
    {
      await using database = await openPlace(place);
      await database.progress.begin([
        progress('old', 1),
        progress('state', 1, { positions: {} }),
        progress('counted', 1, { matchId: '1' }),
        progress('new', 1),
      ]);
      // an instance whose clock is ahead
      const ahead = Date.now() + 2 * HOUR_MS;
      const clock = vi.spyOn(Date, 'now');
      // the embedded database has the clock of its process
      if (name === 'PostgreSQL') clock.mockReturnValue(ahead);
      await database.progress.prune(HOUR_MS, 24 * HOUR_MS);
      clock.mockRestore();
      expect(await database.progress.find([ref('old'), ref('new')])).toMatchObject([
        { isGone: false },
        { isGone: false },
      ]);
    }
    const age = (hours: number, column: string) =>
      place.run(
        `UPDATE "SubscriptionProgress" SET "${column}" = "${column}" - interval '${hours} hours' WHERE "operationId" <> 'new'`,
      );
    await age(1.1, 'updatedAt');
    const keys = [ref('old'), ref('state'), ref('counted'), ref('new')];
    {
      await using database = await openPlace(place);
      await database.progress.prune(HOUR_MS, 24 * HOUR_MS);
      expect(await database.progress.find(keys)).toEqual([
        { ...progress('old', 1), positions: {}, isGone: true },
        undefined,
        undefined,
        found(progress('new', 1)),
      ]);
      // again, and it is still known
      await database.progress.prune(HOUR_MS, 24 * HOUR_MS);
      expect(await database.progress.find([ref('old')])).toMatchObject([
        { identity: 'the same', isGone: true },
      ]);
    }
    await age(25, 'goneAt');
    {
      await using database = await openPlace(place);
      await database.progress.prune(HOUR_MS, 24 * HOUR_MS);
      expect(await database.progress.find(keys)).toMatchObject([undefined, undefined, undefined, {}]);
    }
  });

  it('U10 finds what was lost a short while ago by what was subscribed to, and gives it to one', async () => {
    await using place = await make();
    {
      await using database = await openPlace(place);
      const store = database.progress;
      await store.beat('alive');
      await store.begin([
        progress('a', 1, { matchId: '1', isLost: true, writer: 'alive/1' }),
        progress('b', 2, { matchId: '1', writer: 'alive/2' }),
        progress('c', 3, { matchId: '1', writer: 'never seen/1' }),
        progress('d', 4, { matchId: '1', isLost: true, identity: 'another' }),
        progress('e', 5, { matchId: '2', isLost: true }),
        progress('f', 6, { matchId: '1', isLost: true, userId: 'ben' }),
        progress('1', 7, { isLost: true, identity: 'of before' }),
      ]);
      const query = { userId: 'ann', matchId: '1', identity: 'the same' };
      const [candidates, none, before] = await store.findLost(
        [query, { ...query, identity: 'none' }, { ...query, identity: 'of before' }],
        120_000,
      );
      expect(candidates?.map(({ key, isLost, isSilent }) => [key, isLost, isSilent]).sort()).toEqual([
        ['a', true, false],
        ['b', false, false],
        ['c', false, true],
      ]);
      expect(candidates?.find(({ key }) => key === 'b')?.beat).toMatch(/^\d{4}-/);
      expect(candidates?.find(({ key }) => key === 'a')).toMatchObject({
        token: 'a token',
        positions: progress('a', 1).positions,
      });
      expect(none).toEqual([]);
      // one of a server that knew of no sessions
      expect(before).toMatchObject([{ key: '1', isLost: true }]);
      const a = { ...ref('a'), writer: 'alive/1' };
      expect(await store.take([a, a, { ...ref('e'), writer: 'other' }])).toEqual([true, false, false]);
      expect(await store.take([a])).toEqual([false]);
    }
    await place.run(`UPDATE "ProgressSession" SET "seenAt" = "seenAt" - interval '3 seconds';
      UPDATE "SubscriptionProgress" SET "updatedAt" = "updatedAt" - interval '3 minutes' WHERE "operationId" = 'c'`);
    await using database = await openPlace(place);
    expect(
      await database.progress.findLost([{ userId: 'ann', matchId: '1', identity: 'the same' }], 120_000),
    ).toMatchObject([[{ key: 'b', isSilent: true }]]);
  });

  it('U10 keeps what was stored before there were sessions, and works beside servers of then', async () => {
    await using place = await make();
    await place.run(`DROP TABLE "ProgressSession";
      ALTER TABLE "SubscriptionProgress" DROP COLUMN "goneAt", DROP COLUMN "lostAt", DROP COLUMN "matchId", DROP COLUMN "token";
      INSERT INTO "SubscriptionProgress" VALUES ('ann', 'stored', 'the same', '{"room:1": ["", 5]}', 's', now())`);
    await place.run(readFileSync(MIGRATION, 'utf8'));
    const row = {
      userId: 'ann',
      identity: 'the same',
      positions: { 'room:1': ['', 6] },
      session: 's',
      updatedAt: new Date(),
    };
    const rows = ['stored', 'begun'].map((operationId) => JSON.stringify({ ...row, operationId })).join();
    // as that server did it
    await place.run(`INSERT INTO "SubscriptionProgress"
      SELECT * FROM json_populate_recordset(NULL::"SubscriptionProgress", '[${rows}]'::json)
      ON CONFLICT ("userId", "operationId") DO UPDATE SET "identity" = excluded."identity",
        "positions" = excluded."positions", "session" = excluded."session", "updatedAt" = excluded."updatedAt"`);
    await using database = await openPlace(place);
    expect(await database.progress.find([ref('stored'), ref('begun')])).toMatchObject([
      { positions: { 'room:1': ['', 6] }, isLost: true, isGone: false },
      { positions: { 'room:1': ['', 6] }, isLost: false, isGone: false },
    ]);
  });
});
