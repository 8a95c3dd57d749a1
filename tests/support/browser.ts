import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = path.join(ROOT, '.cache');
const PACKAGE = JSON.parse(
  readFileSync(path.join(ROOT, 'node_modules/@sparticuz/chromium/package.json'), 'utf8'),
) as { version: string };
const ON_THE_PATH = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
const HOW_TO_INSTALL =
  "The console's tests need Chromium: install chromium or google-chrome, so that it is on the PATH, or name one in CHROMIUM_PATH. On Linux x64 npm's @sparticuz/chromium brings one; what it may still need is libnss3 and libnspr4.";

interface Program {
  readonly executablePath: string;
  readonly env: Record<string, string>;
}

/**
 * A real Chromium without a window.
 * @param environment further variables for it
 * @throws Error that says what to install
 */
export async function openBrowser(environment: Readonly<Record<string, string>> = {}): Promise<Browser> {
  const { executablePath, env } = findChromium();
  try {
    return await chromium.launch({
      executablePath,
      env: { ...env, ...environment },
      headless: true,
      args: ARGUMENTS,
    });
  } catch (error) {
    throw new Error(HOW_TO_INSTALL, { cause: error });
  }
}

function findChromium(): Program {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([, value]) => value !== undefined),
  ) as Program['env'];
  const named = process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : [];
  for (const executablePath of [...named, ...ON_THE_PATH.flatMap(locate)]) {
    if (works(executablePath, env)) return { executablePath, env };
  }
  const folder = unpacked();
  const executablePath = path.join(folder, 'chromium');
  if (works(executablePath, env)) return { executablePath, env };
  // the package carries the libraries that a bare system lacks
  const withLibraries = { ...env, LD_LIBRARY_PATH: path.join(folder, 'al2023/lib') };
  if (works(executablePath, withLibraries)) return { executablePath, env: withLibraries };
  throw new Error(HOW_TO_INSTALL);
}

function locate(command: string): string[] {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, command))
    .filter((file) => existsSync(file));
}

function works(command: string, env: NodeJS.ProcessEnv): boolean {
  try {
    execFileSync(command, ['--version', '--no-sandbox'], { env, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The package unpacks into the temporary folder, whatever is there: it gets one of its own, once. */
function unpacked(): string {
  const folder = path.join(CACHE, `chromium-${PACKAGE.version}`);
  if (existsSync(folder)) return folder;
  const beside = `${folder}.${process.pid}`;
  mkdirSync(beside, { recursive: true });
  const unpack = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())";
  try {
    execFileSync(process.execPath, ['--input-type=module', '-e', unpack], {
      cwd: ROOT,
      // the package brings its libraries along where it believes to be in that cloud
      env: { ...process.env, TMPDIR: beside, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
      stdio: 'ignore',
    });
    renameSync(beside, folder);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    throw new Error(HOW_TO_INSTALL, { cause: error });
  }
  return folder;
}
