import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { startPostgres } from '../support/postgres.ts';
import { startServer } from '../support/server.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'tickroom-embedded-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const open = (folder = dataDir) => openDatabase({ url: undefined, dataDir: folder, onError: () => {} });
const copy = (folder = dataDir): string => {
  cpSync(inject('embedded'), folder, { recursive: true });
  return path.join(folder, 'database');
};
const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('the embedded database', () => {
  it("G20 is its owner's alone, also where an older version was not", async () => {
    const folder = path.join(dataDir, 'new');
    cpSync(inject('embedded'), folder, { recursive: true });
    chmodSync(path.join(folder, 'database'), 0o755);
    await using _database = await open(folder);
    expect(modeOf(path.join(folder, 'database'))).toBe('700');
  });

  it('G20 makes its data folder for its owner alone', async () => {
    const folder = path.join(dataDir, 'deep', 'data');
    await using _database = await open(folder);
    expect([modeOf(folder), modeOf(path.join(folder, 'database'))]).toEqual(['700', '700']);
  });

  it('G21 is never made anew over an old one', async () => {
    const folder = copy();
    rmSync(path.join(folder, 'PG_VERSION'));
    const before = readdirSync(folder, { recursive: true }).length;
    await expect(open()).rejects.toThrow(
      /^The embedded database in \S+ cannot be opened \(its file PG_VERSION is missing\): restore .*\.$/,
    );
    expect(readdirSync(folder, { recursive: true })).toHaveLength(before);
    expect(existsSync(path.join(folder, 'PG_VERSION'))).toBe(false);
  });

  it.each([
    ['pg_control cut', (folder: string) => truncateSync(path.join(folder, 'global/pg_control'), 100)],
    [
      'pg_control of zeros',
      (folder: string) => writeFileSync(path.join(folder, 'global/pg_control'), Buffer.alloc(8192)),
    ],
    ['no log', (folder: string) => rmSync(path.join(folder, 'pg_wal'), { recursive: true })],
    ['no tables', (folder: string) => rmSync(path.join(folder, 'base'), { recursive: true })],
    ['another version', (folder: string) => writeFileSync(path.join(folder, 'PG_VERSION'), '9\n')],
  ])('G21 with %s ends in one sentence', async (_name, damage) => {
    damage(copy());
    const failure = await open().then(String, String);
    expect(failure).toMatch(
      /^DatabaseError: The embedded database in \S+ cannot be opened \([^\n]+\): restore the folder from a backup, or move it away to begin with an empty database\.$/,
    );
  });
});

/** A small disk, where this process may mount one. */
function mountDisk(folder: string, megabytes: number): boolean {
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder];
  return spawnSync('mount', options, { stdio: 'ignore' }).status === 0;
}

describe('a disk that is full', () => {
  it('G22 is SERVICE_UNAVAILABLE, health says it, and it goes on by itself', async (context) => {
    if (!mountDisk(dataDir, 70)) return context.skip();
    try {
      const folder = path.join(dataDir, 'data');
      copy(folder);
      await using server = await startServer({ DATA_DIR: folder });
      const ada = await server.token('ada');
      const { data } = await server.post(
        'mutation { createRoom(input: { name: "A", type: PUBLIC }) { id } }',
        {},
        ada,
      );
      const { id } = (data as { createRoom: { id: string } }).createRoom;
      const send = async () => {
        const { errors } = await server.post(
          'mutation ($id: ID!, $content: String!) { sendRoomMessage(roomId: $id, input: { content: $content }) { sequence } }',
          { id, content: 'm'.repeat(1500) },
          ada,
        );
        return errors?.[0]?.extensions?.code;
      };
      const health = async () => {
        const { status, database } = (await (await fetch(`${server.url}/health`)).json()) as Record<
          string,
          unknown
        >;
        return { status, database };
      };
      expect(await send()).toBeUndefined();
      const filler = path.join(dataDir, 'filler');
      const { bavail, bsize } = statfsSync(dataDir);
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
      await expect.poll(send).toBe('SERVICE_UNAVAILABLE');
      expect(await health()).toEqual({ status: 'degraded', database: 'full' });
      expect(
        (await server.post('{ rooms(first: 1) { edges { node { id } } } }', {}, ada)).errors,
      ).toBeUndefined();
      expect(await health()).toEqual({ status: 'degraded', database: 'full' });
      rmSync(filler);
      await expect.poll(send).toBeUndefined();
      expect(await health()).toEqual({ status: 'ok', database: 'reachable' });
    } finally {
      spawnSync('umount', ['-l', dataDir]);
    }
  });
});

describe('a lost connection', () => {
  it('G23 is told once, without the client and its password', async () => {
    const postgres = await startPostgres();
    try {
      await postgres.createDatabase('tickroom');
      const errors: unknown[] = [];
      await using database = await openDatabase({
        url: postgres.url('tickroom'),
        dataDir,
        onError: (error) => errors.push(error),
      });
      await Promise.all(Array.from({ length: 8 }, () => database.rooms.counts()));
      await postgres.kill();
      await expect.poll(() => errors.length).toBe(1);
      const [error] = errors as [Error];
      expect(error.message).toMatch(/^A connection to the database was lost: [^\n]+$/);
      expect(Object.keys(error)).toEqual([]);
    } finally {
      await postgres.stop();
    }
  });
});
