import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../src/bench/free-port.ts';
import { type Heap, openHeap } from './heap.ts';

const START_MS = 90_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const FAILURE = /unhandled|unexpected error|INTERNAL_ERROR/i;
/** What the log says when the database is killed. */
const EXPECTED = /A connection to the database was lost/;
const CLOCK = fileURLToPath(new URL('moving-clock.mjs', import.meta.url));

/**
 * One place in the cluster: a process that is killed, stopped or paused, started again on the same port, and whose clock
 * may be wrong.
 */
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
  #clockOffsetMs = 0;

  private constructor(port: number, inspectPort: number, env: Record<string, string>) {
    this.port = port;
    this.#inspectPort = inspectPort;
    this.#env = env;
  }

  static async create(env: Record<string, string>): Promise<Instance> {
    return new Instance(await freePort(), await freePort(), env);
  }

  /** Resolves when it listens. @throws Error with what it printed when it ends instead */
  async start(): Promise<void> {
    this.#expected = true;
    const inspect = `--inspect=127.0.0.1:${this.#inspectPort}`;
    const child = spawn(process.execPath, [inspect, '--import', CLOCK, 'dist/main.js'], {
      cwd: this.root,
      env: {
        PATH: process.env.PATH,
        HOST: '127.0.0.1',
        WEBSOCKET_PORT: String(this.port),
        LOG_LEVEL: 'error',
        TEST_CLOCK_OFFSET_MS: String(this.#clockOffsetMs),
        ...this.#env,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    let said = '';
    const hear = (chunk: Buffer): void => {
      said = `${said}${chunk}`.slice(-4000);
      const text = String(chunk);
      const isFailure = text.split('\n').some((line) => FAILURE.test(line) && !EXPECTED.test(line));
      if (isFailure) this.failures.push(text.slice(0, 2000));
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
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
    this.#expected = false;
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

  /** It does nothing until `resume`, as a virtual machine that is paused. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Its clock is ahead of the real time by so much from now on, also after a restart; below 0: behind it. */
  setClock(offsetMs: number): void {
    this.#clockOffsetMs = offsetMs;
    this.#child?.send({ clockOffsetMs: offsetMs }, () => {});
  }

  heap(): Promise<Heap> {
    return openHeap(this.#inspectPort);
  }
}
