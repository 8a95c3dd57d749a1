import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { RevocationStore } from '../auth/revocation-store.ts';
import type { ProgressStore } from '../fanout/progress-store.ts';
import type { InboxStore } from '../inbox/inbox-store.ts';
import type { InstrumentStore } from '../market/instrument-store.ts';
import type { MessageStore } from '../rooms/message-store.ts';
import type { RoomStore } from '../rooms/room-store.ts';
import { DataLock } from './data-lock.ts';
import { DatabaseEpoch } from './database-epoch.ts';
import { PrismaClient } from './generated/client.ts';
import { guarded, isOutage } from './guard.ts';
import { MarkFile } from './mark-file.ts';
import { mergeSpellings } from './merge-spellings.ts';
import { migrate } from './migrate.ts';
import { pglitePool } from './pglite-pool.ts';
import { PrismaInboxStore } from './prisma-inbox-store.ts';
import { PrismaInstrumentStore } from './prisma-instrument-store.ts';
import { PrismaMessageStore } from './prisma-message-store.ts';
import { PrismaProgressStore } from './prisma-progress-store.ts';
import { PrismaRevocationStore } from './prisma-revocation-store.ts';
import { PrismaRoomStore } from './prisma-room-store.ts';
import { StoredTradeBars } from './stored-trade-bars.ts';

export interface DatabaseOptions {
  /** of PostgreSQL; undefined: embedded, in `dataDir` */
  readonly url: string | undefined;
  readonly dataDir: string;
  /** The database turned out to be away, or to be back; told once each. */
  readonly onReachable?: (isReachable: boolean, error?: unknown) => void;
  /** Changed bars of trades are written after so long. @default 2000, embedded 200 */
  readonly barsWriteAfterMs?: number;
  /** Something failed that no caller waits for. */
  readonly onError: (error: unknown) => void;
}

/** What must not be lost, in one place. Every call fails with SERVICE_UNAVAILABLE while the place cannot be reached. */
export interface Database extends AsyncDisposable {
  readonly rooms: RoomStore;
  readonly messages: MessageStore;
  readonly inbox: InboxStore;
  readonly progress: ProgressStore;
  readonly revocations: RevocationStore;
  readonly instruments: InstrumentStore;
  /** Of the numberings that are stored. */
  readonly epoch: DatabaseEpoch;
  /** Prices and fund flow as stored so far, for the one that keeps the market; who opens it closes it. */
  openTradeBars(): Promise<StoredTradeBars>;
}

/** The database cannot be used; the message says what to do. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code = 'DATABASE_UNAVAILABLE';
}

/** No bus outlives a process with an embedded database, so that what it has not stored when it is killed is lost. */
const EMBEDDED_WRITE_AFTER_MS = 200;

/** A place and its closing. */
interface Place {
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/**
 * Opens the database and brings its schema up to date.
 * @throws DatabaseError when it cannot be reached; DataLockedError when another process has the embedded one; Error
 * when a migration fails or was edited after it had been applied
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { onError, onReachable = () => {} } = options;
  const { url, dataDir } = options;
  let epoch: DatabaseEpoch | undefined;
  // a database that was restored has closed its connections: it is looked at before anything is done over a new one
  const verify = async (client: pg.PoolClient): Promise<void> => epoch?.look(client);
  const place = url === undefined ? await openEmbedded(dataDir) : openServer(url, verify);
  place.pool.on('error', onError);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(place.pool, { onConnectionError: onError }),
    // a queue of transactions waits for connections rather than fails; statements have limits of their own
    transactionOptions: { maxWait: 10_000, timeout: 20_000 },
  });
  const close = async (): Promise<void> => {
    await epoch?.[Symbol.asyncDispose]();
    await prisma.$disconnect();
    await place.close();
  };
  try {
    await bringUp(place.pool);
    epoch = await openEpoch(place.pool, options);
    let reachable = true;
    const onOutcome = (reached: boolean, error?: unknown): void => {
      if (reached === reachable) return;
      reachable = reached;
      onReachable(reached, error);
    };
    return {
      rooms: guarded(new PrismaRoomStore(prisma), onOutcome),
      messages: guarded(new PrismaMessageStore(prisma), onOutcome),
      inbox: guarded(new PrismaInboxStore(prisma), onOutcome),
      progress: guarded(new PrismaProgressStore(prisma), onOutcome),
      revocations: guarded(new PrismaRevocationStore(prisma), onOutcome),
      instruments: guarded(new PrismaInstrumentStore(prisma), onOutcome),
      epoch,
      async openTradeBars() {
        await mergeSpellings(prisma);
        const writeAfterMs =
          options.barsWriteAfterMs ?? (options.url === undefined ? EMBEDDED_WRITE_AFTER_MS : undefined);
        return StoredTradeBars.open({ prisma, writeAfterMs, onError });
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    if (!isOutage(error)) throw error;
    const reason = error instanceof Error ? error.message || String(error) : String(error);
    throw new DatabaseError(
      `The database of DATABASE_URL cannot be used (${reason}): start it, or correct the address.`,
      { cause: error },
    );
  }
}

async function bringUp(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    // a migration takes as long as it takes
    await client.query('SET statement_timeout = 0');
    await migrate(client);
    await client.query('RESET statement_timeout');
  } finally {
    client.release();
  }
}

async function openEpoch(pool: pg.Pool, { url, dataDir, onError }: DatabaseOptions): Promise<DatabaseEpoch> {
  const file = new MarkFile(dataDir);
  const epoch = new DatabaseEpoch({
    pool,
    remembered: await file.read(),
    hasFingerprint: url !== undefined,
    remember: (mark) => file.write(mark),
    onError,
  });
  await epoch.start();
  return epoch;
}

function openServer(url: string, verify: (client: pg.PoolClient) => Promise<void>): Place {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    options: '-c TimeZone=UTC',
    connectionTimeoutMillis: 3000,
    statement_timeout: 10_000,
    // a server that does not even refuse
    query_timeout: 15_000,
    keepAlive: true,
    verify: (client, done) => {
      verify(client).then(() => done(), done);
    },
  });
  return { pool, close: () => pool.end() };
}

async function openEmbedded(dataDir: string): Promise<Place> {
  const folder = path.resolve(dataDir, 'database');
  mkdirSync(folder, { recursive: true });
  const lock = await DataLock.take(folder);
  try {
    const db = await PGlite.create(folder);
    const pool = pglitePool(db);
    return {
      pool,
      async close() {
        await pool.end();
        await db.close();
        await lock[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}
