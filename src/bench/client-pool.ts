import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { FromWorker, ToWorker } from './client-messages.ts';

const WORKER = new URL('./client-worker.ts', import.meta.url);

/** Subscribers in processes of their own. */
export class ClientPool {
  readonly #workers: ChildProcess[];
  readonly #counts: number[];
  #onCount: () => void = () => {};

  constructor(processes: number) {
    this.#workers = Array.from({ length: processes }, () =>
      fork(WORKER, { execArgv: ['--import', 'tsx'], serialization: 'advanced' }),
    );
    this.#counts = this.#workers.map(() => 0);
    this.#workers.forEach((worker, i) => {
      worker.on('message', (message: FromWorker) => {
        if (message.type !== 'received') return;
        this.#counts[i] = message.count;
        this.#onCount();
      });
    });
  }

  /** Frames received since the last reset. */
  get received(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Makes tokens before they are needed, as clients that come have one. */
  async sign(count: number, users: { readonly prefix: string; readonly secret: string }): Promise<void> {
    const share = Math.ceil(count / this.#workers.length);
    await this.#ask('signed', (i) => ({
      type: 'sign',
      count: Math.min(share, count - i * share),
      users: { ...users, first: i * share },
    }));
  }

  /** @param users who signs in, numbered from 0; undefined: nobody does */
  async open(
    port: number,
    count: number,
    users?: { readonly prefix: string; readonly secret: string },
  ): Promise<void> {
    const share = Math.ceil(count / this.#workers.length);
    await this.#ask('opened', (i) => ({
      type: 'open',
      port,
      count: Math.min(share, count - i * share),
      users: users && { ...users, first: i * share },
    }));
  }

  /** @param variables one set per client, taken in turn */
  async subscribe(query: string, variables: readonly object[], { again = false } = {}): Promise<void> {
    const share = Math.ceil(variables.length / this.#workers.length);
    await this.#ask('subscribed', (i) => ({
      type: 'subscribe',
      query,
      again,
      variables: variables.length === 1 ? variables : variables.slice(i * share, (i + 1) * share),
    }));
  }

  async drop(): Promise<void> {
    await this.#ask('dropped', () => ({ type: 'drop' }));
  }

  async reset(): Promise<void> {
    await this.#ask('received', () => ({ type: 'reset' }));
  }

  pause(count: number): void {
    this.#workers[0]?.send({ type: 'pause', count } satisfies ToWorker);
  }

  async latencies(): Promise<number[]> {
    const answers = await this.#ask('latencies', () => ({ type: 'latencies' }));
    return answers.flatMap((answer) => (answer.type === 'latencies' ? answer.ms : []));
  }

  /** Resolves when so many frames have come, false after the time. */
  async reaches(count: number, withinMs: number): Promise<boolean> {
    const timeout = performance.now() + withinMs;
    while (this.received < count && performance.now() < timeout) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#onCount = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.received >= count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const worker of this.#workers) {
      const gone = once(worker, 'exit');
      worker.kill('SIGKILL');
      await gone;
    }
  }

  #ask(type: FromWorker['type'], message: (worker: number) => ToWorker): Promise<FromWorker[]> {
    return Promise.all(
      this.#workers.map(
        (worker, i) =>
          new Promise<FromWorker>((resolve, reject) => {
            const hear = (answer: FromWorker): void => {
              if (answer.type === 'failed') reject(new Error(answer.why));
              if (answer.type !== type) return;
              worker.off('message', hear);
              resolve(answer);
            };
            worker.on('message', hear);
            worker.send(message(i));
          }),
      ),
    );
  }
}
