import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshPostgres } from '../support/places.ts';
import { onServer } from '../support/postgres.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { listen, startServer } from '../support/server.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const TRADES = `subscription ($symbol: Symbol!, $after: [Cursor!]) {
  trades(symbols: [$symbol], after: $after) { price cursor } }`;
type Trades = { trades: { price: string; cursor: string } };

it('G19 whoever comes back from before bars of two spellings were put together is told of a gap, and others go on', {
  timeout: 60_000,
}, async () => {
  const env = { REDIS_URL: redis.url, DATABASE_URL: await freshPostgres() };
  const cursors = new Map<string, string>();
  {
    await using server = await startServer(env);
    for (const symbol of ['600519', '000001']) {
      const heard = listen<Trades>(server.client(), TRADES, { symbol });
      await expect
        .poll(async () => {
          await server.publish('publishTrades', [{ symbol, price: '10', size: '1' }]);
          return heard.data.length;
        })
        .toBeGreaterThan(0);
      // the last one, so that nothing is missing after it
      await server.publish('publishTrades', [{ symbol, price: '11', size: '1' }]);
      await expect.poll(() => heard.data.at(-1)?.trades.price).toBe('11');
      cursors.set(symbol, heard.data.at(-1)?.trades.cursor ?? '');
    }
  }
  // as a build before this one stored a trade of yesterday
  await onServer(
    env.DATABASE_URL,
    `INSERT INTO "TradeBar" SELECT 'SH.600519', "length", "start" - interval '1 day', "lastTradeAt" - interval '1 day',
       ${['turnover', 'superLargeInflow', 'superLargeOutflow', 'largeInflow', 'largeOutflow', 'mediumInflow', 'mediumOutflow', 'smallInflow', 'smallOutflow'].map((name) => `"${name}"`).join(', ')}
     FROM "TradeBar" WHERE "symbol" = '600519'`,
  );
  await using server = await startServer(env);
  // taken once this instance leads the market
  const lead = () => server.publish('publishTrades', [{ symbol: 'AAPL', price: '1', size: '1' }]);
  await expect
    .poll(
      () =>
        lead().then(
          () => true,
          () => false,
        ),
      { timeout: 20_000 },
    )
    .toBe(true);
  const again = (symbol: string) =>
    listen<Trades>(server.client(), TRADES, { symbol, after: [cursors.get(symbol)] });
  const [merged, other] = [again('600519'), again('000001')];
  await expect
    .poll(async () => {
      for (const symbol of ['600519', '000001'])
        await server.publish('publishTrades', [{ symbol, price: '12', size: '1' }]);
      return Math.min(merged.data.length, other.data.length);
    })
    .toBeGreaterThan(0);
  expect(merged.results[0]?.extensions).toMatchObject({ resume: { recovered: false } });
  expect(other.results[0]?.extensions).toMatchObject({ resume: { recovered: true } });
  const { data } = await server.post(
    '{ candles(symbol: "600519", timeframe: DAY_1, first: 5) { edges { node { close } } } fundFlow(symbol: "600519", timeframe: DAY_1) { turnover } }',
  );
  expect(data).toMatchObject({ candles: { edges: [{ node: { close: '12' } }] } });
});
