import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { onServer } from './postgres.ts';

/** Where a server keeps what must not be lost: it outlives the server. */
export interface Place extends AsyncDisposable {
  readonly env: { readonly DATA_DIR: string; readonly DATABASE_URL?: string };
}

/** A database of its own on the run's PostgreSQL, migrated. It goes with the run. */
export async function freshPostgres(): Promise<string> {
  const { server, template } = inject('postgres');
  const name = `test_${randomUUID()}`;
  await onServer(server, `CREATE DATABASE "${name}" TEMPLATE "${template}" STRATEGY FILE_COPY`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

function folder(): { dataDir: string; remove: () => Promise<void> } {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tickroom-test-'));
  return { dataDir, remove: async () => rmSync(dataDir, { recursive: true, force: true }) };
}

export async function onPostgres(): Promise<Place> {
  const { dataDir, remove } = folder();
  return { env: { DATA_DIR: dataDir, DATABASE_URL: await freshPostgres() }, [Symbol.asyncDispose]: remove };
}

export async function embedded(): Promise<Place> {
  const { dataDir, remove } = folder();
  cpSync(inject('embedded'), dataDir, { recursive: true });
  return { env: { DATA_DIR: dataDir }, [Symbol.asyncDispose]: remove };
}

/** Both places, for suites that run on each. */
export const PLACES = [
  ['PostgreSQL', onPostgres],
  ['PGlite', embedded],
] as const;

/** An open database in a place. */
export function openPlace({ env }: Place): Promise<Database> {
  return openDatabase({
    url: env.DATABASE_URL,
    dataDir: env.DATA_DIR,
    onError: (error) => {
      throw error;
    },
  });
}
