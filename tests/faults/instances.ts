import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../src/bench/free-port.ts';
import { type Heap, openHeap } from './heap.ts';

const START_MS = 30_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One place in the cluster: a process that is killed or stopped, and started again on the same port. */
export class Instance {
  readonly port: number;
  /** The folder of the build that the next `start` runs; this checkout unless set. */
  root = ROOT;
  readonly #inspectPort: number;
  readonly #env: Record<string, string>;
  /** what nobody wanted: exits and unhandled rejections */
  readonly failures: string[] = [];
  readonly gone: ('SIGKILL' | 'SIGTERM')[] = [];
  #child: ChildProcess | undefined;
  #expected = false;

  private constructor(port: number, inspectPort: number, env: Record<string, string>) {
    this.port = port;
    this.#inspectPort = inspectPort;
    this.#env = env;
  }

  static async create(env: Record<string, string>): Promise<Instance> {
    return new Instance(await freePort(), await freePort(), env);
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    this.#expected = false;
    const child = spawn(process.execPath, [`--inspect=127.0.0.1:${this.#inspectPort}`, 'dist/main.js'], {
      cwd: this.root,
      env: {
        PATH: process.env.PATH,
        HOST: '127.0.0.1',
        WEBSOCKET_PORT: String(this.port),
        LOG_LEVEL: 'error',
        ...this.#env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    let said = '';
    const hear = (chunk: Buffer): void => {
      said = `${said}${chunk}`.slice(-4000);
      const text = String(chunk);
      if (/unhandled|unexpected error|INTERNAL_ERROR/i.test(text)) this.failures.push(text.slice(0, 2000));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code, signal) => {
      if (this.#child === child) this.#child = undefined;
      if (!this.#expected) this.failures.push(`ended with ${code ?? signal}: ${said}`);
    });
    const deadline = performance.now() + START_MS;
    while (!(await this.#isReady())) {
      if (child.exitCode !== null || performance.now() > deadline) {
        throw new Error(`An instance did not start: ${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #isReady(): Promise<boolean> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/ready`).catch(() => undefined);
    return answer?.ok ?? false;
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#expected = true;
    this.gone.push(signal);
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  heap(): Promise<Heap> {
    return openHeap(this.#inspectPort);
  }
}
