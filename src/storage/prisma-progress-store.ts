import type { Progress, ProgressRef, ProgressStore } from '../fanout/progress-store.ts';
import type { PrismaClient, SubscriptionProgress as Row } from './generated/client.ts';

/** `ProgressStore` on PostgreSQL: each call is one statement. */
export class PrismaProgressStore implements ProgressStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  async find(refs: readonly ProgressRef[]): Promise<readonly (Progress | undefined)[]> {
    const rows = await this.#prisma.$queryRaw<(Row & { n: bigint })[]>`
      SELECT p.*, asked."n" FROM json_array_elements(${JSON.stringify(refs)}::json) WITH ORDINALITY AS asked("ref", "n")
      JOIN "SubscriptionProgress" p ON p."userId" = asked."ref"->>'userId' AND p."operationId" = asked."ref"->>'operationId'`;
    const found = new Map(rows.map(({ n, ...row }) => [Number(n) - 1, progressOf(row)]));
    return refs.map((_, n) => found.get(n));
  }

  async begin(session: string, progress: readonly Progress[], at: number): Promise<void> {
    await this.#prisma.$executeRaw`
      INSERT INTO "SubscriptionProgress" SELECT * FROM json_populate_recordset(NULL::"SubscriptionProgress", ${rowsOf(session, progress, at)}::json)
      ON CONFLICT ("userId", "operationId") DO UPDATE SET "identity" = excluded."identity",
        "positions" = excluded."positions", "session" = excluded."session", "updatedAt" = excluded."updatedAt"`;
  }

  async update(session: string, progress: readonly Progress[], at: number): Promise<void> {
    await this.#prisma.$executeRaw`
      INSERT INTO "SubscriptionProgress" AS p SELECT * FROM json_populate_recordset(NULL::"SubscriptionProgress", ${rowsOf(session, progress, at)}::json)
      ON CONFLICT ("userId", "operationId") DO UPDATE SET
        "positions" = excluded."positions", "updatedAt" = excluded."updatedAt" WHERE p."session" = excluded."session"`;
  }

  async forget(session: string, refs: readonly ProgressRef[]): Promise<void> {
    await this.#prisma.$executeRaw`
      DELETE FROM "SubscriptionProgress" p USING json_array_elements(${JSON.stringify(refs)}::json) AS asked("ref")
      WHERE p."userId" = asked."ref"->>'userId' AND p."operationId" = asked."ref"->>'operationId' AND p."session" = ${session}`;
  }

  async prune(before: number): Promise<void> {
    await this.#prisma.subscriptionProgress.deleteMany({ where: { updatedAt: { lt: new Date(before) } } });
  }
}

const rowsOf = (session: string, progress: readonly Progress[], at: number): string =>
  JSON.stringify(
    progress.map(
      (one) => ({ ...one, session, updatedAt: new Date(at) }) satisfies Omit<Row, 'positions'> & Progress,
    ),
  );

const progressOf = ({ userId, operationId, identity, positions }: Row): Progress => ({
  userId,
  operationId,
  identity,
  positions: positions as unknown as Progress['positions'],
});
