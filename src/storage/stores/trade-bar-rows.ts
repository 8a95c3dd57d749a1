import type { Position } from '../../bus/bus.ts';
import { TickroomError } from '../../errors.ts';
import { KEEP_SEQUENCES_MS, MAX_PARTS, type SequencePart } from '../../market/bars/seen-sequences.ts';
import type { BarLength, StoredPositions } from '../../market/bars/trade-bars.ts';
import type { TradeBar as BarRow, PrismaClient } from '../generated/client.ts';

type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

/** Another instance leads the market: what this one has is not stored. */
export class LeaderChangedError extends TickroomError {
  constructor(own: bigint, stored: bigint) {
    super(
      'SERVICE_UNAVAILABLE',
      `An instance with the fencing token ${stored} leads the market; this one has ${own} and stores nothing.`,
      { reason: 'LEADER_CHANGED', token: Number(stored) },
    );
  }
}

/** What is stored in one transaction. */
export interface BarsToStore {
  readonly token: bigint;
  readonly bars: readonly BarRow[];
  readonly removed: readonly { readonly symbol: string; readonly length: BarLength; readonly start: Date }[];
  readonly positions: readonly (Position & { readonly symbol: string })[];
  readonly sequences: readonly SequencePart[];
  /** Nothing is left to store, and the process stops. */
  readonly isClosed: boolean;
}

const LEADER = 'market';
const MAX_ROWS = 1000;

/**
 * Takes the right to store bars from whoever had it, and reads what they count.
 * @param token undefined: one above the last
 * @throws LeaderChangedError when the last one is higher
 */
export async function openAsLeader(
  prisma: PrismaClient,
  token: number | undefined,
): Promise<StoredPositions & { readonly token: bigint }> {
  return prisma.$transaction(async (transaction) => {
    await transaction.$executeRaw`
      INSERT INTO "MarketLeader" ("name", "token", "closed") VALUES (${LEADER}, 0, true) ON CONFLICT DO NOTHING`;
    const [leader] = await transaction.$queryRaw<{ token: bigint; closed: boolean }[]>`
      SELECT "token", "closed" FROM "MarketLeader" WHERE "name" = ${LEADER} FOR UPDATE`;
    const last = leader?.token ?? 0n;
    const own = token === undefined ? last + 1n : BigInt(token);
    if (own < last) throw new LeaderChangedError(own, last);
    await transaction.$executeRaw`
      UPDATE "MarketLeader" SET "token" = ${own}, "closed" = false WHERE "name" = ${LEADER}`;
    const rows = await transaction.tradePosition.findMany();
    const positions = new Map(
      rows.map(({ symbol, epoch, sequence }) => [symbol, { epoch, sequence: Number(sequence) }]),
    );
    return { token: own, positions, isClosed: leader?.closed ?? true };
  });
}

interface SequenceRow {
  readonly symbol: string;
  readonly source: string;
  readonly day: Date;
  readonly part: number;
  readonly sequences: string;
  readonly seenAt: Date;
}

/** The sequences of the last 24 hours: the scopes used last at the end, and each scope's parts in rising order. */
export async function readSequences(prisma: PrismaClient): Promise<SequencePart[]> {
  const since = new Date(Date.now() - KEEP_SEQUENCES_MS);
  const rows = await prisma.$queryRaw<SequenceRow[]>`
    SELECT "symbol", "source", "day", "part", "sequences", "seenAt" FROM "SeenSequences" WHERE "seenAt" > ${since}
    ORDER BY max("seenAt") OVER (PARTITION BY "symbol", "source", "day"), "symbol", "source", "day", "part"`;
  return rows.map(({ symbol, source, day, part, sequences, seenAt }) => ({
    scope: { symbol, source, day: day.getTime() },
    part,
    sequences: JSON.parse(sequences) as SequencePart['sequences'],
    seenAt: seenAt.getTime(),
  }));
}

/**
 * Stores bars, the positions up to which they count, and sequences: all or nothing.
 * @throws LeaderChangedError when another instance has taken the right to store
 */
