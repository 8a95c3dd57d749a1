import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import type { FromAttackers, ToAttackers } from './attacker-worker.ts';
import type { Flood } from './flooder.ts';

const WORKER = new URL('./attacker-worker.ts', import.meta.url);
/** Attackers have machines of their own: here they take what the server and the honest leave of this one. */
const YIELDING = 10;

/** Attackers in a process of their own. */
export class Attackers implements AsyncDisposable {
  readonly #worker: ChildProcess = fork(WORKER, { execArgv: ['--import', 'tsx'] });

  constructor() {
    if (this.#worker.pid) setPriority(this.#worker.pid, YIELDING);
  }

  attack(port: number, count: number): void {
    this.#worker.send({ type: 'attack', port, count } satisfies ToAttackers);
  }

  flood(port: number, flood: Flood, token: string): void {
    this.#worker.send({ type: 'flood', port, flood, token } satisfies ToAttackers);
  }

  /** @returns how often they did something */
  async rest(): Promise<number> {
    const answer = once(this.#worker, 'message') as Promise<[FromAttackers]>;
    this.#worker.send({ type: 'rest' } satisfies ToAttackers);
    const [{ acts }] = await answer;
    return acts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#worker, 'exit');
    this.#worker.kill('SIGKILL');
    await gone;
  }
}
