import type { Viewer } from '../auth/viewer.ts';
import { BoundedMap } from '../primitives/bounded-map.ts';
import { WriteBehind } from '../primitives/write-behind.ts';
import type { InboxStore } from './inbox-store.ts';

export interface SeenUsersOptions {
  readonly store: Pick<InboxStore, 'usersSeen'>;
  /** A user is written at most so often. @default 10 minutes */
  readonly everyMs?: number;
  /** Users are written together after so long. @default 500 */
  readonly delayMs?: number;
  /** What could not be written is forgotten: the user will be seen again. */
  readonly onError: (error: unknown) => void;
}

const MAX_KNOWN = 100_000;
const MAX_AT_ONCE = 1000;

/** Remembers who was here: whom a broadcast to everyone, or to a role, addresses. */
export class SeenUsers implements AsyncDisposable {
  readonly #options: Required<SeenUsersOptions>;
  /** when each was last noted, oldest first */
  readonly #noted = new BoundedMap<string, { readonly at: number; readonly roles: string }>(MAX_KNOWN);
  #waiting = new Map<string, Viewer>();
  readonly #writes: WriteBehind;

  constructor(options: SeenUsersOptions) {
    this.#options = { everyMs: 600_000, delayMs: 500, ...options };
    this.#writes = new WriteBehind({
      write: () => this.#write(),
      delayMs: this.#options.delayMs,
      onError: options.onError,
    });
  }

  /** Costs a lookup for those who were seen lately; never throws. */
  note(viewer: Viewer): void {
    const now = Date.now();
    const roles = viewer.roles.join();
    const known = this.#noted.get(viewer.id);
    if (known && known.roles === roles && now - known.at < this.#options.everyMs) return;
    this.#noted.set(viewer.id, { at: now, roles });
    this.#waiting.set(viewer.id, viewer);
    this.#writes.request();
  }

  /** Writes what waits, so that a broadcast sees everybody who was here before it. */
  async flush(): Promise<void> {
    await this.#writes.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writes[Symbol.asyncDispose]();
  }

  async #write(): Promise<void> {
    const viewers = [...this.#waiting.values()];
    this.#waiting = new Map();
    const at = Date.now();
    for (let i = 0; i < viewers.length; i += MAX_AT_ONCE) {
      const some = viewers.slice(i, i + MAX_AT_ONCE);
      try {
        await this.#options.store.usersSeen(some, at);
      } catch (error) {
        for (const { id } of some) this.#noted.delete(id);
        this.#options.onError(error);
      }
    }
  }
}
