import { WriteBehind } from '../../primitives/write-behind.ts';
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
  readonly #waiting = new Map<string, ProgressWrite>();
  readonly #writes: WriteBehind;
  #isWriting = false;

  /** @param session this start of this process */
  constructor(store: ProgressStore, session: string, onError: (error: unknown) => void) {
    this.#store = store;
    this.#session = session;
    this.#onError = onError;
    this.#writes = new WriteBehind({
      write: () => this.#write(),
      delayMs: WRITE_AFTER_MS,
      retryMs: TRY_AGAIN_MS,
      onError,
    });
  }

  /** What is not written yet of a subscription. */
  waiting(id: string): ProgressWrite | undefined {
    return this.#waiting.get(id);
  }

  put(write: ProgressWrite): void {
    const id = idOf(write.progress);
    const before = this.#waiting.get(id);
    if (write.kind === 'forget' && before?.kind === 'begin' && !this.#isWriting) {
      // not even begun at the store: then there is nothing to forget
      this.#waiting.delete(id);
      return;
    }
    const isBeginning = write.kind === 'update' && before?.kind === 'begin';
    this.#waiting.set(id, isBeginning ? { ...write, kind: 'begin' } : write);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > MAX_WAITING && oldest !== undefined) this.#waiting.delete(oldest);
    this.#writes.request();
  }

  /** Writes what waits without the pause that gathers it. */
  hurry(): void {
    this.#writes.flush().catch(this.#onError);
  }

  /** Resolves when everything that waits now is written. @throws when the store cannot be reached */
  flush(): Promise<void> {
    return this.#writes.flush();
  }

  /** Writes what waits. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#writes[Symbol.asyncDispose]();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#waiting.size > 0) await this.#writeSome([...this.#waiting].slice(0, MAX_AT_ONCE));
    } finally {
      this.#isWriting = false;
    }
  }

  async #writeSome(some: readonly [id: string, write: ProgressWrite][]): Promise<void> {
    const store = this.#store;
    const of = (kind: 'begin' | 'update'): Progress[] =>
      some.flatMap(([, write]) => (write.kind === kind ? [write.progress] : []));
    const forgotten = some.flatMap(([, { kind, progress }]) => (kind === 'forget' ? [progress] : []));
    const begun = of('begin');
    // one that is found by what it is subscribed to would otherwise pass for that of a dead process
    if (begun.some(({ matchId }) => matchId !== null)) await store.beat(this.#session);
    if (begun.length > 0) await store.begin(begun);
    if (of('update').length > 0) await store.update(of('update'));
    if (forgotten.length > 0) await store.forget(forgotten);
    for (const [id, write] of some) if (this.#waiting.get(id) === write) this.#waiting.delete(id);
  }
}
