import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { distance, environmentNotices, misspelt } from '../../src/config/unknown-variables.ts';
import { VARIABLES } from '../../src/config.ts';
import { createLogger, terminalLines } from '../../src/telemetry/logger.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tickroom-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The command as it is delivered, and what it said once it has ended. */
function tickroom(
  args: readonly string[],
  env: Record<string, string | undefined> = {},
  flags: readonly string[] = [],
) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, 'dist/cli.js', ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      DATA_DIR: path.join(folder, 'data'),
      WEBSOCKET_PORT: '0',
      FEEDS: 'none',
      HOST: '127.0.0.1',
      ...env,
    },
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

/** Starts the server, waits until it says that it is ready, stops it. @returns its lines on standard output */
async function startAndStop(env: Record<string, string> = {}): Promise<Record<string, unknown>[]> {
  const child = spawn(process.execPath, ['dist/cli.js', 'start'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      DATA_DIR: path.join(folder, 'data'),
      WEBSOCKET_PORT: '0',
      FEEDS: 'none',
      HOST: '127.0.0.1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (!text.includes('is ready') && `${text}${chunk}`.includes('is ready')) child.kill('SIGTERM');
    text += chunk;
  });
  const [code] = await once(child, 'close');
  expect({ code, text }).toMatchObject({ code: 0 });
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the command line', () => {
  it('J1 prints help and version, and exits 0', () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(tickroom(['--version'])).toEqual({ stdout: `${version}\n`, stderr: '', status: 0 });
    const help = tickroom(['--help']);
    expect(help).toMatchObject({ stderr: '', status: 0 });
    for (const command of ['start', 'token', 'migrate']) {
      expect(help.stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
      expect(tickroom([command, '--help'])).toMatchObject({ stderr: '', status: 0 });
    }
  });

  it.each([
    [['statr'], 'Did you mean start?'],
    [['start', '--wrokers', '2'], 'Did you mean --workers?'],
    [['start', '--workers', '0'], '--workers must be a whole number from 1 to 64, not "0".'],
    [['start', 'now'], 'too many arguments'],
    [[], 'Usage: tickroom'],
  ])('J1 %o exits 2 and says what to correct', (args, complaint) => {
    const { stdout, stderr, status } = tickroom(args);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    expect(stderr).toContain(complaint);
  });

  it('J2 migrates an embedded database, and says what is applied and what is pending', () => {
    const before = tickroom(['migrate', '--status']);
    expect(before).toMatchObject({ stderr: '', status: 0 });
    const pending = before.stdout.match(/^pending {2}\d{14}_\w+$/gm) ?? [];
    expect(pending.length).toBeGreaterThan(3);
    const applied = tickroom(['migrate']).stdout.match(/^applied {2}\d{14}_\w+$/gm) ?? [];
    expect(applied.map((line) => line.slice(9))).toEqual(pending.map((line) => line.slice(9)));
    expect(tickroom(['migrate', '--status']).stdout).toBe('The database is up to date.\n');
  });
});

