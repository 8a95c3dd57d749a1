import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { freePort } from './free-port.ts';
import { residentBytes } from './proc-usage.ts';

const STARTED_WITHIN_MS = 10_000;

/** What lets a server be inspected, as option of Node and as port. */
export async function inspectable(): Promise<{ option: string; port: number }> {
  const port = await freePort();
  return { option: `--inspect=127.0.0.1:${port}`, port };
}

/**
 * Resident memory of a process that has just collected its garbage, in bytes: what it keeps, not what it has not yet
 * thrown away. The collection is asked for by Chrome DevTools' protocol, so the server knows nothing of it.
 */
export async function keptBytes(pid: number, inspectPort: number): Promise<number> {
  const socket = new WebSocket(await debuggerUrl(inspectPort));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => socket.send('{"id":1,"method":"HeapProfiler.collectGarbage"}'));
      socket.once('message', () => resolve());
      socket.once('error', reject);
    });
  } finally {
    socket.close();
  }
  // pages go back to the system a moment later
  await sleep(1000);
  return residentBytes(pid);
}

async function debuggerUrl(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/json/list`, {
    signal: AbortSignal.timeout(STARTED_WITHIN_MS),
  });
  const [target] = (await response.json()) as { webSocketDebuggerUrl: string }[];
  if (!target) throw new Error(`Nothing can be inspected at port ${port}.`);
  return target.webSocketDebuggerUrl;
}
