import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A server in a process of its own, which can be killed; as it is delivered, which starts in half the time. */
export interface ChildServer {
  readonly url: string;
  /** with which it gives tokens for anybody; empty: it gives none */
  readonly devNonce: string;
  readonly process: ChildProcess;
  /** Nothing is said or written any more from this moment: as a power cut. */
  kill(): Promise<void>;
}

/** @throws Error with what it printed when it ends instead of listening */
export async function startChild(env: Record<string, string>, args: string[] = []): Promise<ChildServer> {
  const child = spawn(process.execPath, ['dist/main.js', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', FEEDS: 'none', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const url = new Promise<string>((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      printed += chunk;
      const ready = /ready: .* at (http\S+)\/graphql/.exec(printed);
      if (ready?.[1]) resolve(ready[1]);
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${printed}`)));
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return { url: await url, devNonce: /\?dev=([\w-]+)/.exec(printed)?.[1] ?? '', process: child, kill };
}
