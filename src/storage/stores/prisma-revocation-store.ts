import type { Revocation, RevocationStore } from '../../auth/revocation-store.ts';
import type { PrismaClient } from '../generated/client.ts';

/** `RevocationStore` on PostgreSQL: each call is one statement. */
export class PrismaRevocationStore implements RevocationStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  async add({ userId, notBefore }: Revocation): Promise<void> {
    await this.#prisma.$executeRaw`
      INSERT INTO "Revocation" AS r ("userId", "notBefore") VALUES (${userId}, ${new Date(notBefore)}::timestamptz)
      ON CONFLICT ("userId") DO UPDATE SET "notBefore" = greatest(r."notBefore", excluded."notBefore")`;
  }

  async all(): Promise<readonly Revocation[]> {
    const rows = await this.#prisma.revocation.findMany();
    return rows.map(({ userId, notBefore }) => ({ userId, notBefore: notBefore.getTime() }));
  }
}
