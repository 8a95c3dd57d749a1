import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Within the project, so that packages are found as in an app of its own. */
const FOLDER = path.join(ROOT, '.cache', 'snippets');
/** Where the documentation says that the server is. */
const DOCUMENTED = /(127\.0\.0\.1|localhost):8002/g;

/** A snippet that runs in a process of its own. */
export interface RunningSnippet extends AsyncDisposable {
  /** what it printed so far, errors included */
  readonly printed: string;
  readonly exitCode: number | null;
}

export interface RunOptions {
  /** of the server, in place of the documented one */
  readonly url: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A text of the documentation with the address of a real server. */
export const at = (text: string, url: string): string => text.replaceAll(DOCUMENTED, new URL(url).host);

let count = 0;

/**
 * Runs TypeScript as it is written; what the text leaves to its reader is in `prelude`, as globals. Node.js 20 has no
 * WebSocket of its own, and gets the one that the documentation names.
 */
export function runTypeScript(
  text: string,
  { prelude = '', url, env }: RunOptions & { prelude?: string },
): RunningSnippet {
  mkdirSync(FOLDER, { recursive: true });
  count += 1;
  const name = path.join(FOLDER, `${process.pid}-${count}`);
  const files = [`${name}-prelude.mts`, `${name}.mts`] as const;
  writeFileSync(
    files[0],
    `import WebSocket from 'ws';\nglobalThis.WebSocket ??= WebSocket as never;\n${prelude}\n`,
  );
  writeFileSync(files[1], `import ${JSON.stringify(files[0])};\n${at(text, url)}`);
  const child = spawn(process.execPath, ['--import', 'tsx', files[1]], {
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  return running(child, () => {
    for (const file of files) rmSync(file, { force: true });
  });
}

/** Runs lines of a shell, in the folder of the project, in a process group of their own. */
export function runShell(text: string, { url, env }: RunOptions): RunningSnippet {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', at(text, url)], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    detached: true,
  });
  return running(child, () => {});
}

function running(child: ChildProcess, cleanUp: () => void): RunningSnippet {
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      printed += chunk;
    });
  }
  const closed = once(child, 'close');
  return {
    get printed() {
      return printed;
    },
    get exitCode() {
      return child.exitCode;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        // a shell leaves its children behind otherwise
        if (child.spawnargs[0] === 'bash' && child.pid) process.kill(-child.pid, 'SIGTERM');
        else child.kill('SIGTERM');
      }
      await closed;
      cleanUp();
    },
  };
}
