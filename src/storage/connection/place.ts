import path from 'node:path';
import pg from 'pg';
import { DatabaseError } from './database-error.ts';
import { damaged, openEmbedded, reasonOf } from './embedded.ts';
import { isOutage } from './guard.ts';
import { pglitePool } from './pglite-pool.ts';

export interface PlaceOptions {
  /** of PostgreSQL; undefined: embedded, in `dataDir` */
  readonly url: string | undefined;
  readonly dataDir: string;
}

/** Connections to a database, and the closing of everything that they need. */
export interface Place {
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/** Looks at each new connection to a server before it is used; a rejection closes that connection. */
export type Verify = (client: pg.PoolClient) => Promise<void>;

/** @throws DatabaseError; DataLockedError when another process has the embedded database */
export async function openPlace(
  { url, dataDir }: PlaceOptions,
  verify: Verify = async () => {},
): Promise<Place> {
  if (url !== undefined) return openServer(url, verify);
  const { db, close } = await openEmbedded(path.resolve(dataDir, 'database'));
  const pool = pglitePool(db);
  return {
    pool,
    async close() {
      await pool.end();
      await close();
    },
  };
}

function openServer(url: string, verify: Verify): Place {
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
  // a connection that is lost emits its error beside failing its query, also while somebody has it: without a listener that
  // ends the process
  pool.on('connect', (client) => client.on('error', () => {}));
  return { pool, close: () => pool.end() };
}

/** Runs work on the schema with one connection whose statements may take as long as they take. */
export async function withMigrations<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('SET statement_timeout = 0');
    const result = await work(client);
    await client.query('RESET statement_timeout');
    return result;
  } finally {
    client.release();
  }
}

/** Of PostgreSQL: files of a database that are missing, cannot be read or hold something else. */
const DAMAGE = /^(XX00[012]|58P01|58030)$/;

/** A failure at the start as its user may read it. The password of the address is not in it. */
export function asOpenError(error: unknown, { url, dataDir }: PlaceOptions): unknown {
  const { code } = error as { code?: unknown };
  if (url === undefined && (error instanceof WebAssembly.RuntimeError || DAMAGE.test(String(code)))) {
    return damaged(path.resolve(dataDir, 'database'), reasonOf(error), error);
  }
  if (url === undefined || !isOutage(error)) return error;
  const reason = reasonOf(error);
  return new DatabaseError(
    `The database of DATABASE_URL cannot be used (${reason}): start it, or correct the address.`,
    { cause: error },
  );
}
