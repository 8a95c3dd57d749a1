import type { AccountRole } from '../../auth/viewer.ts';
import type { InboxItem, InboxState } from '../../inbox/inbox-item.ts';
import type { Audience, InboxStore, NewInboxItem } from '../../inbox/inbox-store.ts';
import type { StoredHead } from '../../rooms/message-store.ts';
import {
  type InboxItem as InboxItemRow,
  Prisma,
  type PrismaClient,
  type User as UserRow,
} from '../generated/client.ts';
import { EPOCH, type HeadRow, headsOf } from './heads.ts';
import { inboxItemOf } from './rows.ts';

type Transaction = Prisma.TransactionClient;

/** `InboxStore` on PostgreSQL. A user's row is locked while their items are numbered. */
export class PrismaInboxStore implements InboxStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  add(audience: Audience, item: NewInboxItem, keep: number): Promise<readonly InboxItem[]> {
    return this.#prisma.$transaction(async (tx) => {
      const ids = await lockUsers(tx, audience);
      await tx.$executeRaw`
        UPDATE "User" SET "inboxHead" = "inboxHead" + 1,
          "inboxDropped" = greatest("inboxDropped",
            CASE WHEN "inboxHead" + 1 - ${keep}::bigint > "inboxAcknowledged" THEN "inboxHead" + 1 - ${keep}::bigint ELSE 0 END)
        WHERE "id" = ANY(${ids}::text[])`;
      const metadata =
        item.metadata === null || item.metadata === undefined ? null : JSON.stringify(item.metadata);
      const rows = await tx.$queryRaw<InboxItemRow[]>`
        INSERT INTO "InboxItem" ("userId", "sequence", "id", "senderId", "roomId", "type", "content", "metadata", "createdAt")
        SELECT "id", "inboxHead", gen_random_uuid()::text, ${item.senderId}, ${item.roomId}::text, ${item.type}, ${item.content},
          ${metadata}::json, ${new Date(item.createdAt)}::timestamptz
        FROM "User" WHERE "id" = ANY(${ids}::text[])
        RETURNING *`;
      await tx.$executeRaw`
        DELETE FROM "InboxItem" i USING "User" u
        WHERE u."id" = ANY(${ids}::text[]) AND i."userId" = u."id" AND i."sequence" <= u."inboxDropped"`;
      return rows.map(inboxItemOf);
    });
  }

  async itemsAfter(
    userId: string,
    sequence: number,
    limit: number,
  ): Promise<{ readonly items: readonly InboxItem[]; readonly state: InboxState }> {
    // one statement, so that items and state are of one moment
    const rows = await this.#prisma.$queryRaw<(UserRow & { items: InboxItemRow[] | null })[]>`
      SELECT u.*, (
        SELECT json_agg(i) FROM (
          SELECT * FROM "InboxItem" WHERE "userId" = u."id" AND "sequence" > ${sequence}::bigint
          ORDER BY "sequence" LIMIT ${limit}
        ) i
      ) AS "items" FROM "User" u WHERE u."id" = ${userId}`;
    const [user] = rows;
    if (!user) return { items: [], state: { head: 0, acknowledged: 0, dropped: 0 } };
    return {
      items: (user.items ?? []).map((row) => inboxItemOf({ ...row, createdAt: new Date(row.createdAt) })),
      state: stateOf(user),
    };
  }

  async states(userIds: readonly string[]): Promise<ReadonlyMap<string, InboxState>> {
    const users = await this.#prisma.$queryRaw<UserRow[]>`
      SELECT * FROM "User" WHERE "id" = ANY(${userIds}::text[])`;
    return new Map(users.map((user) => [user.id, stateOf(user)]));
  }

  async heads(userIds: readonly string[]): Promise<ReadonlyMap<string, StoredHead>> {
    const rows = await this.#prisma.$queryRaw<HeadRow[]>`
      SELECT asked."id", u."inboxHead" AS "sequence", u."epochInboxHead" AS "epochStart", ${EPOCH} AS "epoch"
      FROM unnest(${userIds}::text[]) AS asked("id") LEFT JOIN "User" u ON u."id" = asked."id"`;
    return headsOf(rows);
  }

  acknowledge(userId: string, upTo: number, epoch: string): Promise<number> {
    return this.#prisma.$transaction(async (tx) => {
      const acknowledged = Prisma.sql`least(${upTo}::bigint, "inboxHead",
        CASE WHEN ${EPOCH} = ${epoch} THEN ${upTo}::bigint ELSE "epochInboxHead" END)`;
      const [user] = await tx.$queryRaw<{ upTo: bigint }[]>`
        UPDATE "User" SET "inboxAcknowledged" = greatest("inboxAcknowledged", ${acknowledged})
        WHERE "id" = ${userId} RETURNING ${acknowledged} AS "upTo"`;
      if (!user) return 0;
      const { count } = await tx.inboxItem.deleteMany({ where: { userId, sequence: { lte: user.upTo } } });
      return count;
    });
  }

  async usersSeen(
    users: readonly { readonly id: string; readonly roles: readonly AccountRole[] }[],
    at: number,
  ): Promise<void> {
    // in order of id, as everybody locks users
    const sorted = [...users].sort((a, b) => (a.id < b.id ? -1 : 1));
    await this.#prisma.$executeRaw`
      INSERT INTO "User" ("id", "roles", "seenAt")
      SELECT t."id", string_to_array(t."roles", ','), ${new Date(at)}::timestamptz
      FROM unnest(${sorted.map(({ id }) => id)}::text[], ${sorted.map(({ roles }) => roles.join(','))}::text[])
        AS t("id", "roles")
      ON CONFLICT ("id") DO UPDATE SET "roles" = excluded."roles", "seenAt" = excluded."seenAt"`;
  }

  async count(): Promise<number> {
    return this.#prisma.inboxItem.count();
  }
}

const stateOf = (user: UserRow): InboxState => ({
  head: Number(user.inboxHead),
  acknowledged: Number(user.inboxAcknowledged),
  dropped: Number(user.inboxDropped),
});

/** Locks the addressed users, in order of id so that two broadcasts never wait for each other; adds those nobody saw. */
async function lockUsers(tx: Transaction, audience: Audience): Promise<string[]> {
  if (audience.kind === 'users' || audience.kind === 'room') {
    const ids =
      audience.kind === 'users'
        ? audience.userIds
        : (
            await tx.membership.findMany({ where: { roomId: audience.roomId }, select: { userId: true } })
          ).map(({ userId }) => userId);
    const sorted = [...new Set(ids)].sort();
    await tx.$executeRaw`
      INSERT INTO "User" ("id", "roles") SELECT unnest(${sorted}::text[]), '{}' ON CONFLICT ("id") DO NOTHING`;
    await tx.$queryRaw`SELECT 1 FROM "User" WHERE "id" = ANY(${sorted}::text[]) ORDER BY "id" COLLATE "C" FOR UPDATE`;
    return sorted;
  }
  const rows =
    audience.kind === 'role'
      ? await tx.$queryRaw<{ id: string }[]>`
          SELECT "id" FROM "User" WHERE "seenAt" IS NOT NULL AND ${audience.role} = ANY("roles")
          ORDER BY "id" COLLATE "C" FOR UPDATE`
      : await tx.$queryRaw<{ id: string }[]>`
          SELECT "id" FROM "User" WHERE "seenAt" IS NOT NULL ORDER BY "id" COLLATE "C" FOR UPDATE`;
  return rows.map(({ id }) => id);
}
