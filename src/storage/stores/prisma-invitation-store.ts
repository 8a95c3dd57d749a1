import type {
  AcceptOutcome,
  Invitation,
  InvitationBounds,
  InvitationStore,
  InviteOutcome,
} from '../../rooms/invitations/invitation-store.ts';
import type { RoomRole } from '../../rooms/room.ts';
import type { RoomInvitation as InvitationRow, Prisma, PrismaClient } from '../generated/client.ts';
import { createMembership, lockKey, lockRoom, refusedBy } from './room-rows.ts';
import { membershipOf } from './rows.ts';

type Transaction = Prisma.TransactionClient;

/** `InvitationStore` on PostgreSQL. The room's row is locked while an invitation becomes a membership. */
export class PrismaInvitationStore implements InvitationStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  invite(invitation: Invitation, bounds: InvitationBounds): Promise<InviteOutcome> {
    const { roomId, userId, invitedBy } = invitation;
    return this.#prisma.$transaction(async (tx): Promise<InviteOutcome> => {
      // Every invitation locks its inviter first, so that two never wait for each other.
      await lockKey(tx, `invitations by ${invitedBy}`);
      await lockKey(tx, `invitations of ${userId}`);
      const room = await lockRoom(tx, roomId);
      if (!room) return { kind: 'gone' };
      const member = await tx.membership.findUnique({ where: { roomId_userId: { roomId, userId } } });
      if (member) return { kind: 'member', membership: membershipOf(member) };
      const refused = refusedBy(room);
      if (refused) return { kind: refused };
      const block = { userId_inviterId: { userId, inviterId: invitedBy } };
      if (await tx.invitationBlock.findUnique({ where: block })) return { kind: 'blocked' };
      await forgetExpired(tx, invitation);
      const isNew = !(await tx.roomInvitation.findUnique({ where: { roomId_userId: { roomId, userId } } }));
      const of = isNew && (await boundReached(tx, invitation, bounds));
      if (of) return { kind: 'too-many', of };
      const row = rowOf(invitation);
      await tx.roomInvitation.upsert({
        where: { roomId_userId: { roomId, userId } },
        create: row,
        update: row,
      });
      return { kind: 'pending', isNew };
    });
  }

  accept(roomId: string, userId: string, at: number): Promise<AcceptOutcome> {
    return this.#prisma.$transaction(async (tx): Promise<AcceptOutcome> => {
      const room = await lockRoom(tx, roomId);
      const key = { roomId_userId: { roomId, userId } };
      const row = room && (await tx.roomInvitation.findUnique({ where: key }));
      if (!room || !row || row.expiresAt.getTime() <= at) return { kind: 'none' };
      const existing = await tx.membership.findUnique({ where: key });
      const refused = existing ? undefined : refusedBy(room);
      if (refused) return { kind: refused };
      const membership = existing
        ? membershipOf(existing)
        : { roomId, userId, role: row.role as RoomRole, joinedAt: at };
      if (!existing) await createMembership(tx, room, membership);
      await tx.roomInvitation.delete({ where: key });
      return { kind: 'joined', membership, added: !existing };
    });
  }

  async decline(roomId: string, userId: string, at: number): Promise<Invitation | undefined> {
    const rows = await this.#prisma.$queryRaw<InvitationRow[]>`
      DELETE FROM "RoomInvitation" WHERE "roomId" = ${roomId} AND "userId" = ${userId} RETURNING *`;
    const [declined] = rows.map(invitationOf).filter(({ expiresAt }) => expiresAt > at);
    return declined;
  }

  async pending(
    userId: string,
    at: number,
  ): Promise<readonly (Invitation & { readonly roomName: string })[]> {
    const rows = await this.#prisma.roomInvitation.findMany({
      where: { userId, expiresAt: { gt: new Date(at) } },
      include: { room: { select: { name: true } } },
      orderBy: [{ createdAt: 'desc' }, { roomId: 'asc' }],
    });
    return rows.map(({ room, ...row }) => ({ ...invitationOf(row), roomName: room.name }));
  }

  block(userId: string, inviterId: string, at: number, most: number): Promise<boolean> {
    return this.#prisma.$transaction(async (tx) => {
      const key = { userId_inviterId: { userId, inviterId } };
      await lockKey(tx, `invitations of ${userId}`);
      const isKnown = await tx.invitationBlock.findUnique({ where: key });
      if (!isKnown && (await tx.invitationBlock.count({ where: { userId } })) >= most) return false;
      const row = { userId, inviterId, createdAt: new Date(at) };
      await tx.invitationBlock.upsert({ where: key, create: row, update: {} });
      await tx.roomInvitation.deleteMany({ where: { userId, invitedBy: inviterId } });
      return true;
    });
  }

  async unblock(userId: string, inviterId: string): Promise<void> {
    await this.#prisma.invitationBlock.deleteMany({ where: { userId, inviterId } });
  }

  async blocked(userId: string): Promise<readonly string[]> {
    const rows = await this.#prisma.invitationBlock.findMany({
      where: { userId },
      orderBy: { inviterId: 'asc' },
    });
    return rows.map(({ inviterId }) => inviterId);
  }
}

async function forgetExpired(
  tx: Transaction,
  { roomId, userId, invitedBy, createdAt }: Invitation,
): Promise<void> {
  await tx.roomInvitation.deleteMany({
    where: { expiresAt: { lte: new Date(createdAt) }, OR: [{ roomId }, { userId }, { invitedBy }] },
  });
}

async function boundReached(
  tx: Transaction,
  { roomId, userId, invitedBy }: Invitation,
  bounds: InvitationBounds,
): Promise<keyof InvitationBounds | undefined> {
  const wheres = { ofUser: { userId }, ofRoom: { roomId }, ofInviter: { invitedBy } };
  for (const of of ['ofUser', 'ofRoom', 'ofInviter'] as const) {
    if ((await tx.roomInvitation.count({ where: wheres[of] })) >= bounds[of]) return of;
  }
  return undefined;
}

const rowOf = ({ createdAt, expiresAt, ...invitation }: Invitation): InvitationRow => ({
  ...invitation,
  createdAt: new Date(createdAt),
  expiresAt: new Date(expiresAt),
});

const invitationOf = ({ role, createdAt, expiresAt, ...row }: InvitationRow): Invitation => ({
  ...row,
  role: role as RoomRole,
  createdAt: createdAt.getTime(),
  expiresAt: expiresAt.getTime(),
});
