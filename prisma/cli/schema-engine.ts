/**
 * Prisma's schema engine as Prisma's command line expects it, JSON-RPC by lines on stdin and stdout, done by the
 * WebAssembly build of the same engine over a driver adapter.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { embeddedFolder } from '../../src/storage/connection/database-url.ts';
import { adapterFactory, openPool } from './engine-database.ts';

interface Request {
  readonly id?: number;
  readonly method?: string;
  readonly params?: object;
}

type Engine = Record<string, (params: object | undefined) => Promise<unknown>>;

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    version: { type: 'boolean' },
    datasource: { type: 'string' },
    datamodels: { type: 'string', multiple: true },
  },
});
const { url } = JSON.parse(String(values.datasource ?? '{}')) as { url?: string };
const address = url ?? '';

/** Codes of Prisma's own errors: https://www.prisma.io/docs/orm/reference/error-reference */
function codeOf(error: unknown): string {
  const { code } = error as { code?: string };
  if (code === '3D000') return 'P1003';
  if (code === '28P01') return 'P1000';
  return ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT'].includes(code ?? '') ? 'P1001' : 'P1010';
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `cli can-connect-to-database` and `cli create-database`, which Prisma calls before it migrates. */
async function runCommand(command: string | undefined): Promise<void> {
  if (command === 'can-connect-to-database') {
    const { pool, close } = await openPool(address);
    await pool.query('SELECT 1');
    await close();
  } else if (command === 'create-database' && embeddedFolder(address) === undefined) {
    const server = new URL(address);
    const name = decodeURIComponent(server.pathname.slice(1));
    server.pathname = '/postgres';
    server.search = '';
    const client = new pg.Client({ connectionString: server.href });
    await client.connect();
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    await client.end();
  }
}

async function startEngine(): Promise<Engine> {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  // Node.js 20 does not import WebAssembly as a module
  const folder = path.dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
  const { instance } = await WebAssembly.instantiate(
    readFileSync(path.join(folder, 'schema_engine_bg.wasm')),
    { './schema_engine_bg.js': glue as WebAssembly.ModuleImports },
  );
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  const models = (values.datamodels ?? []) as string[];
  const engine: unknown = await glue.SchemaEngine.new(
    { datamodels: models.length > 0 ? models.map((file) => [file, readFileSync(file, 'utf8')]) : undefined },
    (line: string) => process.stderr.write(`${line}\n`),
    bindMigrationAwareSqlAdapterFactory(adapterFactory(address, complain)),
  );
  return engine as Engine;
}

/** Prisma shows what is logged as an error. */
function complain(error: unknown): void {
  const fields = { message: messageOf(error), error_code: codeOf(error), is_panic: false };
  const timestamp = new Date().toISOString();
  process.stderr.write(
    `${JSON.stringify({ timestamp, level: 'ERROR', fields, target: 'schema_engine::logger' })}\n`,
  );
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

async function answer(engine: Promise<Engine>, { id, method = '', params }: Request): Promise<void> {
  try {
    const call = (await engine)[method === 'getDatabaseVersion' ? 'version' : method];
    if (!call) throw new Error(`The schema engine has no method "${method}".`);
    const result = (await call.call(await engine, params)) as { stdout?: string | null } | undefined;
    if (method === 'diff' && typeof result?.stdout === 'string') {
      say({ id: 1_000_000_000, method: 'print', params: { content: result.stdout } });
    }
    say({ id, result: result ?? {} });
  } catch (error) {
    const { code = null, meta = {} } = error as { code?: string; meta?: object };
    const data = { is_panic: false, message: messageOf(error), error_code: code, meta };
    say({ id, error: { code: 4466, message: 'An error happened. Check the data field for details.', data } });
  }
}

async function serve(): Promise<void> {
  let engine: Promise<Engine> | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request;
    // those without a method answer what was printed
    if (!request.method) continue;
    engine ??= startEngine();
    await answer(engine, request);
  }
}

if (values.version) {
  console.log('schema-engine-cli wasm');
} else {
  const run = positionals[0] === 'cli' ? runCommand(positionals[1]) : serve();
  run.then(
    () => process.exit(0),
    (error: unknown) => {
      // what answers a command is read from the second line on
      process.stderr.write('\n');
      complain(error);
      process.exit(1);
    },
  );
}
