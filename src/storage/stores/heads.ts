import type { StoredHead } from '../../rooms/message-store.ts';
import { Prisma } from '../generated/client.ts';

/** The epoch of all stored numberings, within a statement. */
export const EPOCH = Prisma.sql`coalesce((SELECT "epoch" FROM "StoredEpoch"), '')`;

export interface HeadRow {
  readonly id: string;
  /** null, like the next: there is no row yet */
  readonly sequence: bigint | null;
  readonly epochStart: bigint | null;
  readonly epoch: string;
}

export const headsOf = (rows: readonly HeadRow[]): ReadonlyMap<string, StoredHead> =>
  new Map(
    rows.map(({ id, sequence, epochStart, epoch }) => [
      id,
      { sequence: Number(sequence ?? 0), epoch, epochStart: Number(epochStart ?? 0) },
    ]),
  );
