import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

interface Lock {
  readonly packages: Record<string, { readonly version?: string; readonly integrity?: string }>;
}

/** The commit of the build before this one, which runs beside it during an upgrade. */
export const PREVIOUS: { readonly commit: string; readonly version: string } = JSON.parse(
  readFileSync(new URL('previous-build.json', import.meta.url), 'utf8'),
);

/** Says why the previous build cannot be checked out here and what to do; undefined: it can be. */
export async function whyNoPreviousBuild(): Promise<string | undefined> {
  try {
    await run('git', ['cat-file', '-e', `${PREVIOUS.commit}^{commit}`], { cwd: ROOT });
    return undefined;
  } catch {
    return `Commit ${PREVIOUS.commit} is not in this checkout: run \`git fetch --unshallow\`, or \`git fetch origin ${PREVIOUS.commit}\`.`;
  }
}

/**
 * Checks out the previous build and compiles it, once per commit: the result stays in `.cache`.
 * @returns its folder, for `Instance.root`
 * @throws Error when the commit is not there, or what npm or the compiler said
 */
export async function previousBuild(): Promise<string> {
  const folder = path.join(ROOT, '.cache', `build-${PREVIOUS.commit.slice(0, 12)}`);
  if (existsSync(path.join(folder, 'dist/main.js'))) return folder;
  const missing = await whyNoPreviousBuild();
  if (missing) throw new Error(missing);
  mkdirSync(path.dirname(folder), { recursive: true });
  // built beside its place and then moved, so that an interrupted build is not taken for a whole one
  const made = mkdtempSync(`${folder}.`);
  try {
    await run('sh', ['-c', `git archive ${PREVIOUS.commit} | tar -x -C "$0"`, made], { cwd: ROOT });
    if (hasSamePackages(made)) {
      symlinkSync(path.join(ROOT, 'node_modules'), path.join(made, 'node_modules'));
      await run(process.execPath, ['prisma/cli/postinstall.mjs'], { cwd: made });
    } else {
      await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: made });
    }
    const compiler = 'node_modules/typescript-cli/bin/tsc';
    await run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--noCheck'], { cwd: made });
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

/** Whether everything that the previous build has installed is here, in the same versions. */
function hasSamePackages(folder: string): boolean {
  const read = (place: string): Lock =>
    JSON.parse(readFileSync(path.join(place, 'package-lock.json'), 'utf8')) as Lock;
  const here = read(ROOT).packages;
  return Object.entries(read(folder).packages).every(
    ([name, { version, integrity }]) =>
      name === '' || (here[name]?.version === version && here[name]?.integrity === integrity),
  );
}