describe('a start', () => {
  it('J3 says that a port is taken before it makes anything', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { stdout, stderr, status } = tickroom(['start'], { WEBSOCKET_PORT: String(port) });
    other.close();
    expect({ stdout, stderr, status }).toEqual({
      stdout: '',
      stderr: `Port ${port} of 127.0.0.1 is taken by another program, perhaps another Tickroom: stop that one, or set WEBSOCKET_PORT.\n`,
      status: 2,
    });
    expect(existsSync(path.join(folder, 'data'))).toBe(false);
  });

  it.each([
    [
      'replay:kraken:/nowhere/at-all.ws',
      'The recording /nowhere/at-all.ws cannot be read: check the path in FEEDS.\n',
    ],
    ['replay:kraken:/', 'The recording / is not a file: check the path in FEEDS.\n'],
  ])('J3 without its recording %s ends in one sentence and makes nothing', (feeds, stderr) => {
    expect(tickroom(['start'], { FEEDS: feeds })).toEqual({ stdout: '', stderr, status: 2 });
    expect(existsSync(path.join(folder, 'data'))).toBe(false);
  });

  it('J3 with an old Node.js ends in one sentence, before anything is loaded', () => {
    const old = path.join(folder, 'old.cjs');
    writeFileSync(old, `Object.defineProperty(process.versions, 'node', { value: '18.20.4' });`);
    expect(tickroom(['start'], {}, ['--require', old])).toEqual({
      stdout: '',
      stderr:
        'Tickroom needs Node.js 20.19, 22.12, 24 or later, and this is 18.20.4. Install a newer one from https://nodejs.org and start again.\n',
      status: 2,
    });
    // a static import would be loaded first, whatever the code checks
    expect(readFileSync(path.join(ROOT, 'dist/cli.js'), 'utf8')).not.toMatch(/^\s*import\s+[^(]/m);
  });

  it('J4 prints JSON lines where nobody watches, GraphiQL only where it is, and nothing of other instances', async () => {
    cpSync(inject('embedded'), path.join(folder, 'data'), { recursive: true });
    const lines = await startAndStop({ PORT: '3000', TICKROOM_FEEDS: 'none', WEBSOCKET_PORT: '0' });
    const said = lines.map(({ msg }) => String(msg));
    expect(said.find((text) => text.includes('is ready'))).toMatch(
      /^Tickroom is ready: console at http:\S+, GraphiQL and GraphQL at http:\S+\/graphql$/,
    );
    expect(said.join('\n')).not.toMatch(/another|leads the market/);
    expect(said).toContain('TICKROOM_FEEDS has no effect: the variable is called FEEDS.');
    const without = await startAndStop({ INTROSPECTION: 'refused' });
    expect(without.map(({ msg }) => String(msg)).find((text) => text.includes('is ready'))).toMatch(
      /^Tickroom is ready: console at http:\S+, GraphQL at http:\S+\/graphql$/,
    );
  });

  it('J4 prints sentences on a terminal', () => {
    let text = '';
    const sink = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    });
    createLogger('info', terminalLines(sink)).info('Tickroom is ready');
    expect(text).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: Tickroom is ready\n$/);
  });
});

describe('variables that are not ours', () => {
  const known = VARIABLES.map(({ name }) => name);

  it.each([
    ['WEBSOCKT_PORT', 'WEBSOCKET_PORT'],
    ['WEBSOCKET_PROT', 'WEBSOCKET_PORT'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['ALLOWED_ORIGIN', 'ALLOWED_ORIGINS'],
    ['AUTH_SECERT', 'AUTH_SECRET'],
    ['FEED', 'FEEDS'],
  ])('E3 %s stops the start, and %s is suggested', (name, meant) => {
    expect(misspelt([name, 'PATH'], known)).toEqual([{ name, meant }]);
    expect(misspelt([name, meant], known)).toEqual([]);
    const { stdout, stderr, status } = tickroom(['start'], { [name]: '1', [meant]: undefined });
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    expect(stderr).toBe(
      `${name} is not a variable of Tickroom: correct it to ${meant}, or set ${meant} to nothing if another program reads ${name}.\n`,
    );
  });

  it('E3 those of other programs are none of its business', () => {
    const others =
      'PATH HOME HOSTNAME HOSTS LOGNAME LANG REDIS_PORT REDIS_HOST REDIS_TLS_URL PGDATA XDG_DATA_DIRS';
    expect(misspelt(others.split(' '), known)).toEqual([]);
    expect(distance('ab', 'ba')).toBe(1);
    expect(distance('kitten', 'sitting')).toBe(3);
  });

  it('E3 PORT, which hosting services set, has no effect and is said to have none', () => {
    expect(environmentNotices({ PORT: '3000' }, VARIABLES)).toEqual([
      'PORT has no effect: set WEBSOCKET_PORT to choose the port.',
    ]);
    expect(environmentNotices({ PORT: '3000', WEBSOCKET_PORT: '3000' }, VARIABLES)).toEqual([]);
    // what Kubernetes sets for a service of this name
    expect(
      environmentNotices(
        { TICKROOM_PORT: 'tcp://10.0.0.1:80', TICKROOM_SERVICE_HOST: '10.0.0.1' },
        VARIABLES,
      ),
    ).toEqual([]);
  });
});
