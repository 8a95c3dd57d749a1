import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPg } from '@prisma/adapter-pg';
import Big from 'big.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TradeBars } from '../../src/market/bars/trade-bars.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { PrismaClient } from '../../src/storage/generated/client.ts';
import { StoredTradeBars } from '../../src/storage/stores/stored-trade-bars.ts';
import { readSequences } from '../../src/storage/stores/trade-bar-rows.ts';
import { amount, pricesShown, shown, tradeBarsContract } from '../market/bars/trade-bars.contract.ts';
import { folder, freshPostgres, openPlace, PLACES, type Place } from '../support/places.ts';
import { onServer, startPostgres } from '../support/postgres.ts';

const MINUTE = 60_000;
const today = Math.floor(Date.now() / 86_400_000) * 86_400_000;
const all = (bars: TradeBars, symbol: string, length: 'minute' | 'day') =>
  [...bars.newestFirst(symbol, length)].map((bar) => ({ ...shown(bar), ...pricesShown(bar) }));

async function query({ env }: Place, sql: string): Promise<void> {
  if (env.DATABASE_URL) return onServer(env.DATABASE_URL, sql);
  const embedded = await PGlite.create(path.join(env.DATA_DIR, 'database'));
  await embedded.exec(sql);
  await embedded.close();
}

describe('on a database', () => {
  let prisma: PrismaClient;
  beforeAll(async () => {
    prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: await freshPostgres() }) });
  });
  const opened: StoredTradeBars[] = [];
  afterAll(async () => {
    for (const bars of opened) await bars[Symbol.asyncDispose]();
    await prisma.$disconnect();
  });

  tradeBarsContract('the database', async () => {
    const bars = await StoredTradeBars.open({
      prisma,
      // the contract is about one process: nothing is left for the next
      writeAfterMs: 1_000_000,
      onError: () => {},
    });
    opened.push(bars);
    return bars;
  });

  it('G17 go on with a bar that was stored, in all of its prices', async () => {
    const options = { prisma, onError: () => {} };
    const trades = [
      ['5', today + 50],
      ['7', today + 60],
      ['3', today + 40],
      ['4', today + 70],
    ] as const;
    for (const [price, time] of trades) {
      await using bars = await StoredTradeBars.open(options);
      bars.add('GROWN', 'day', today, { ...amount('1', time), price });
    }
    await using bars = await StoredTradeBars.open(options);
    expect(all(bars, 'GROWN', 'day')).toMatchObject([
      { open: '3', high: '7', low: '3', close: '4', volume: '4', firstTradeAt: today + 40 },
    ]);
  });

  it('G17 remember that there is more than memory keeps', async () => {
    const options = { prisma, mostDays: 3, onError: () => {} };
    for (const first of [0, 3]) {
      await using bars = await StoredTradeBars.open(options);
      for (let day = first; day < first + 3; day += 1) {
        bars.add('MANY', 'day', today + day * 86_400_000, amount('1'));
      }
    }
    await using bars = await StoredTradeBars.open(options);
    expect(all(bars, 'MANY', 'day').length).toBe(3);
    expect(bars.isComplete('MANY', 'day')).toBe(false);
    expect(bars.isComplete('OTHER', 'day')).toBe(true);
  });

  it('M30 of each scope the newest ten parts of sequences are stored, and those used last are read last', async () => {
    const scope = (source: string) => ({ symbol: 'SEEN', source, day: today });
    const options = { prisma, onError: () => {} };
    const now = Date.now();
    for (let run = 0; run < 3; run += 1) {
      await using bars = await StoredTradeBars.open(options);
      for (let i = 0; i < 5000; i += 1) bars.seen.add(scope('often'), String(2 * (5000 * run + i)), now);
      bars.seen.add(scope('seldom'), String(run), now - 60_000);
    }
    await using bars = await StoredTradeBars.open(options);
    expect(bars.seen.add(scope('often'), '29998', now)).toBe(false);
    expect(bars.seen.add(scope('often'), '0', now)).toBe(true);
    const stored = (await readSequences(prisma)).filter((part) => part.scope.symbol === 'SEEN');
    expect(stored.map((part) => `${part.scope.source} ${part.part}`)).toEqual([
      'seldom 0',
      ...Array.from({ length: 10 }, (_, i) => `often ${i + 5}`),
    ]);
  });
});

