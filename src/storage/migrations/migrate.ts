import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientBase } from 'pg';

/** The same from `src` and from `dist`. */
const MIGRATIONS = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));

/** The key that Prisma Migrate itself takes. */
const LOCK_KEY = 72_707_369;

/** Prisma's own table, so that `prisma migrate` and the server agree about what was applied. */
const HISTORY = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

interface Applied {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/**
 * Applies the migrations that the database does not have yet, each wholly or not at all. Of several servers that start
 * at once one does it and the others wait.
 * @param client without a limit on the time a statement takes
 * @param folder the project's unless given
 * @returns names of what was applied
 * @throws when a migration fails, or was edited after it had been applied
 */
export async function migrate(client: ClientBase, folder = MIGRATIONS): Promise<string[]> {
  await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
  try {
    await client.query(HISTORY);
    const { rows } = await client.query<Applied>(
      'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
    );
    const applied = new Map(rows.map((row) => [row.migration_name, row]));
    const now: string[] = [];
    for (const name of await migrationNames(folder)) {
      const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8');
      const checksum = createHash('sha256').update(sql).digest('hex');
      const known = applied.get(name);
      if (known) {
        check(known, checksum);
      } else {
        await apply(client, name, sql, checksum);
        now.push(name);
      }
    }
    return now;
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]).catch(() => {});
  }
}

/** @returns names of the migrations that the database does not have yet; nothing is changed */
export async function pendingMigrations(client: ClientBase, folder = MIGRATIONS): Promise<string[]> {
  const names = await migrationNames(folder);
  const table = await client.query<{ found: string | null }>(
    `SELECT to_regclass('"_prisma_migrations"') AS found`,
  );
  if (table.rows[0]?.found === null) return names;
  const { rows } = await client.query<Pick<Applied, 'migration_name'>>(
    'SELECT migration_name FROM "_prisma_migrations" WHERE rolled_back_at IS NULL AND finished_at IS NOT NULL',
  );
  const applied = new Set(rows.map((row) => row.migration_name));
  return names.filter((name) => !applied.has(name));
}

async function migrationNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function check({ migration_name: name, checksum, finished_at: finished }: Applied, expected: string): void {
  if (finished === null) {
    throw new Error(
      `Migration ${name} failed when it was applied by hand: see "npm run prisma -- migrate resolve".`,
    );
  }
  if (checksum !== expected) {
    throw new Error(
      `Migration ${name} was edited after it had been applied to this database: restore it, and write a new migration for the change.`,
    );
  }
}

async function apply(client: ClientBase, name: string, sql: string, checksum: string): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw new Error(`Migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
