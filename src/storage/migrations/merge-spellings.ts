import { resolveSymbol } from '../../market/symbols/symbol.ts';
import type { PrismaClient } from '../generated/client.ts';

type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

/** What a bar of a day is made of: of texts of digits the sums, and first and last prices by time. */
const REBUILT = ['superLarge', 'large', 'medium', 'small']
  .flatMap((part) => [`${part}Inflow`, `${part}Outflow`])
  .concat('turnover');

/**
 * Puts bars that were stored under several spellings of one symbol together under the canonical one. Of a minute that
 * two spellings have, the bar of the longer series stays. A day that two spellings had is summed up anew from its
 * minutes. Costs one look-up a symbol when there is nothing to do.
 * @returns the canonical symbols whose bars are others now
 */
export async function mergeSpellings(prisma: PrismaClient): Promise<string[]> {
  // reads one entry of the index a symbol, however many bars there are
  const rows = await prisma.$queryRaw<{ symbol: string }[]>`
    WITH RECURSIVE s AS (
      SELECT min("symbol") AS "symbol" FROM "TradeBar"
      UNION ALL
      SELECT (SELECT min("symbol") FROM "TradeBar" b WHERE b."symbol" > s."symbol") FROM s WHERE s."symbol" IS NOT NULL
    ) SELECT "symbol" FROM s WHERE "symbol" IS NOT NULL`;
  const spellings = new Map<string, string[]>();
  for (const { symbol } of rows) {
    const canonical = resolveSymbol(symbol)?.symbol;
    if (canonical) spellings.set(canonical, [...(spellings.get(canonical) ?? []), symbol]);
  }
  const merged: string[] = [];
  for (const [canonical, found] of spellings) {
    if (found.length === 1 && found[0] === canonical) continue;
    await prisma.$transaction((transaction) => merge(transaction, canonical, found));
    merged.push(canonical);
  }
  return merged;
}

async function merge(
  transaction: Transaction,
  canonical: string,
  spellings: readonly string[],
): Promise<void> {
  const lengths = await transaction.$queryRaw<{ symbol: string }[]>`
    SELECT "symbol" FROM "TradeBar" WHERE "symbol" = ANY(${[...spellings]})
    GROUP BY "symbol" ORDER BY count(*) FILTER (WHERE "length" = 'minute') DESC, count(*) DESC, "symbol"`;
  const longestFirst = lengths.map(({ symbol }) => symbol);
  const days = await transaction.$queryRaw<{ start: Date }[]>`
    SELECT "start" FROM "TradeBar" WHERE "symbol" = ANY(${longestFirst}) AND "length" = 'day'
    GROUP BY "start" HAVING count(*) > 1`;
  for (const [i, shorter] of longestFirst.entries()) {
    const longer = longestFirst.slice(0, i);
    await transaction.$executeRaw`
      DELETE FROM "TradeBar" a USING "TradeBar" b
      WHERE a."symbol" = ${shorter} AND b."symbol" = ANY(${longer})
        AND a."length" = b."length" AND a."start" = b."start"`;
  }
  await transaction.$executeRaw`
    UPDATE "TradeBar" SET "symbol" = ${canonical} WHERE "symbol" = ANY(${longestFirst}) AND "symbol" <> ${canonical}`;
  for (const { start } of days) await rebuild(transaction, canonical, start);
}

/** Sums a day up from its minutes; prices are unknown where those of a minute are. */
async function rebuild(transaction: Transaction, symbol: string, start: Date): Promise<void> {
  const sums = REBUILT.map((column) => `"${column}" = m."${column}"`).join(', ');
  const summed = REBUILT.map((column) => `trim_scale(sum("${column}"::numeric))::text AS "${column}"`).join(
    ', ',
  );
  const priced = (expression: string) => `CASE WHEN bool_and("open" IS NOT NULL) THEN ${expression} END`;
  await transaction.$executeRawUnsafe(
    `UPDATE "TradeBar" d SET ${sums}, "lastTradeAt" = m."lastTradeAt", "open" = m."open", "close" = m."close",
       "high" = m."high", "low" = m."low", "volume" = m."volume", "firstTradeAt" = m."firstTradeAt"
     FROM (
       SELECT ${summed}, max("lastTradeAt") AS "lastTradeAt",
         ${priced('(array_agg("open" ORDER BY "start"))[1]')} AS "open",
         ${priced('(array_agg("close" ORDER BY "start" DESC))[1]')} AS "close",
         ${priced('(array_agg("high" ORDER BY "high"::numeric DESC))[1]')} AS "high",
         ${priced('(array_agg("low" ORDER BY "low"::numeric))[1]')} AS "low",
         ${priced('trim_scale(sum("volume"::numeric))::text')} AS "volume",
         ${priced('min("firstTradeAt")')} AS "firstTradeAt"
       FROM "TradeBar"
       WHERE "symbol" = $1 AND "length" = 'minute' AND "start" >= $2 AND "start" < $2 + interval '1 day'
       HAVING count(*) > 0
     ) m
     WHERE d."symbol" = $1 AND d."length" = 'day' AND d."start" = $2`,
    symbol,
    start,
  );
}
