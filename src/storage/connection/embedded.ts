import { chmodSync, mkdirSync, readdirSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { DataLock } from './data-lock.ts';
import { DatabaseError } from './database-error.ts';

/** The database in this process, and its closing. */
export interface Embedded {
  readonly db: PGlite;
  close(): Promise<void>;
}

/** Readable and writable by the owner of the process only: it holds what people wrote. */
const OWNER_ONLY = 0o700;
/** Less free space than this explains a failure: PostgreSQL writes its log in segments of 16 MB. */
const NEEDED_BYTES = 20 * 2 ** 20;

/**
 * Opens the embedded database of a folder, or makes one where the folder is missing or empty.
 * @param folder the database's own, inside of DATA_DIR
 * @throws DataLockedError when another process has it; DatabaseError when it is damaged or cannot be written
 */
export async function openEmbedded(folder: string): Promise<Embedded> {
  try {
    mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
    chmodSync(folder, OWNER_ONLY);
  } catch (error) {
    throw new DatabaseError(
      `The folder ${folder} cannot be used for the embedded database (${reasonOf(error)}): correct DATA_DIR or the rights of the folder.`,
      { cause: error },
    );
  }
  const lock = await DataLock.take(folder);
  try {
    refuseToOverwrite(folder);
    const db = await open(folder);
    return {
      db,
      async close() {
        await db.close();
        await lock[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/** PGlite makes a new database wherever PG_VERSION is missing, over the files of the old one. */
function refuseToOverwrite(folder: string): void {
  const files = readdirSync(folder);
  if (files.length > 0 && !files.includes('PG_VERSION')) {
    throw damaged(folder, 'its file PG_VERSION is missing');
  }
}

async function open(folder: string): Promise<PGlite> {
  try {
    return await PGlite.create(folder);
  } catch (error) {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < NEEDED_BYTES) {
      throw new DatabaseError(
        `The embedded database in ${folder} cannot be opened, because its disk is full: make space, and start again.`,
        { cause: error },
      );
    }
    throw damaged(folder, reasonOf(error), error);
  }
}

/** A database that is there and cannot be read. */
export const damaged = (folder: string, reason: string, cause?: unknown): DatabaseError =>
  new DatabaseError(
    `The embedded database in ${path.resolve(folder)} cannot be opened (${reason}): restore the folder from a backup, or move it away to begin with an empty database.`,
    { cause },
  );

/** What an error says, in one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.split('\n', 1)[0] ?? '';
}
