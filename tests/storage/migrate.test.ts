import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { migrate } from '../../src/storage/migrations/migrate.ts';
import { embedded, folder, onPostgres, openPlace, PLACES } from '../support/places.ts';
import { onServer } from '../support/postgres.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Prisma's command line, as `npm run prisma` starts it. */
async function prisma(env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'prisma/cli/prisma.ts', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const onData = (chunk: Buffer): void => {
    printed += chunk;
  };
  child.stdout.on('data', onData);
  child.stderr.on('data', onData);
  const [code] = await once(child, 'exit');
  return { code, printed };
}

/** An empty database and clients on it. */
async function emptyDatabase() {
  const { server } = inject('postgres');
  const name = `empty_${Math.random().toString(36).slice(2)}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const open = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    return client;
  };
  return { url: url.href, open };
}

describe('migrations', () => {
  it('G15 are applied once, by one of several that start at once, each wholly or not at all', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tickroom-migrations-'));
    const add = (name: string, sql: string): void => {
      mkdirSync(path.join(folder, name), { recursive: true });
      writeFileSync(path.join(folder, name, 'migration.sql'), sql);
    };
    add('1_first', 'CREATE TABLE a (id int); INSERT INTO a VALUES (1);');
    const { open } = await emptyDatabase();
    const clients = await Promise.all([open(), open(), open()]);
    const [client] = clients;
    if (!client) throw new Error('three were opened');
    const applied = await Promise.all(clients.map((each) => migrate(each, folder)));
    expect(applied.flat()).toEqual(['1_first']);
    expect((await client.query('SELECT * FROM a')).rows).toEqual([{ id: 1 }]);

    add('2_bad', 'INSERT INTO a VALUES (2); SELECT nonsense;');
    await expect(migrate(client, folder)).rejects.toThrow('Migration 2_bad failed: column "nonsense"');
    expect((await client.query('SELECT * FROM a')).rows).toEqual([{ id: 1 }]);
    add('2_bad', 'INSERT INTO a VALUES (2);');
    expect(await migrate(client, folder)).toEqual(['2_bad']);
    expect(await migrate(client, folder)).toEqual([]);

    add('1_first', 'CREATE TABLE a (id int);');
    await expect(migrate(client, folder)).rejects.toThrow(
      'Migration 1_first was edited after it had been applied to this database',
    );
    for (const each of clients) await each.end();
    rmSync(folder, { recursive: true });
  });

  it.each(PLACES)('G16 "migrate status" agrees with what the server applied on %s', async (_name, make) => {
    await using place = await make();
    await (await openPlace(place))[Symbol.asyncDispose]();
    const status = await prisma(place.env, 'migrate', 'status');
    expect(status.printed).toContain('Database schema is up to date!');
    expect(status.code).toBe(0);
  });

  it('G16 "migrate status" sees an empty PostgreSQL, and "migrate deploy" does what the server would', async () => {
    const { url } = await emptyDatabase();
    const env = { DATABASE_URL: url };
    expect((await prisma(env, 'migrate', 'status')).printed).toContain('have not yet been applied');
    expect((await prisma(env, 'migrate', 'deploy')).code).toBe(0);
    const { dataDir, remove } = folder();
    {
      await using database = await openPlace({ env: { DATA_DIR: dataDir, DATABASE_URL: url } });
      expect(await database.rooms.counts()).toMatchObject({ total: 0 });
    }
    await remove();
  });

  it('G16 the schema is what the migrations make', async () => {
    await using place = await onPostgres();
    const diff = await prisma(
      place.env,
      'migrate',
      'diff',
      '--from-config-datasource',
      '--to-schema=prisma/schema.prisma',
      '--exit-code',
    );
    expect(diff).toMatchObject({ code: 0, printed: expect.stringContaining('No difference') });
  });

  it('G14 G16 is told that the embedded database is in use while the server runs', async () => {
    await using place = await embedded();
    await using _database = await openPlace(place);
    const { code, printed } = await prisma(place.env, 'migrate', 'status');
    expect(code).toBe(1);
    expect(printed).toMatch(/is in use by process \d+: stop that one first/);
  });

  it('G15 an embedded database is made where there is none', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'tickroom-test-'));
    const place = { env: { DATA_DIR: dataDir } };
    {
      await using database = await openPlace(place);
      await database.inbox.usersSeen([{ id: 'ann', roles: ['USER'] }], Date.now());
    }
    const copy = `${dataDir}-copy`;
    cpSync(dataDir, copy, { recursive: true });
    await using database = await openPlace({ env: { DATA_DIR: copy } });
    expect((await database.inbox.states(['ann'])).size).toBe(1);
    rmSync(dataDir, { recursive: true });
  });
});
