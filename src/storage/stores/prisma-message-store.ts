import type {
  AppendOutcome,
  MessageStore,
  NewMessage,
  Posting,
  StoredHead,
} from '../../rooms/message-store.ts';
import type { RoomRole, RoomStatus } from '../../rooms/room.ts';
import type { RoomEvent, RoomMessage } from '../../rooms/room-message.ts';
import { Prisma, type PrismaClient, type RoomMessage as RoomMessageRow } from '../generated/client.ts';
import { EPOCH, type HeadRow, headsOf } from './heads.ts';
import { messageOf } from './rows.ts';

type Transaction = Prisma.TransactionClient;

interface RoomHead {
  readonly id: string;
  readonly status: RoomStatus;
  lastSequence: bigint;
  lastPosition: bigint;
}

/** `MessageStore` on PostgreSQL. A room's row is locked while its messages are numbered. */
export class PrismaMessageStore implements MessageStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  append(
    messages: readonly NewMessage[],
    refuse: (message: NewMessage, posting: Posting) => Error | undefined,
  ): Promise<readonly AppendOutcome[]> {
    return this.#prisma.$transaction(async (tx) => {
      const rooms = await lockRooms(tx, messages);
      const roles = await rolesOf(tx, messages);
      const known = await messagesByClientId(tx, messages);
      const added: RoomMessage[] = [];
      const outcomes = messages.map((message): AppendOutcome => {
        const room = rooms.get(message.roomId);
        if (!room) return { kind: 'gone' };
        const role = roles.get(memberKey(message.roomId, message.senderId)) ?? null;
        const error = refuse(message, { status: room.status, role });
        if (error) return { kind: 'refused', error };
        const key = message.clientId === null ? undefined : clientKey(message);
        const earlier = key === undefined ? undefined : known.get(key);
        if (earlier) return { kind: 'repeated', message: earlier };
        room.lastSequence += 1n;
        room.lastPosition += 1n;
        const { clientId: _, ...content } = message;
        const stored: RoomMessage = {
          ...content,
          sequence: Number(room.lastSequence),
          position: Number(room.lastPosition),
          editedAt: null,
          deletedAt: null,
        };
        added.push(stored);
        if (key !== undefined) known.set(key, stored);
        return { kind: 'appended', message: stored };
      });
      if (added.length > 0) {
        await insert(tx, added, messages, [...rooms.values()]);
      }
      return outcomes;
    });
  }

  async message(id: string): Promise<RoomMessage | undefined> {
    const row = await this.#prisma.roomMessage.findUnique({ where: { id } });
    return row ? messageOf(row) : undefined;
  }

  edit(id: string, content: string, at: number): Promise<RoomEvent | undefined> {
    return this.#change(id, 'EDITED', { content, editedAt: new Date(at) });
  }

  delete(id: string, at: number): Promise<RoomEvent | undefined> {
    return this.#change(id, 'DELETED', {
      content: '',
      metadata: Prisma.DbNull,
      deletedAt: new Date(at),
    });
  }

  async eventsAfter(roomId: string, position: number, limit: number): Promise<readonly RoomEvent[]> {
    const rows = await this.#prisma.$queryRaw<(RoomMessageRow & { at: bigint; isNew: boolean })[]>`
      (SELECT *, "position" AS "at", true AS "isNew" FROM "RoomMessage"
        WHERE "roomId" = ${roomId} AND "position" > ${position}::bigint
        ORDER BY "position" LIMIT ${limit})
      UNION ALL
      (SELECT *, "changePosition" AS "at", false AS "isNew" FROM "RoomMessage"
        WHERE "roomId" = ${roomId} AND "changePosition" > ${position}::bigint AND "position" <= ${position}::bigint
        ORDER BY "changePosition" LIMIT ${limit})
      ORDER BY "at" LIMIT ${limit}`;
    return rows.map((row) => ({
      kind: row.isNew ? 'CREATED' : row.deletedAt ? 'DELETED' : 'EDITED',
      position: Number(row.at),
      message: messageOf(row),
    }));
  }

  async countAfter(roomId: string, position: number): Promise<number> {
    const [row] = await this.#prisma.$queryRaw<{ count: bigint }[]>`
      SELECT count(*) AS "count" FROM "RoomMessage" WHERE "roomId" = ${roomId}
        AND ("position" > ${position}::bigint OR "changePosition" > ${position}::bigint)`;
    return Number(row?.count ?? 0);
  }

  async history(
    roomId: string,
    { after, before, from, limit }: Parameters<MessageStore['history']>[1],
  ): Promise<readonly RoomMessage[]> {
    const rows = await this.#prisma.roomMessage.findMany({
      where: {
        roomId,
        sequence: { gt: BigInt(after ?? 0), ...(before === undefined ? {} : { lt: BigInt(before) }) },
      },
      orderBy: { sequence: from === 'first' ? 'asc' : 'desc' },
      take: limit,
    });
    const messages = rows.map(messageOf);
    return from === 'first' ? messages : messages.reverse();
  }

  async heads(roomIds: readonly string[]): Promise<ReadonlyMap<string, StoredHead>> {
    const rows = await this.#prisma.$queryRaw<HeadRow[]>`
      SELECT asked."id", r."lastPosition" AS "sequence", r."epochPosition" AS "epochStart", ${EPOCH} AS "epoch"
      FROM unnest(${roomIds}::text[]) AS asked("id") LEFT JOIN "Room" r ON r."id" = asked."id"`;
    return headsOf(rows);
  }

  #change(
    id: string,
    kind: 'EDITED' | 'DELETED',
    data: Prisma.RoomMessageUpdateManyMutationInput,
  ): Promise<RoomEvent | undefined> {
    return this.#prisma.$transaction(async (tx) => {
      const found = await tx.roomMessage.findUnique({ where: { id }, select: { roomId: true } });
      // the room first, as everybody does: who locks in one order never waits in a circle
      const room = found && (await lockRooms(tx, [found])).get(found.roomId);
      if (!room) return undefined;
      room.lastPosition += 1n;
      const [row] = await tx.roomMessage.updateManyAndReturn({
        where: { id, deletedAt: null },
        data: { ...data, changePosition: room.lastPosition },
      });
      if (!row) return undefined;
      await tx.$executeRaw(moveHeads([room]));
      return { kind, position: Number(room.lastPosition), message: messageOf(row) };
    });
  }
}

const memberKey = (roomId: string, userId: string): string => JSON.stringify([roomId, userId]);
const clientKey = (message: {
  readonly roomId: string;
  readonly senderId: string;
  readonly clientId: string | null;
}): string => JSON.stringify([message.roomId, message.senderId, message.clientId]);

/** In order of id, so that two batches never wait for each other. */
async function lockRooms(
  tx: Transaction,
  messages: readonly { readonly roomId: string }[],
): Promise<Map<string, RoomHead>> {
  const ids = [...new Set(messages.map(({ roomId }) => roomId))];
  const rows = await tx.$queryRaw<RoomHead[]>`
    SELECT "id", "status", "lastSequence", "lastPosition" FROM "Room"
    WHERE "id" = ANY(${ids}::text[]) ORDER BY "id" FOR UPDATE`;
  return new Map(rows.map((row) => [row.id, row]));
}

async function rolesOf(tx: Transaction, messages: readonly NewMessage[]): Promise<Map<string, RoomRole>> {
  const rows = await tx.$queryRaw<{ roomId: string; userId: string; role: RoomRole }[]>`
    SELECT DISTINCT m."roomId", m."userId", m."role" FROM "Membership" m
    JOIN unnest(${messages.map(({ roomId }) => roomId)}::text[], ${messages.map(({ senderId }) => senderId)}::text[])
      AS t("roomId", "userId") ON m."roomId" = t."roomId" AND m."userId" = t."userId"`;
  return new Map(rows.map(({ roomId, userId, role }) => [memberKey(roomId, userId), role]));
}

async function messagesByClientId(
  tx: Transaction,
  messages: readonly NewMessage[],
): Promise<Map<string, RoomMessage>> {
  const named = messages.filter(({ clientId }) => clientId !== null);
  if (named.length === 0) return new Map();
  const rows = await tx.$queryRaw<RoomMessageRow[]>`
    SELECT DISTINCT ON (m."id") m.* FROM "RoomMessage" m
    JOIN unnest(
      ${named.map(({ roomId }) => roomId)}::text[],
      ${named.map(({ senderId }) => senderId)}::text[],
      ${named.map(({ clientId }) => clientId)}::text[]
    ) AS t("roomId", "senderId", "clientId")
    ON m."roomId" = t."roomId" AND m."senderId" = t."senderId" AND m."clientId" = t."clientId"`;
  return new Map(rows.map((row) => [clientKey(row), messageOf(row)]));
}

async function insert(
  tx: Transaction,
  added: readonly RoomMessage[],
  messages: readonly NewMessage[],
  rooms: readonly RoomHead[],
): Promise<void> {
  const clientIds = new Map(messages.map(({ id, clientId }) => [id, clientId]));
  const rows = added.map((message) => ({
    ...message,
    clientId: clientIds.get(message.id) ?? null,
    createdAt: new Date(message.createdAt),
  }));
  // one statement instead of two, and one parameter instead of hundreds, which would cost several times the insert
  await tx.$executeRaw`
    WITH moved AS (${moveHeads(rooms)})
    INSERT INTO "RoomMessage" SELECT * FROM json_populate_recordset(NULL::"RoomMessage", ${JSON.stringify(rows)}::json)`;
}

const moveHeads = (rooms: readonly RoomHead[]): Prisma.Sql => Prisma.sql`
    UPDATE "Room" r SET "lastSequence" = t."lastSequence", "lastPosition" = t."lastPosition"
    FROM unnest(
      ${rooms.map(({ id }) => id)}::text[],
      ${rooms.map(({ lastSequence }) => lastSequence)}::bigint[],
      ${rooms.map(({ lastPosition }) => lastPosition)}::bigint[]
    ) AS t("id", "lastSequence", "lastPosition") WHERE r."id" = t."id"`;
