import type { Progress, ProgressRef, ProgressStore } from './progress-store.ts';

const WRITE_AFTER_MS = 200;
const TRY_AGAIN_MS = 1000;
const MAX_AT_ONCE = 1000;
const MAX_WAITING = 100_000;

export type ProgressWrite =
  | { readonly kind: 'begin' | 'update'; readonly progress: Progress }
  | { readonly kind: 'forget'; readonly progress: ProgressRef & Pick<Progress, 'writer'> };

/** In memory, of one subscription. */
export const idOf = ({ userId, key }: ProgressRef): string => JSON.stringify([userId, key]);

/** Writes progress behind and together: the newest of each subscription, again while the store is away. */
export class ProgressWriter implements AsyncDisposable {
  readonly #store: ProgressStore;
  readonly #session: string;
  readonly #onError: (error: unknown) => void;
  readonly #writes = new Map<string, ProgressWrite>();
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param session this start of this process */
  constructor(store: ProgressStore, session: string, onError: (error: unknown) => void) {
    this.#store = store;
    this.#session = session;
    this.#onError = onError;
  }

  /** What is not written yet of a subscription. */
  waiting(id: string): ProgressWrite | undefined {
    return this.#writes.get(id);
  }

  put(write: ProgressWrite): void {
    const id = idOf(write.progress);
    const before = this.#writes.get(id);
    if (write.kind === 'forget' && before?.kind === 'begin' && !this.#writing) {
      // not even begun at the store: then there is nothing to forget
      this.#writes.delete(id);
      return;
    }
    const isBeginning = write.kind === 'update' && before?.kind === 'begin';
    this.#writes.set(id, isBeginning ? { ...write, kind: 'begin' } : write);
    const [oldest] = this.#writes.keys();
    if (this.#writes.size > MAX_WAITING && oldest !== undefined) this.#writes.delete(oldest);
    this.#timer ??= this.#start(WRITE_AFTER_MS);
  }

  /** Writes what waits without the pause that gathers it. */
  hurry(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start(0);
  }

  /** Resolves when everything that waited is written. @throws when the store cannot be reached */
  async flush(): Promise<void> {
    // one that is under way may have taken less
    await this.#writing;
    if (this.#writes.size === 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const written = this.#write();
    this.#writing = written.then(
      () => this.#written(WRITE_AFTER_MS),
      () => this.#written(TRY_AGAIN_MS),
    );
    await written;
  }

  /** Writes what waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
    clearTimeout(this.#timer);
    await this.#write().catch(this.#onError);
  }

  #start(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#timer = undefined;
      // what comes meanwhile is written with the next
      this.#writing ??= this.#write().then(
        () => this.#written(WRITE_AFTER_MS),
        (error: unknown) => {
          this.#onError(error);
          this.#written(TRY_AGAIN_MS);
        },
      );
    }, ms);
  }

  #written(pauseMs: number): void {
    this.#writing = undefined;
    if (this.#writes.size > 0) this.#timer ??= this.#start(pauseMs);
  }

  async #write(): Promise<void> {
    const store = this.#store;
    while (this.#writes.size > 0) {
      const some = [...this.#writes].slice(0, MAX_AT_ONCE);
      const of = (kind: 'begin' | 'update'): Progress[] =>
        some.flatMap(([, write]) => (write.kind === kind ? [write.progress] : []));
      const forgotten = some.flatMap(([, { kind, progress }]) => (kind === 'forget' ? [progress] : []));
      const begun = of('begin');
      // one that is found by what it is subscribed to would otherwise pass for that of a dead process
      if (begun.some(({ matchId }) => matchId !== null)) await store.beat(this.#session);
      if (begun.length > 0) await store.begin(begun);
      if (of('update').length > 0) await store.update(of('update'));
      if (forgotten.length > 0) await store.forget(forgotten);
      for (const [id, write] of some) if (this.#writes.get(id) === write) this.#writes.delete(id);
    }
  }
}