export async function storeBars(prisma: PrismaClient, batch: BarsToStore): Promise<void> {
  await prisma.$transaction(async (transaction) => {
    const [leader] = await transaction.$queryRaw<{ token: bigint }[]>`
      SELECT "token" FROM "MarketLeader" WHERE "name" = ${LEADER} FOR UPDATE`;
    if (leader && leader.token > batch.token) throw new LeaderChangedError(batch.token, leader.token);
    for (let i = 0; i < batch.bars.length; i += MAX_ROWS) {
      await upsertBars(transaction, batch.bars.slice(i, i + MAX_ROWS));
    }
    for (const { symbol, length, start } of batch.removed) {
      await transaction.tradeBar.deleteMany({ where: { symbol, length, start } });
    }
    if (batch.positions.length > 0) {
      await transaction.$executeRaw`
        INSERT INTO "TradePosition"
        SELECT * FROM json_populate_recordset(NULL::"TradePosition", ${JSON.stringify(batch.positions)}::json)
        ON CONFLICT ("symbol") DO UPDATE SET "epoch" = excluded."epoch", "sequence" = excluded."sequence"`;
    }
    await storeSequences(transaction, batch.sequences);
    if (batch.isClosed) {
      await transaction.$executeRaw`UPDATE "MarketLeader" SET "closed" = true WHERE "name" = ${LEADER}`;
    }
  });
}

async function storeSequences(transaction: Transaction, parts: readonly SequencePart[]): Promise<void> {
  if (parts.length === 0) return;
  const rows = parts.map(({ scope, part, sequences, seenAt }) => ({
    symbol: scope.symbol,
    source: scope.source,
    day: new Date(scope.day),
    part,
    sequences: JSON.stringify(sequences),
    seenAt: new Date(seenAt),
  }));
  await transaction.$executeRaw`
    INSERT INTO "SeenSequences"
    SELECT * FROM json_populate_recordset(NULL::"SeenSequences", ${JSON.stringify(rows)}::json)
    ON CONFLICT ("symbol", "source", "day", "part")
    DO UPDATE SET "sequences" = excluded."sequences", "seenAt" = excluded."seenAt"`;
  // a part that begins takes the place of the oldest one
  const begun = rows.filter(({ part }) => part >= MAX_PARTS);
  if (begun.length > 0) {
    await transaction.$executeRaw`
      DELETE FROM "SeenSequences" s
      USING json_populate_recordset(NULL::"SeenSequences", ${JSON.stringify(begun.map(({ sequences: _, ...row }) => row))}::json) n
      WHERE s."symbol" = n."symbol" AND s."source" = n."source" AND s."day" = n."day"
        AND s."part" <= n."part" - ${MAX_PARTS}::int`;
  }
  const outdated = new Date(Date.now() - KEEP_SEQUENCES_MS);
  await transaction.seenSequences.deleteMany({ where: { seenAt: { lt: outdated } } });
}

async function upsertBars(transaction: Transaction, rows: readonly BarRow[]): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO "TradeBar" SELECT * FROM json_populate_recordset(NULL::"TradeBar", ${JSON.stringify(rows)}::json)
    ON CONFLICT ("symbol", "length", "start") DO UPDATE SET
      "lastTradeAt" = excluded."lastTradeAt", "turnover" = excluded."turnover",
      "superLargeInflow" = excluded."superLargeInflow", "superLargeOutflow" = excluded."superLargeOutflow",
      "largeInflow" = excluded."largeInflow", "largeOutflow" = excluded."largeOutflow",
      "mediumInflow" = excluded."mediumInflow", "mediumOutflow" = excluded."mediumOutflow",
      "smallInflow" = excluded."smallInflow", "smallOutflow" = excluded."smallOutflow",
      "open" = excluded."open", "high" = excluded."high", "low" = excluded."low", "close" = excluded."close",
      "volume" = excluded."volume", "firstTradeAt" = excluded."firstTradeAt", "incomplete" = excluded."incomplete"`;
}
