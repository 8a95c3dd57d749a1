import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { freePort } from '../../src/bench/free-port.ts';
import { unpackDebian } from './debian.ts';

const ROOT = fileURLToPath(new URL('../../.cache/haproxy', import.meta.url));
const SHIPPED = fileURLToPath(new URL('../../deploy/haproxy.cfg', import.meta.url));
const PACKAGES = ['haproxy', 'liblua5.3-0', 'libopentracing-c-wrapper0', 'libopentracing1'];
const HOW_TO_INSTALL = 'The tests need HAProxy: install haproxy, so that it is on the PATH.';

export interface TestHaproxy extends AsyncDisposable {
  readonly port: number;
}

/**
 * A real HAProxy with the configuration that is shipped, but for its addresses. It takes the PROXY protocol, so that a
 * test says where a client comes from: https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
 */
export async function startHaproxy(serverPort: number): Promise<TestHaproxy> {
  const { command, env } = findHaproxy();
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), 'tickroom-haproxy-'));
  const config = path.join(folder, 'haproxy.cfg');
  writeFileSync(config, withAddresses(readFileSync(SHIPPED, 'utf8'), port, serverPort));
  const child = spawn(command, ['-db', '-f', config], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  const isListening = (): Promise<boolean> =>
    new Promise((resolve, reject) => {
      if (child.exitCode !== null) reject(new Error(`HAProxy ended at its start: ${said}`));
      const socket = connect(port, '127.0.0.1');
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  await vi.waitUntil(isListening, { timeout: 10_000 });
  return {
    port,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @throws Error when the shipped file has no such lines any more */
function withAddresses(config: string, port: number, serverPort: number): string {
  const replaced = [
    [/bind :8002 (tcp-ut \d+s)$/m, `bind 127.0.0.1:${port} accept-proxy $1`],
    [/server one one:8002$/m, `server one 127.0.0.1:${serverPort}`],
    [/\n *server two two:8002$/m, ''],
  ] as const;
  return replaced.reduce((text, [line, by]) => {
    if (!line.test(text)) throw new Error(`deploy/haproxy.cfg has no line like ${line}.`);
    return text.replace(line, by);
  }, config);
}

function findHaproxy(): { command: string; env: NodeJS.ProcessEnv } {
  const installed = { command: 'haproxy', env: process.env };
  if (works(installed)) return installed;
  try {
    unpackDebian(ROOT, PACKAGES);
  } catch (error) {
    throw new Error(HOW_TO_INSTALL, { cause: error });
  }
  const libraries = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((arch) => path.join(ROOT, 'usr/lib', arch));
  const unpacked = {
    command: path.join(ROOT, 'usr/sbin/haproxy'),
    env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') },
  };
  if (works(unpacked)) return unpacked;
  throw new Error(HOW_TO_INSTALL);
}

function works({ command, env }: { command: string; env: NodeJS.ProcessEnv }): boolean {
  try {
    execFileSync(command, ['-v'], { env, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
