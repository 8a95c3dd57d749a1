import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataLock } from '../../src/storage/connection/data-lock.ts';
import { startChild } from '../support/child-server.ts';
import { embedded, openPlace } from '../support/places.ts';
import { SECRET } from '../support/server.ts';

const HOLDER = `
  import { DataLock } from ${JSON.stringify(new URL('../../dist/storage/connection/data-lock.js', import.meta.url).href)};
  try {
    await DataLock.take(process.argv[1]);
    console.log('taken');
    setInterval(() => {}, 1000);
  } catch (error) {
    console.log(error.message);
  }`;

/** Another process that takes the lock and keeps it. */
async function holder(folder: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  return { child, said: String(said).trim() };
}

describe('the lock of a data folder', () => {
  it('G14 keeps a second process out, and holds nobody up once its owner was killed', async () => {
    const folder = path.join(mkdtempSync(path.join(tmpdir(), 'tickroom-lock-')), 'database');
    const first = await holder(folder);
    expect(first.said).toBe('taken');
    await expect(DataLock.take(folder)).rejects.toThrow(
      `The data in ${folder} is in use by process ${first.child.pid}: stop that one first`,
    );
    const second = await holder(folder);
    expect(second.said).toContain(`in use by process ${first.child.pid}`);
    const gone = once(first.child, 'exit');
    first.child.kill('SIGKILL');
    await gone;
    await using _lock = await DataLock.take(folder);
    expect(readdirSync(`${folder}.lock`).length).toBe(1);
    rmSync(path.dirname(folder), { recursive: true });
  });

  it('G14 is taken by one of several that come at once', async () => {
    const folder = path.join(mkdtempSync(path.join(tmpdir(), 'tickroom-lock-')), 'database');
    const holders = await Promise.all([1, 2, 3].map(() => holder(folder)));
    expect(holders.filter(({ said }) => said === 'taken').length).toBe(1);
    for (const { child } of holders) child.kill('SIGKILL');
    rmSync(path.dirname(folder), { recursive: true });
  });

  it('G14 stops a second server with one sentence', async () => {
    await using place = await embedded();
    await using _database = await openPlace(place);
    await expect(startChild({ ...place.env, AUTH_SECRET: SECRET, WEBSOCKET_PORT: '0' })).rejects.toThrow(
      /^The server ended with 1: The data in \S+ is in use by process \d+: stop that one first[^\n]*\n$/,
    );
  });
});
