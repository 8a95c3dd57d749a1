import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.ts';

export type ServerName = 'tickroom' | 'yoga' | 'ws' | 'socketio';

const peer = (file: string): string[] => [
  '--import',
  'tsx',
  new URL(`./peers/${file}`, import.meta.url).pathname,
];
const COMMANDS: Readonly<Record<ServerName, () => string[]>> = {
  tickroom: () => [new URL('../../dist/main.js', import.meta.url).pathname],
  yoga: () => peer('yoga-peer.ts'),
  ws: () => peer('ws-peer.ts'),
  socketio: () => peer('socketio-peer.ts'),
};

/** A server under test in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  /** that tokens for it are signed with */
  readonly secret: string;
}

/** Another checkout of Tickroom, built: the program to compare with. */
export interface OtherBuild {
  /** folder that holds `dist/main.js` */
  readonly checkout: string;
}

/**
 * Starts a server and waits until it is healthy.
 * @param what a server by name, or the Tickroom of another checkout
 * @param nodeOptions such as `--cpu-prof`
 * @param settings further environment variables
 * @throws Error with the end of what the server printed, when it does not become healthy
 */
export async function startServer(
  what: ServerName | OtherBuild,
  nodeOptions: readonly string[] = [],
  settings: Readonly<Record<string, string | undefined>> = {},
  args: readonly string[] = [],
): Promise<ServerProcess> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), 'tickroom-bench-'));
  const secret = randomBytes(32).toString('hex');
  const [name, command] =
    typeof what === 'string'
      ? [what, COMMANDS[what]()]
      : [what.checkout, [path.resolve(what.checkout, 'dist/main.js')]];
  const child = spawn(process.execPath, [...nodeOptions, ...command, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      REDIS_URL: name === 'yoga' ? process.env.REDIS_URL : undefined,
      NODE_ENV: 'production',
      WEBSOCKET_PORT: String(port),
      HOST: '127.0.0.1',
      FEEDS: 'none',
      DATA_DIR: folder,
      AUTH_SECRET: secret,
      LOG_LEVEL: 'warn',
      SHUTDOWN_MS: '100',
      ...settings,
    },
  });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  const killed = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killed);
  if (!(await healthy(child, port))) throw new Error(`${name} did not start:\n${said}`);
  return {
    pid: child.pid ?? 0,
    port,
    secret,
    async [Symbol.asyncDispose]() {
      process.off('exit', killed);
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(killed, 5000);
      await gone;
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function healthy(child: ChildProcess, port: number): Promise<boolean> {
  const timeout = Date.now() + 30_000;
  while (Date.now() < timeout && child.exitCode === null) {
    const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    if (response?.ok) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}
