import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { onServer } from './postgres.ts';

/** Where a server keeps what must not be lost: it outlives the server. */
export interface Place extends AsyncDisposable {
  readonly env: { readonly DATA_DIR: string; readonly DATABASE_URL?: string };
  /** Runs one statement, while no server is there. */
  run(sql: string): Promise<void>;
}

/** Emptied by those who needed theirs no longer: a new one is 300 files to write, and to remove at the end. */
const empty: string[] = [];

/** Connections that are being closed are waited for: one that is cut off then is an error to whoever closes it. */
const EMPTY = `DO $$ DECLARE name text; BEGIN
  FOR look IN 1..200 LOOP
    PERFORM pg_stat_clear_snapshot();
    EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid());
    PERFORM pg_sleep(0.01);
  END LOOP;
  PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'
  LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
END $$`;

/** Empties a database that nobody uses any more, for the next who asks for one. */
export async function giveBackPostgres(url: string): Promise<void> {
  await onServer(url, EMPTY);
  empty.push(url);
}

/** A database of its own on the run's PostgreSQL, migrated and empty. It goes with the run, unless given back. */
export async function freshPostgres(): Promise<string> {
  const emptied = empty.pop();
  if (emptied !== undefined) return emptied;
  const { server, template } = inject('postgres');
  const name = `test_${randomUUID()}`;
  await onServer(server, `CREATE DATABASE "${name}" TEMPLATE "${template}" STRATEGY FILE_COPY`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** A folder of its own, to be removed afterwards. */
export function folder(): { dataDir: string; remove: () => Promise<void> } {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tickroom-test-'));
  return { dataDir, remove: async () => rmSync(dataDir, { recursive: true, force: true }) };
}

export async function onPostgres(): Promise<Place> {
  const { dataDir, remove } = folder();
  const url = await freshPostgres();
  return {
    env: { DATA_DIR: dataDir, DATABASE_URL: url },
    run: (sql) => onServer(url, sql),
    async [Symbol.asyncDispose]() {
      await giveBackPostgres(url);
      await remove();
    },
  };
}

export async function embedded(): Promise<Place> {
  const { dataDir, remove } = folder();
  cpSync(inject('embedded'), dataDir, { recursive: true });
  return {
    env: { DATA_DIR: dataDir },
    async run(sql) {
      const database = await PGlite.create(path.join(dataDir, 'database'));
      await database.exec(sql);
      await database.close();
    },
    [Symbol.asyncDispose]: remove,
  };
}

/** Both places, for suites that run on each. */
export const PLACES = [
  ['PostgreSQL', onPostgres],
  ['PGlite', embedded],
] as const;

/** An open database in a place. */
export function openPlace({ env }: Pick<Place, 'env'>): Promise<Database> {
  return openDatabase({
    url: env.DATABASE_URL,
    dataDir: env.DATA_DIR,
    onError: (error) => {
      throw error;
    },
  });
}
