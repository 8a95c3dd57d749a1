import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAX_MEGABYTES = 160;
const run = promisify(execFile);

/** Of all files, in blocks as the disk keeps them, like `du`. */
function megabytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.reduce((sum, file) => sum + lstatSync(path.join(folder, file)).blocks * 512, 0) / 2 ** 20;
}

describe('an installation for production, as the Dockerfile makes it', () => {
  let folder = '';
  let installed = { stdout: '', stderr: '' };
  const env = (): NodeJS.ProcessEnv => ({
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    DATA_DIR: path.join(folder, 'data'),
    WEBSOCKET_PORT: '0',
    HOST: '127.0.0.1',
    FEEDS: 'none',
  });

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tickroom-installed-'));
    for (const part of ['package.json', 'package-lock.json', '.npmrc', 'prisma', 'dist']) {
      cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
    }
    installed = await run('npm', ['ci', '--omit=dev', '--prefer-offline', '--no-audit'], {
      cwd: folder,
      env: { ...env(), npm_config_cache: process.env.npm_config_cache },
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('J5 needs no compiler, warns of no engine and is small', () => {
    expect(`${installed.stdout}${installed.stderr}`).not.toMatch(/EBADENGINE|ERR!/);
    expect(readdirSync(path.join(folder, 'node_modules'))).not.toContain('typescript-cli');
    expect(megabytes(path.join(folder, 'node_modules'))).toBeLessThan(MAX_MEGABYTES);
  });

  it('J5 starts, migrates and issues tokens that the server takes', async () => {
    const { stdout: migrated } = await run(process.execPath, ['dist/cli.js', 'migrate'], {
      cwd: folder,
      env: env(),
    });
    expect(migrated).toContain('The database is up to date.');
    const server = spawn(process.execPath, ['dist/main.js'], {
      cwd: folder,
      env: env(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let said = '';
      server.stdout.on('data', (chunk) => {
        said += chunk;
      });
      await expect.poll(() => said, { timeout: 30_000 }).toContain('is ready');
      const [, url] = /GraphQL at (http:[^\s"]+)/.exec(said) ?? [];
      const command = ['dist/cli.js', 'token', 'ada', '--role', 'ADMIN'];
      const { stdout: token } = await run(process.execPath, command, { cwd: folder, env: env() });
      const response = await fetch(url ?? '', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token.trim()}` },
        body: JSON.stringify({ query: '{ viewer { id roles } }' }),
      });
      expect(await response.json()).toEqual({ data: { viewer: { id: 'ada', roles: ['USER', 'ADMIN'] } } });
    } finally {
      const gone = once(server, 'exit');
      server.kill('SIGTERM');
      expect((await gone)[0]).toBe(0);
    }
  });
});

describe('npm start', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tickroom-build-'));
    mkdirSync(path.join(folder, 'src/console'), { recursive: true });
    cpSync(path.join(ROOT, 'tools'), path.join(folder, 'tools'), { recursive: true });
    writeFileSync(path.join(folder, 'src/cli.ts'), 'console.log("built");\n');
    writeFileSync(path.join(folder, 'src/console/index.html'), '<p>console</p>\n');
    const compiler = {
      compilerOptions: { rootDir: 'src', outDir: 'dist', types: [] },
      files: ['src/cli.ts'],
    };
    writeFileSync(path.join(folder, 'tsconfig.build.json'), JSON.stringify(compiler));
    const bundler = "export default { root: 'src/console', build: { outDir: '../../dist/console' } };\n";
    writeFileSync(path.join(folder, 'vite.config.ts'), bundler);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What `npm start` does before the server: @returns what it says, and when dist was built */
  async function prepare(): Promise<{ said: string; builtAt: number }> {
    const { stderr } = await run(process.execPath, ['tools/build.mjs', '--if-older'], { cwd: folder });
    return { said: stderr, builtAt: statSync(path.join(folder, 'dist/cli.js')).mtimeMs };
  }

  it('J6 builds once, again after a change, and starts what is there without the compiler', async () => {
    const tools = path.join(folder, 'node_modules');
    const failure = await prepare().catch((error: { stderr: string }) => error.stderr);
    expect(failure).toBe(
      'Tickroom is not built, and the compiler is not installed: run `npm ci && npm run build` first.\n',
    );
    symlinkSync(path.join(ROOT, 'node_modules'), tools);
    const first = await prepare();
    expect(first.said).toContain('Building');
    expect(await prepare()).toEqual({ said: '', builtAt: first.builtAt });
    const later = Date.now() / 1000 + 5;
    utimesSync(path.join(folder, 'src/cli.ts'), later, later);
    const second = await prepare();
    expect(second.builtAt).toBeGreaterThan(first.builtAt);
    rmSync(tools);
    const newer = second.builtAt / 1000 + 5;
    utimesSync(path.join(folder, 'src/cli.ts'), newer, newer);
    expect((await prepare()).said).toContain('starting what is there');
  });
});
