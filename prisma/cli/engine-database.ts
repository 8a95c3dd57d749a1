import { mkdirSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { DataLock } from '../../src/storage/connection/data-lock.ts';
import { embeddedFolder } from '../../src/storage/connection/database-url.ts';
import { pglitePool } from '../../src/storage/connection/pglite-pool.ts';

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

/** PostgreSQL's `"char"`, a single byte: https://www.postgresql.org/docs/current/datatype-character.html */
const SINGLE_CHAR = 18;
const TEXT = 25;

/** A pool on what a URL names, and the closing of everything it needed. */
export async function openPool(url: string): Promise<{ pool: pg.Pool; close: () => Promise<void> }> {
  const folder = embeddedFolder(url);
  if (folder === undefined) {
    const pool = new pg.Pool({ connectionString: url, max: 4 });
    return { pool, close: () => pool.end() };
  }
  mkdirSync(folder, { recursive: true });
  const lock = await DataLock.take(folder);
  const db = await PGlite.create(folder);
  const pool = pglitePool(db);
  return {
    pool,
    close: async () => {
      await pool.end();
      await db.close();
      await lock[Symbol.asyncDispose]();
    },
  };
}

/**
 * Databases as the schema engine wants them: the one of the URL, and an empty one to try migrations on.
 * @param onRefused hears why the database could not be opened, which the engine does not pass on
 */
export function adapterFactory(
  url: string,
  onRefused: (error: unknown) => void,
): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    async connect() {
      try {
        const { pool, close } = await openPool(url);
        return await adapterOn(pool, close);
      } catch (error) {
        onRefused(error);
        throw error;
      }
    },
    async connectToShadowDb() {
      const db = await PGlite.create();
      const pool = pglitePool(db);
      return adapterOn(pool, async () => {
        await pool.end();
        await db.close();
      });
    },
  };
}

/** What the adapter runs every query through; it is not part of its types. */
interface Internals {
  performIO(query: SqlQuery): Promise<{ readonly fields: { dataTypeID: number }[] }>;
}

async function adapterOn(pool: pg.Pool, close: () => Promise<void>): Promise<Adapter> {
  const adapter = await new PrismaPg(pool).connect();
  // the adapter's own cuts scripts at each semicolon, those in texts included
  adapter.executeScript = async (script) => {
    await pool.query(script);
  };
  // the catalogue has columns of this type, and the adapter no mapping for it
  const internals = adapter as unknown as Internals;
  const performIO = internals.performIO.bind(adapter);
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const chars: number[] = [];
    internals.performIO = async (inner) => {
      const result = await performIO(inner);
      result.fields.forEach((field, i) => {
        if (field.dataTypeID !== SINGLE_CHAR) return;
        field.dataTypeID = TEXT;
        chars.push(i);
      });
      return result;
    };
    const result = await queryRaw(query);
    for (const i of chars) result.columnTypes[i] = ColumnTypeEnum.Character;
    return result;
  };
  adapter.dispose = close;
  return adapter;
}
