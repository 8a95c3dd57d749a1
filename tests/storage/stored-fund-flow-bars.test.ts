import { PrismaPg } from '@prisma/adapter-pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FundFlowBars } from '../../src/market/fund-flow-bars.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { PrismaClient } from '../../src/storage/generated/client.ts';
import { StoredFundFlowBars } from '../../src/storage/stored-fund-flow-bars.ts';
import { amount, fundFlowBarsContract, shown } from '../market/fund-flow-bars.contract.ts';
import { freshPostgres, openPlace, PLACES } from '../support/places.ts';
import { startPostgres } from '../support/postgres.ts';

const MINUTE = 60_000;
const today = Math.floor(Date.now() / 86_400_000) * 86_400_000;
const all = (bars: FundFlowBars, symbol: string, length: 'minute' | 'day') =>
  [...bars.newestFirst(symbol, length)].map(shown);

describe('on a database', () => {
  let prisma: PrismaClient;
  beforeAll(async () => {
    prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: await freshPostgres() }) });
  });
  const opened: StoredFundFlowBars[] = [];
  afterAll(async () => {
    for (const bars of opened) await bars[Symbol.asyncDispose]();
    await prisma.$disconnect();
  });

  fundFlowBarsContract('the database', async () => {
    const bars = await StoredFundFlowBars.open({
      prisma,
      // the contract is about one process: nothing is left for the next
      writeAfterMs: 1_000_000,
      onError: () => {},
    });
    opened.push(bars);
    return bars;
  });

  it('G17 remember that there is more than memory keeps', async () => {
    const options = { prisma, mostDays: 3, onError: () => {} };
    for (const first of [0, 3]) {
      await using bars = await StoredFundFlowBars.open(options);
      for (let day = first; day < first + 3; day += 1) {
        bars.add('MANY', 'day', today + day * 86_400_000, amount('1'));
      }
    }
    await using bars = await StoredFundFlowBars.open(options);
    expect(all(bars, 'MANY', 'day').length).toBe(3);
    expect(bars.isWhole('MANY', 'day')).toBe(false);
    expect(bars.isWhole('OTHER', 'day')).toBe(true);
  });
});

describe.each(PLACES)('on %s', (_name, make) => {
  it('G17 fund-flow bars are there after a restart, digit for digit, and go on', async () => {
    await using place = await make();
    const expected: unknown[] = [];
    const buy = { part: 'superLarge', direction: 'inflow' } as const;
    {
      await using database = await openPlace(place);
      await using bars = await database.openFundFlowBars();
      bars.add('A', 'minute', today, amount('0.1', today + 1, buy));
      bars.add('A', 'minute', today, amount('12345678901234567890.123456789', today + 2, buy));
      bars.add('A', 'minute', today + MINUTE, amount('3', today + MINUTE));
      bars.add('A', 'minute', today, amount('0.2', today + 3, { part: 'small', direction: 'outflow' }));
      bars.add('A', 'day', today, amount('5', today + 5, buy));
      expected.push(all(bars, 'A', 'minute'), all(bars, 'A', 'day'));
    }
    await using database = await openPlace(place);
    await using bars = await database.openFundFlowBars();
    expect([all(bars, 'A', 'minute'), all(bars, 'A', 'day')]).toEqual(expected);
    bars.add('A', 'day', today, amount('1', today + 6, buy));
    expect(all(bars, 'A', 'day')).toMatchObject([{ turnover: '6', 'superLarge inflow': '6' }]);
  });
});

describe('an outage', () => {
  it('G17 loses no bar that changed in it', { timeout: 30_000 }, async () => {
    const postgres = await startPostgres();
    try {
      await postgres.createDatabase('bars');
      const errors: unknown[] = [];
      const open = () =>
        openDatabase({
          url: postgres.url('bars'),
          dataDir: '.',
          onError: (error) => errors.push(error),
          fundFlowWriteAfterMs: 20,
        });
      {
        await using database = await open();
        await using bars = await database.openFundFlowBars();
        bars.add('A', 'day', today, amount('1', today));
        await postgres.kill();
        bars.add('A', 'day', today, amount('2', today));
        await expect.poll(() => errors.length).toBeGreaterThan(0);
        bars.add('A', 'day', today, amount('4', today));
        await postgres.restart();
      }
      await using database = await open();
      await using bars = await database.openFundFlowBars();
      expect(all(bars, 'A', 'day')).toMatchObject([{ turnover: '7' }]);
    } finally {
      await postgres.stop();
    }
  });
});
