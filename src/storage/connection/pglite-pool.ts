import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { PgliteStream } from './pglite-stream.ts';

/** A waiter is served once those before it are; a database in this process does not hang, so this is long. */
const WAIT_MS = 15_000;

/**
 * A pool of one connection over PGlite in this process, so that the adapter for PostgreSQL serves both. There is one
 * session: who holds it in a transaction and asks the pool for another waits for itself.
 */
export function pglitePool(db: PGlite): pg.Pool {
  return new pg.Pool({
    user: 'postgres',
    database: 'postgres',
    ssl: false,
    options: '-c TimeZone=UTC',
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: WAIT_MS,
    stream: () => new PgliteStream(db),
  });
}
