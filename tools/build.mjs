// Builds dist: the server by the compiler, and the console by Vite. With --if-older only when a source is newer.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const STAMP = at('dist/built');
const SOURCES = ['src', 'prisma/schema.prisma', 'package-lock.json', 'tsconfig.build.json', 'vite.config.ts'];
const COMPILER = at('node_modules/typescript-cli/bin/tsc');
const BUNDLER = at('node_modules/vite/bin/vite.js');

/** Of a file, or of everything in a folder; folders count too, since a file may have been removed. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const times = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.parentPath.includes('generated') && entry.name !== 'generated')
    .map((entry) => statSync(`${entry.parentPath}/${entry.name}`).mtimeMs);
  return Math.max(stat.mtimeMs, ...times);
}

function run(script, args) {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: at('.'),
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status !== 0) process.exit(status ?? 1);
}

function build() {
  // what is half built must not be taken for built
  rmSync(at('dist'), { recursive: true, force: true });
  run(COMPILER, ['-p', 'tsconfig.build.json']);
  run(BUNDLER, ['build', '--logLevel', 'warn']);
  writeFileSync(STAMP, '');
}

const builtAt = existsSync(STAMP) ? statSync(STAMP).mtimeMs : 0;
const isOlder = SOURCES.some((source) => newest(at(source)) > builtAt);
const canBuild = existsSync(COMPILER) && existsSync(BUNDLER);
if (!process.argv.includes('--if-older')) {
  if (!canBuild) fail('The compiler is not installed: run `npm ci` without --omit=dev.');
  build();
} else if (isOlder && canBuild) {
  console.error('Building, because sources are newer than dist …');
  build();
} else if (isOlder && !existsSync(at('dist/cli.js'))) {
  fail('Tickroom is not built, and the compiler is not installed: run `npm ci && npm run build` first.');
} else if (isOlder) {
  console.error('dist is older than its sources, and the compiler is not installed: starting what is there.');
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