describe.each(PLACES)('on %s', (_name, make) => {
  it('G17 bars are there after a restart, digit for digit, and go on', async () => {
    await using place = await make();
    const expected: unknown[] = [];
    const buy = { part: 'superLarge', direction: 'inflow' } as const;
    {
      await using database = await openPlace(place);
      await using bars = await database.openTradeBars();
      bars.add('A', 'minute', today, amount('0.1', today + 1, buy));
      bars.add('A', 'minute', today, {
        ...amount('12345678901234567890.123456789', today + 2, buy),
        price: '12345678901234567890.10',
        size: new Big('0.000000000000000001'),
      });
      bars.add('A', 'minute', today + MINUTE, amount('3', today + MINUTE));
      bars.add('A', 'minute', today, amount('0.2', today + 3, { part: 'small', direction: 'outflow' }));
      bars.add('A', 'day', today, amount('5', today + 5, buy));
      expected.push(all(bars, 'A', 'minute'), all(bars, 'A', 'day'));
    }
    await using database = await openPlace(place);
    await using bars = await database.openTradeBars();
    expect([all(bars, 'A', 'minute'), all(bars, 'A', 'day')]).toEqual(expected);
    bars.add('A', 'day', today, amount('1', today + 6, buy));
    expect(all(bars, 'A', 'day')).toMatchObject([
      { turnover: '6', 'superLarge inflow': '6', volume: '2', firstTradeAt: today + 5 },
    ]);
  });

  it('G17 bars from before prices were kept load without, and stay so', async () => {
    await using place = await make();
    const at = (iso: number) => new Date(iso).toISOString();
    await query(
      place,
      `INSERT INTO "TradeBar" VALUES ('OLD', 'day', '${at(today)}', '${at(today + 5)}', '5', ${"'0',".repeat(7)} '0')`,
    );
    for (const turnover of ['6', '7']) {
      await using database = await openPlace(place);
      await using bars = await database.openTradeBars();
      bars.add('OLD', 'day', today, amount('1', today + 6));
      bars.add('OLD', 'minute', today, amount('1', today + 6));
      expect([...bars.newestFirst('OLD', 'day')]).toMatchObject([{ prices: undefined }]);
      expect(all(bars, 'OLD', 'day')).toEqual([{ start: today, lastTradeAt: today + 6, turnover }]);
      expect(all(bars, 'OLD', 'minute')).toMatchObject([{ open: '1', close: '1' }]);
    }
  });
});

describe.each(PLACES)('on %s, for the build before', (_name, make) => {
  it('X13 bars are read, written and removed under the former name of their table', async () => {
    await using place = await make();
    {
      await using database = await openPlace(place);
      await using bars = await database.openTradeBars();
      bars.add('A', 'day', today, amount('5', today + 5));
      bars.add('A', 'minute', today, amount('1', today + 1));
    }
    // what 88249d5 does: whole rows by the type of the table, an upsert, a window, a removal
    await query(
      place,
      `INSERT INTO "FundFlowBar"
       SELECT * FROM json_populate_recordset(NULL::"FundFlowBar",
         (SELECT json_agg(b) FROM (SELECT * FROM "FundFlowBar" WHERE "length" = 'day') b))
       ON CONFLICT ("symbol", "length", "start") DO UPDATE SET "turnover" = '7', "close" = excluded."close"`,
    );
    await query(
      place,
      `DELETE FROM "FundFlowBar" a USING (
         SELECT *, row_number() OVER (PARTITION BY "symbol", "length" ORDER BY "start" DESC) AS "age" FROM "FundFlowBar"
       ) b WHERE a."length" = 'minute' AND b."age" = 1`,
    );
    await using database = await openPlace(place);
    await using bars = await database.openTradeBars();
    expect(all(bars, 'A', 'day')).toMatchObject([{ start: today, turnover: '7' }]);
    expect(all(bars, 'A', 'minute')).toEqual([]);
  });
});

describe('an outage', () => {
  it('G17 loses no bar that changed in it', { timeout: 30_000 }, async () => {
    const postgres = await startPostgres();
    const { dataDir, remove } = folder();
    try {
      await postgres.createDatabase('bars');
      const errors: unknown[] = [];
      const open = () =>
        openDatabase({
          url: postgres.url('bars'),
          dataDir,
          onError: (error) => errors.push(error),
          barsWriteAfterMs: 20,
        });
      {
        await using database = await open();
        await using bars = await database.openTradeBars();
        bars.add('A', 'day', today, amount('1', today));
        await postgres.kill();
        bars.add('A', 'day', today, amount('2', today));
        await expect.poll(() => errors.length).toBeGreaterThan(0);
        bars.add('A', 'day', today, amount('4', today));
        await postgres.restart();
      }
      await using database = await open();
      await using bars = await database.openTradeBars();
      expect(all(bars, 'A', 'day')).toMatchObject([{ turnover: '7' }]);
    } finally {
      await postgres.stop();
      await remove();
    }
  });
});
