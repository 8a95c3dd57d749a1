import type { Membership, RoomStatus } from '../../rooms/room.ts';
import type { Prisma } from '../generated/client.ts';

/** The row of a room that a transaction has locked. */
export interface LockedRoom {
  readonly id: string;
  readonly status: RoomStatus;
  readonly maxMembers: number | null;
  readonly memberCount: number;
  readonly lastSequence: bigint;
}

/** Locks the row of a room, so that its memberships and messages do not change meanwhile. */
export async function lockRoom(tx: Prisma.TransactionClient, id: string): Promise<LockedRoom | undefined> {
  const [row] = await tx.$queryRaw<LockedRoom[]>`
    SELECT "id", "status", "maxMembers", "memberCount", "lastSequence" FROM "Room" WHERE "id" = ${id} FOR UPDATE`;
  return row;
}

/** Lets one transaction at a time pass that names the key, until it ends: those at once would each find space. */
export async function lockKey(tx: Prisma.TransactionClient, key: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
}

/** Why a room takes no member now; undefined: it does. */
export function refusedBy(room: LockedRoom): 'inactive' | 'full' | undefined {
  if (room.status !== 'ACTIVE') return 'inactive';
  return room.maxMembers !== null && room.memberCount >= room.maxMembers ? 'full' : undefined;
}

/** Adds a member to a locked room. What was said before is not unread. */
export async function createMembership(
  tx: Prisma.TransactionClient,
  { lastSequence }: LockedRoom,
  membership: Membership,
): Promise<void> {
  await tx.membership.create({
    data: { ...membership, joinedAt: new Date(membership.joinedAt), readSequence: lastSequence },
  });
  await tx.room.update({ where: { id: membership.roomId }, data: { memberCount: { increment: 1 } } });
}
