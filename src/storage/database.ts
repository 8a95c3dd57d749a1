import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import type { RevocationStore } from '../auth/revocation-store.ts';
import type { ProgressStore } from '../fanout/resume/progress-store.ts';
import type { InboxStore } from '../inbox/inbox-store.ts';
import type { InstrumentStore } from '../market/instruments/instrument-store.ts';
import type { InvitationStore } from '../rooms/invitations/invitation-store.ts';
import type { MessageStore } from '../rooms/message-store.ts';
import type { ReadStore } from '../rooms/reads/read-store.ts';
import type { RoomStore } from '../rooms/room-store.ts';
import { asStoreError, guarded } from './connection/guard.ts';
import { asOpenError, openPlace, withMigrations } from './connection/place.ts';
import { Reachability } from './connection/reachability.ts';
import { DatabaseEpoch, type DatabaseEpochOptions } from './database-epoch.ts';
import { PrismaClient } from './generated/client.ts';
import { MarkFile } from './mark-file.ts';
import { mergeSpellings } from './migrations/merge-spellings.ts';
import { migrate } from './migrations/migrate.ts';
import { PrismaInboxStore } from './stores/prisma-inbox-store.ts';
import { PrismaInstrumentStore } from './stores/prisma-instrument-store.ts';
import { PrismaInvitationStore } from './stores/prisma-invitation-store.ts';
import { PrismaMessageStore } from './stores/prisma-message-store.ts';
import { PrismaProgressStore } from './stores/prisma-progress-store.ts';
import { PrismaReadStore } from './stores/prisma-read-store.ts';
import { PrismaRevocationStore } from './stores/prisma-revocation-store.ts';
import { PrismaRoomStore } from './stores/prisma-room-store.ts';
import { StoredTradeBars } from './stores/stored-trade-bars.ts';

export interface DatabaseOptions {
  /** of PostgreSQL; undefined: embedded, in `dataDir` */
  readonly url: string | undefined;
  readonly dataDir: string;
  /** The database turned out to be away, or to be back; told once each. */
  readonly onReachable?: (isReachable: boolean, error?: unknown) => void;
  /** The disk of the database turned out to be full, or to have space again; told once each. */
  readonly onFull?: (isFull: boolean, error?: unknown) => void;
  /** Changed bars of trades are written after so long. @default 2000, embedded 200 */
  readonly barsWriteAfterMs?: number;
  /** Something failed that no caller waits for. */
  readonly onError: (error: unknown) => void;
}

/** What must not be lost, in one place. Every call fails with SERVICE_UNAVAILABLE while the place cannot be reached. */
export interface Database extends AsyncDisposable {
  readonly rooms: RoomStore;
  readonly messages: MessageStore;
  readonly reads: ReadStore;
  readonly invitations: InvitationStore;
  readonly inbox: InboxStore;
  readonly progress: ProgressStore;
  readonly revocations: RevocationStore;
  readonly instruments: InstrumentStore;
  /** Of the numberings that are stored. */
  readonly epoch: DatabaseEpoch;
  /**
   * Prices and fund flow as stored so far, for the one that leads the market; who opens it closes it.
   * @param token of the lease; whoever has a lower one stores nothing from now on
   * @throws LeaderChangedError when a leader with a higher one has opened it
   */
  openTradeBars(token?: number): Promise<StoredTradeBars>;
}

/** No bus outlives a process with an embedded database, so that what it has not stored when it is killed is lost. */
const EMBEDDED_WRITE_AFTER_MS = 200;

/**
 * Opens the database and brings its schema up to date.
 * @throws DatabaseError when it cannot be reached; DataLockedError when another process has the embedded one; Error
 * when a migration fails or was edited after it had been applied
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { onError, onReachable = () => {}, onFull = () => {} } = options;
  const reachability = new Reachability({ onReachable, onFull, onError });
  let epoch: DatabaseEpoch | undefined;
  // a database that was restored has closed its connections: it is looked at before anything is done over a new one
  const verify = async (client: pg.PoolClient): Promise<void> => epoch?.look(client);
  const place = await openPlace(options, verify);
  place.pool.on('error', reachability.noteLost);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(place.pool, { onConnectionError: reachability.noteLost }),
    // a queue of transactions waits for connections rather than fails; statements have limits of their own
    transactionOptions: { maxWait: 10_000, timeout: 20_000 },
  });
  const close = async (): Promise<void> => {
    await epoch?.[Symbol.asyncDispose]();
    await prisma.$disconnect();
    await place.close();
  };
  try {
    await withMigrations(place.pool, (client) => migrate(client));
    const onOutcome = reachability.note;
    epoch = await openEpoch(place.pool, options, onOutcome);
    return {
      rooms: guarded(new PrismaRoomStore(prisma), onOutcome),
      messages: guarded(new PrismaMessageStore(prisma), onOutcome),
      reads: guarded(new PrismaReadStore(prisma), onOutcome),
      invitations: guarded(new PrismaInvitationStore(prisma), onOutcome),
      inbox: guarded(new PrismaInboxStore(prisma), onOutcome),
      progress: guarded(new PrismaProgressStore(prisma), onOutcome),
      revocations: guarded(new PrismaRevocationStore(prisma), onOutcome),
      instruments: guarded(new PrismaInstrumentStore(prisma), onOutcome),
      epoch,
      async openTradeBars(token) {
        const merged = await mergeSpellings(prisma);
        const writeAfterMs =
          options.barsWriteAfterMs ?? (options.url === undefined ? EMBEDDED_WRITE_AFTER_MS : undefined);
        return StoredTradeBars.open({
          prisma,
          merged,
          token,
          writeAfterMs,
          onError: (error) => onError(asStoreError(error)),
        });
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw asOpenError(error, options);
  }
}

async function openEpoch(
  pool: pg.Pool,
  { url, dataDir, onError }: DatabaseOptions,
  onOutcome: DatabaseEpochOptions['onOutcome'],
): Promise<DatabaseEpoch> {
  const file = new MarkFile(dataDir);
  const epoch = new DatabaseEpoch({
    pool,
    remembered: await file.read(),
    hasFingerprint: url !== undefined,
    remember: (mark) => file.write(mark),
    onOutcome,
    onError,
  });
  await epoch.start();
  return epoch;
}
