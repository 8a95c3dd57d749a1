import type {
  FoundProgress,
  LostCandidate,
  LostQuery,
  Progress,
  ProgressRef,
  ProgressStore,
  StoredPositions,
} from '../../fanout/resume/progress-store.ts';
import { Prisma, type PrismaClient, type SubscriptionProgress as Row } from '../generated/client.ts';

type WrittenRef = ProgressRef & Pick<Progress, 'writer'>;
type StoredRow = Omit<Row, 'key' | 'writer'> & { readonly operationId: string; readonly session: string };

/** A process that gave no sign of life for so long is dead. It gives one each second. */
const DEAD_AFTER_MS = 2500;
/** Before an identity, once the positions are gone. Servers of before this was kept find another subscription there. */
const GONE = 'gone:';

/**
 * `ProgressStore` on PostgreSQL: each call is one statement, or a few when it prunes. Servers of before there were
 * sessions work beside it: they leave the newer columns empty.
 */
export class PrismaProgressStore implements ProgressStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  async find(refs: readonly ProgressRef[]): Promise<readonly (FoundProgress | undefined)[]> {
    const rows = await this.#prisma.$queryRaw<(StoredRow & { n: bigint })[]>`
      SELECT p.*, asked."n" FROM json_array_elements(${JSON.stringify(refs)}::json) WITH ORDINALITY AS asked("ref", "n")
      JOIN "SubscriptionProgress" p ON p."userId" = asked."ref"->>'userId' AND p."operationId" = asked."ref"->>'key'`;
    const found = new Map(rows.map(({ n, ...row }) => [Number(n) - 1, progressOf(row)]));
    return refs.map((_, n) => found.get(n));
  }

  async findLost(
    queries: readonly LostQuery[],
    withinMs: number,
  ): Promise<readonly (readonly LostCandidate[])[]> {
    // without a sign of life, of a server that gives none, a subscription counts as lost when it was written last
    const rows = await this.#prisma.$queryRaw<(LostRow & { n: bigint })[]>`
      SELECT asked."n", p."operationId" AS "key", p."session" AS "writer", p."token", p."positions",
        p."lostAt" IS NOT NULL AS "isLost",
        s."seenAt" IS NULL OR s."seenAt" < now() - ${ms(DEAD_AFTER_MS)} AS "isSilent",
        s."seenAt" AS "beat"
      FROM json_array_elements(${JSON.stringify(queries)}::json) WITH ORDINALITY AS asked("ref", "n")
      JOIN "SubscriptionProgress" p ON p."userId" = asked."ref"->>'userId'
        AND coalesce(p."matchId", p."operationId") = asked."ref"->>'matchId'
        AND p."identity" = asked."ref"->>'identity' AND p."goneAt" IS NULL
      LEFT JOIN "ProgressSession" s ON s."session" = split_part(p."session", '/', 1)
      WHERE coalesce(p."lostAt", s."seenAt", p."updatedAt") > now() - ${ms(withinMs)}`;
    const found = queries.map((): LostCandidate[] => []);
    for (const { n, beat, positions, ...row } of rows) {
      found[Number(n) - 1]?.push({
        ...row,
        positions: positions as unknown as StoredPositions,
        beat: beat?.toISOString() ?? null,
      });
    }
    return found;
  }

  async take(refs: readonly WrittenRef[]): Promise<readonly boolean[]> {
    const rows = await this.#delete(refs);
    const taken = new Set(rows.map(({ userId, operationId }) => JSON.stringify([userId, operationId])));
    return refs.map(({ userId, key }) => taken.delete(JSON.stringify([userId, key])));
  }

  async begin(progress: readonly Progress[]): Promise<void> {
    await this.#prisma.$executeRaw`
      ${insert(progress)}
      ON CONFLICT ("userId", "operationId") DO UPDATE SET "identity" = excluded."identity",
        "positions" = excluded."positions", "session" = excluded."session", "updatedAt" = excluded."updatedAt",
        "matchId" = excluded."matchId", "token" = excluded."token", "lostAt" = excluded."lostAt", "goneAt" = NULL`;
  }

  async update(progress: readonly Progress[]): Promise<void> {
    await this.#prisma.$executeRaw`
      ${insert(progress)}
      ON CONFLICT ("userId", "operationId") DO UPDATE SET "identity" = excluded."identity",
        "positions" = excluded."positions", "updatedAt" = excluded."updatedAt",
        "token" = excluded."token", "lostAt" = excluded."lostAt", "goneAt" = NULL
      WHERE p."session" = excluded."session"`;
  }

  async forget(refs: readonly WrittenRef[]): Promise<void> {
    await this.#delete(refs);
  }

  async beat(session: string): Promise<void> {
    await this.#prisma.$executeRaw`
      INSERT INTO "ProgressSession" ("session", "seenAt") VALUES (${session}, now())
      ON CONFLICT ("session") DO UPDATE SET "seenAt" = excluded."seenAt"`;
  }

  async prune(keepMs: number, rememberMs: number): Promise<void> {
    // states have no positions, and of a connection that is gone nobody asks any more
    await this.#prisma.$executeRaw`
      DELETE FROM "SubscriptionProgress" WHERE "goneAt" IS NULL AND "updatedAt" < now() - ${ms(keepMs)}
        AND ("matchId" IS NOT NULL OR "positions"::text = '{}')`;
    await this.#prisma.$executeRaw`
      UPDATE "SubscriptionProgress" SET "goneAt" = now(), "updatedAt" = now(), "positions" = '{}',
        "identity" = ${GONE} || "identity" WHERE "goneAt" IS NULL AND "updatedAt" < now() - ${ms(keepMs)}`;
    await this.#prisma.$executeRaw`
      DELETE FROM "SubscriptionProgress" WHERE "goneAt" < now() - ${ms(rememberMs)}`;
    await this.#prisma.$executeRaw`
      DELETE FROM "ProgressSession" WHERE "seenAt" < now() - ${ms(keepMs)}`;
  }

  #delete(refs: readonly WrittenRef[]): Promise<{ userId: string; operationId: string }[]> {
    return this.#prisma.$queryRaw`
      DELETE FROM "SubscriptionProgress" p USING json_array_elements(${JSON.stringify(refs)}::json) AS asked("ref")
      WHERE p."userId" = asked."ref"->>'userId' AND p."operationId" = asked."ref"->>'key'
        AND p."session" = asked."ref"->>'writer'
      RETURNING p."userId", p."operationId"`;
  }
}

type LostRow = Omit<LostCandidate, 'positions' | 'beat'> & {
  readonly positions: unknown;
  readonly beat: Date | null;
};

const ms = (count: number): Prisma.Sql => Prisma.sql`${count}::float8 * interval '1 millisecond'`;

const insert = (progress: readonly Progress[]): Prisma.Sql => Prisma.sql`
  INSERT INTO "SubscriptionProgress" AS p ("userId", "operationId", "identity", "positions", "session", "matchId", "token",
    "updatedAt", "lostAt")
  SELECT "userId", "key", "identity", "positions", "writer", "matchId", "token", now(), CASE WHEN "isLost" THEN now() END
  FROM json_to_recordset(${JSON.stringify(progress)}::json) AS row("userId" text, "key" text, "identity" text,
    "positions" json, "writer" text, "matchId" text, "token" text, "isLost" boolean)`;

function progressOf(row: StoredRow): FoundProgress {
  const isGone = row.goneAt !== null;
  return {
    userId: row.userId,
    key: row.operationId,
    identity: isGone ? row.identity.slice(GONE.length) : row.identity,
    positions: row.positions as unknown as StoredPositions,
    writer: row.session,
    matchId: row.matchId,
    token: row.token,
    isLost: row.lostAt !== null,
    isGone,
  };
}
