import type { Membership, Room, RoomRole } from '../../rooms/room.ts';
import {
  type NewRoom,
  type Page,
  type PageRequest,
  parseRoomKey,
  type RoomChanges,
  type RoomCounts,
  type RoomFilter,
  type RoomStore,
  roomKey,
} from '../../rooms/room-store.ts';
import { Prisma, type PrismaClient, type Room as RoomRow } from '../generated/client.ts';
import { createMembership, lockKey, lockRoom, refusedBy } from './room-rows.ts';
import { membershipOf, roomOf } from './rows.ts';

type Transaction = Prisma.TransactionClient;

/** `RoomStore` on PostgreSQL. A room's row is locked while its memberships change. */
export class PrismaRoomStore implements RoomStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  async create(room: NewRoom, ownerId: string): Promise<Room> {
    return roomOf(await this.#prisma.room.create({ data: rowOf(room, ownerId) }));
  }

  createWithin(most: number, room: NewRoom, ownerId: string): Promise<Room | undefined> {
    return this.#prisma.$transaction(async (tx) => {
      await lockKey(tx, `owner ${ownerId}`);
      if ((await tx.membership.count({ where: { userId: ownerId, role: 'OWNER' } })) >= most)
        return undefined;
      return roomOf(await tx.room.create({ data: rowOf(room, ownerId) }));
    });
  }

  async room(id: string): Promise<Room | undefined> {
    const row = await this.#prisma.room.findUnique({ where: { id } });
    return row ? roomOf(row) : undefined;
  }

  async passwordHash(id: string): Promise<string | null> {
    const row = await this.#prisma.room.findUnique({ where: { id }, select: { passwordHash: true } });
    return row?.passwordHash ?? null;
  }

  async update(id: string, changes: RoomChanges, at: number): Promise<Room | undefined> {
    const [row] = await this.#prisma.room.updateManyAndReturn({
      where: { id },
      data: { ...changes, updatedAt: new Date(at) },
    });
    return row && roomOf(row);
  }

  async delete(id: string): Promise<boolean> {
    const { count } = await this.#prisma.room.deleteMany({ where: { id } });
    return count > 0;
  }

  async rooms(
    { userId, seesAll, search, joined }: RoomFilter,
    { limit, after, before, backward = false }: PageRequest,
  ): Promise<Page<Room>> {
    const isMember = Prisma.sql`EXISTS (
      SELECT 1 FROM "Membership" m WHERE m."roomId" = r."id" AND m."userId" = ${userId})`;
    const conditions = [Prisma.sql`true`];
    if (joined !== undefined) conditions.push(joined ? isMember : Prisma.sql`NOT ${isMember}`);
    if (!seesAll && !joined) conditions.push(Prisma.sql`(r."type" <> 'PRIVATE' OR ${isMember})`);
    if (search) conditions.push(Prisma.sql`r."name" ILIKE ${`%${search.replace(/[\\%_]/g, '\\$&')}%`}`);
    if (after !== undefined) {
      const [name, id] = parseRoomKey(after);
      conditions.push(Prisma.sql`(r."name", r."id") > (${name}, ${id})`);
    }
    if (before !== undefined) {
      const [name, id] = parseRoomKey(before);
      conditions.push(Prisma.sql`(r."name", r."id") < (${name}, ${id})`);
    }
    const order = backward ? Prisma.sql`r."name" DESC, r."id" DESC` : Prisma.sql`r."name", r."id"`;
    const rows = await this.#prisma.$queryRaw<RoomRow[]>`
      SELECT r.* FROM "Room" r WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY ${order} LIMIT ${limit + 1}`;
    const page = pageOf(rows.map(roomOf), limit, roomKey);
    return backward ? { ...page, items: page.items.toReversed() } : page;
  }

  async membership(roomId: string, userId: string): Promise<Membership | undefined> {
    const row = await this.#prisma.membership.findUnique({ where: { roomId_userId: { roomId, userId } } });
    return row ? membershipOf(row) : undefined;
  }

  async roles(
    members: readonly { readonly roomId: string; readonly userId: string }[],
  ): Promise<readonly (RoomRole | undefined)[]> {
    const rows = await this.#prisma.$queryRaw<{ n: bigint; role: RoomRole }[]>`
      SELECT asked."n", m."role" FROM json_array_elements(${JSON.stringify(members)}::json)
        WITH ORDINALITY AS asked("member", "n")
      JOIN "Membership" m ON m."roomId" = asked."member"->>'roomId' AND m."userId" = asked."member"->>'userId'`;
    const roles = new Map(rows.map(({ n, role }) => [Number(n) - 1, role]));
    return members.map((_, n) => roles.get(n));
  }

  async seen(
    roomId: string,
    userId: string,
  ): Promise<{ room: Room; membership: Membership | undefined } | undefined> {
    const row = await this.#prisma.room.findUnique({
      where: { id: roomId },
      include: { memberships: { where: { userId } } },
    });
    const [membership] = row?.memberships ?? [];
    return row ? { room: roomOf(row), membership: membership && membershipOf(membership) } : undefined;
  }

  async members(roomId: string, { limit, after }: PageRequest): Promise<Page<Membership>> {
    const rows = await this.#prisma.membership.findMany({
      where: { roomId, ...(after === undefined ? {} : { userId: { gt: after } }) },
      orderBy: { userId: 'asc' },
      take: limit + 1,
    });
    return pageOf(rows.map(membershipOf), limit, ({ userId }) => userId);
  }

  addMember(
    membership: Membership,
  ): Promise<{ membership: Membership; added: boolean } | 'gone' | 'inactive' | 'full'> {
    const { roomId, userId } = membership;
    return this.#prisma.$transaction(async (tx) => {
      const room = await lockRoom(tx, roomId);
      if (!room) return 'gone';
      const existing = await tx.membership.findUnique({ where: { roomId_userId: { roomId, userId } } });
      if (existing) return { membership: membershipOf(existing), added: false };
      const refused = refusedBy(room);
      if (refused) return refused;
      await createMembership(tx, room, membership);
      return { membership, added: true };
    });
  }

  removeMember(
    roomId: string,
    userId: string,
    role: RoomRole,
  ): Promise<'removed' | 'changed' | 'last-owner'> {
    return this.#prisma.$transaction(async (tx) => {
      await lockRoom(tx, roomId);
      if (role === 'OWNER' && !(await hasOtherOwner(tx, roomId, userId))) return 'last-owner';
      const { count } = await tx.membership.deleteMany({ where: { roomId, userId, role } });
      if (count === 0) return 'changed';
      // Somebody who is no member any more can let nobody in.
      await tx.roomInvitation.deleteMany({ where: { roomId, invitedBy: userId } });
      await tx.room.update({ where: { id: roomId }, data: { memberCount: { decrement: 1 } } });
      return 'removed';
    });
  }

  changeRole(
    roomId: string,
    userId: string,
    from: RoomRole,
    to: RoomRole,
  ): Promise<Membership | 'changed' | 'last-owner'> {
    return this.#prisma.$transaction(async (tx) => {
      await lockRoom(tx, roomId);
      if (from === 'OWNER' && to !== 'OWNER' && !(await hasOtherOwner(tx, roomId, userId))) {
        return 'last-owner';
      }
      const [row] = await tx.membership.updateManyAndReturn({
        where: { roomId, userId, role: from },
        data: { role: to },
      });
      return row ? membershipOf(row) : 'changed';
    });
  }

  async counts(): Promise<RoomCounts> {
    const [row] = await this.#prisma.$queryRaw<Record<keyof RoomCounts, bigint>[]>`
      SELECT count(*) AS "total", count(*) FILTER (WHERE "status" = 'ACTIVE') AS "active",
        coalesce(sum("memberCount"), 0)::bigint AS "members",
        (SELECT count(DISTINCT "userId") FROM "Membership") AS "users"
      FROM "Room"`;
    return {
      total: Number(row?.total ?? 0),
      active: Number(row?.active ?? 0),
      members: Number(row?.members ?? 0),
      users: Number(row?.users ?? 0),
    };
  }
}

/** True for a room that has no owner at all, or where the user is none: then there is nothing to keep. */
async function hasOtherOwner(tx: Transaction, roomId: string, userId: string): Promise<boolean> {
  const owners = await tx.membership.findMany({
    where: { roomId, role: 'OWNER' },
    select: { userId: true },
    orderBy: { userId: 'asc' },
    take: 2,
  });
  return owners.some((owner) => owner.userId !== userId) || owners.length === 0;
}

/** @param items one more than `limit` when there are more */
function pageOf<T>(items: readonly T[], limit: number, keyOf: (item: T) => string): Page<T> {
  const hasMore = items.length > limit;
  const last = hasMore ? items[limit - 1] : undefined;
  return { items: items.slice(0, limit), next: last && keyOf(last), hasMore };
}

function rowOf({ createdAt, ...room }: NewRoom, ownerId: string): Prisma.RoomCreateInput {
  const at = new Date(createdAt);
  return {
    ...room,
    status: 'ACTIVE',
    memberCount: 1,
    createdAt: at,
    updatedAt: at,
    memberships: { create: { userId: ownerId, role: 'OWNER', joinedAt: at, readSequence: 0n } },
  };
}
