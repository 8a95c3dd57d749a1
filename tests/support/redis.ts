import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../src/bench/free-port.ts';
import { unpackDebian } from './debian.ts';

const CACHE = fileURLToPath(new URL('../../.cache', import.meta.url));
const PACKAGES = ['redis-server', 'redis-tools', 'liblzf1', 'libjemalloc2', 'libatomic1'];
const HOW_TO_INSTALL =
  'The tests need Redis 7 or Valkey: install redis-server or valkey-server, so that it is on the PATH, or name it in REDIS_SERVER.';

interface Program {
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface TestRedis {
  readonly url: string;
  /** As a crash: everything in it is gone. */
  kill(): Promise<void>;
  /** At the same port, after `kill`. */
  restart(): Promise<void>;
  /** It is there and does not answer, until `resume`. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/**
 * A real Redis of its own, which may be killed.
 * @param options as redis-server takes them
 * @throws Error that says what to install
 */
export async function startRedis(...options: string[]): Promise<TestRedis> {
  const { command, env } = findRedis();
  const port = await freePort();
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(
      command,
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...options],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
        env,
      },
    );
    for await (const chunk of child.stdout) if (String(chunk).includes('Ready to accept')) return child;
    throw new Error(`Redis ended at its start. ${HOW_TO_INSTALL}`);
  };
  let child = await start();
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    async restart() {
      child = await start();
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: kill,
  };
}

function findRedis(): Program {
  const named = process.env.REDIS_SERVER ? [process.env.REDIS_SERVER] : [];
  for (const command of [...named, 'redis-server', 'valkey-server']) {
    if (works({ command, env: process.env })) return { command, env: process.env };
  }
  const root = path.join(CACHE, 'redis');
  try {
    unpackDebian(root, PACKAGES);
  } catch (error) {
    throw new Error(HOW_TO_INSTALL, { cause: error });
  }
  const libraries = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((arch) => path.join(root, 'usr/lib', arch));
  const program = {
    command: path.join(root, 'usr/bin/redis-server'),
    env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') },
  };
  if (works(program)) return program;
  throw new Error(HOW_TO_INSTALL);
}

function works({ command, env }: Program): boolean {
  try {
    execFileSync(command, ['--version'], { env, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
