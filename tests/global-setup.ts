import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../src/storage/database.ts';
import { startPostgres } from './support/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** a PostgreSQL server of this run, and its database with all migrations, to be copied */
    postgres: { server: string; template: string };
    /** a data folder with a migrated embedded database, to be copied */
    embedded: string;
  }
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TEMPLATE = 'template_tickroom';
const fail = (error: unknown): never => {
  throw error;
};

/** One PostgreSQL for the whole run, one embedded database to copy, the server and the console as they are delivered. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const [postgres, embedded] = await Promise.all([
    postgresTemplate(),
    embeddedTemplate(),
    buildServer(),
    buildConsole(),
  ]);
  project.provide('postgres', { server: postgres.url('postgres'), template: TEMPLATE });
  project.provide('embedded', embedded);
  project.onTestsRerun(buildServer);
  return () => postgres.stop();
}

/**
 * For the tests that start it as a process; what the compiler says of it is for "npm run typecheck" to tell. What is
 * there already stays untouched: another run beside this one may be starting servers from it.
 */
async function buildServer(): Promise<void> {
  const tsc = path.join(ROOT, 'node_modules/typescript-cli/bin/tsc');
  const incremental = ['--incremental', '--tsBuildInfoFile', 'dist/tsbuildinfo'];
  const args = [tsc, '-p', 'tsconfig.build.json', '--noCheck', ...incremental];
  await promisify(execFile)(process.execPath, args, { cwd: ROOT });
}

/** As it is delivered: in this process React would be built for development, as NODE_ENV says "test" here. */
async function buildConsole(): Promise<void> {
  const vite = path.join(ROOT, 'node_modules/vite/bin/vite.js');
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [vite, 'build'], { cwd: ROOT, env });
}

async function postgresTemplate() {
  // durability is of no use to a database that goes with the run
  const flags = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=400'];
  const postgres = await startPostgres({ flags });
  await postgres.createDatabase(TEMPLATE);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tickroom-template-'));
  const database = await openDatabase({ url: postgres.url(TEMPLATE), dataDir, onError: fail });
  await database[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true });
  return postgres;
}

/** Kept over runs, for as long as migrations and PGlite are the same. */
async function embeddedTemplate(): Promise<string> {
  const hash = createHash('sha256');
  const migrations = path.join(ROOT, 'prisma/migrations');
  for (const file of readdirSync(migrations, { recursive: true, encoding: 'utf8' }).sort()) {
    if (file.endsWith('.sql')) hash.update(readFileSync(path.join(migrations, file)));
  }
  hash.update(readFileSync(path.join(ROOT, 'node_modules/@electric-sql/pglite/package.json')));
  const folder = path.join(ROOT, '.cache', `embedded-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  const made = mkdtempSync(path.join(tmpdir(), 'tickroom-embedded-'));
  const database = await openDatabase({ url: undefined, dataDir: made, onError: fail });
  await database[Symbol.asyncDispose]();
  mkdirSync(path.dirname(folder), { recursive: true });
  // whole or not at all, whatever runs beside this
  const beside = `${folder}.${process.pid}`;
  cpSync(made, beside, { recursive: true });
  rmSync(made, { recursive: true });
  renameSync(beside, folder);
  return folder;
}
