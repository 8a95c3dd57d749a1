import {
  COUNTED_MESSAGES,
  MAX_UNREAD,
  type ReadState,
  type ReadStore,
} from '../../rooms/reads/read-store.ts';
import type { PrismaClient } from '../generated/client.ts';

interface StateRow {
  readonly n: bigint;
  readonly readSequence: bigint;
  readonly unread: bigint;
}

/** `ReadStore` on PostgreSQL. */
export class PrismaReadStore implements ReadStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  async markRead(
    roomId: string,
    userId: string,
    sequence: number | undefined,
  ): Promise<ReadState | undefined> {
    const upTo = sequence ?? Number.MAX_SAFE_INTEGER;
    await this.#prisma.$executeRaw`
      UPDATE "Membership" m
      SET "readSequence" = greatest(coalesce(m."readSequence", 0), least(${upTo}::bigint, r."lastSequence"))
      FROM "Room" r WHERE r."id" = m."roomId" AND m."roomId" = ${roomId} AND m."userId" = ${userId}`;
    const [state] = await this.states([{ roomId, userId }]);
    return state;
  }

  async states(
    members: readonly { readonly roomId: string; readonly userId: string }[],
  ): Promise<readonly (ReadState | undefined)[]> {
    const rows = await this.#prisma.$queryRaw<StateRow[]>`
      SELECT asked."n", coalesce(m."readSequence", 0) AS "readSequence", (
        SELECT count(*) FROM (
          SELECT 1 FROM "RoomMessage" s
          WHERE s."roomId" = m."roomId" AND s."senderId" <> m."userId" AND s."deletedAt" IS NULL
            AND s."sequence" > greatest(coalesce(m."readSequence", 0), r."lastSequence" - ${COUNTED_MESSAGES}::bigint)
            AND (m."readSequence" IS NOT NULL OR s."createdAt" > m."joinedAt")
          LIMIT ${MAX_UNREAD}
        ) AS counted
      ) AS "unread"
      FROM json_array_elements(${JSON.stringify(members)}::json) WITH ORDINALITY AS asked("member", "n")
      JOIN "Membership" m ON m."roomId" = asked."member"->>'roomId' AND m."userId" = asked."member"->>'userId'
      JOIN "Room" r ON r."id" = m."roomId"`;
    const states = new Map(
      rows.map(({ n, readSequence, unread }) => [
        Number(n) - 1,
        { readSequence: Number(readSequence), unread: Number(unread) },
      ]),
    );
    return members.map((_, n) => states.get(n));
  }
}
