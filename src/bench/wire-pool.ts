import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { FromWireWorker, OpenWire, ToWireWorker } from './wire-worker.ts';

const WORKER = new URL('./wire-worker.ts', import.meta.url);

/** Clients of one wire, in a process of their own. */
export class WirePool implements AsyncDisposable {
  readonly #worker: ChildProcess;
  #received = 0;
  #onMessage: (message: FromWireWorker) => void = () => {};

  constructor() {
    this.#worker = fork(WORKER, { execArgv: ['--import', 'tsx'], serialization: 'advanced' });
    this.#worker.on('message', (message: FromWireWorker) => {
      if (message.type === 'received') this.#received = message.count;
      this.#onMessage(message);
    });
  }

  /** Events received since the last reset. */
  get received(): number {
    return this.#received;
  }

  async open(wire: Omit<OpenWire, 'type'>): Promise<void> {
    await this.#ask({ type: 'open', ...wire }, 'opened');
  }

  async reset(): Promise<void> {
    await this.#ask({ type: 'reset' }, 'received');
  }

  /** They are not measured on these wires. */
  latencies(): Promise<number[]> {
    return Promise.resolve([]);
  }

  /** Resolves when so many events have come, false after the time. */
  async reaches(count: number, withinMs: number): Promise<boolean> {
    const timeout = performance.now() + withinMs;
    while (this.#received < count && performance.now() < timeout) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#onMessage = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#received >= count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#worker, 'exit');
    this.#worker.kill('SIGKILL');
    await gone;
  }

  #ask(message: ToWireWorker, answer: FromWireWorker['type']): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#worker.once('exit', () => reject(new Error('The process of clients ended.')));
      this.#onMessage = ({ type }) => {
        if (type === answer) resolve();
      };
      this.#worker.send(message);
    });
  }
}
