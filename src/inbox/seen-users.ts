import type { Viewer } from '../auth/viewer.ts';
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
  readonly #noted = new Map<string, { readonly at: number; readonly roles: string }>();
  #waiting = new Map<string, Viewer>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(options: SeenUsersOptions) {
    this.#options = { everyMs: 600_000, delayMs: 500, ...options };
  }

  /** Costs a lookup for those who were seen lately; never throws. */
  note(viewer: Viewer): void {
    const now = Date.now();
    const roles = viewer.roles.join();
    const known = this.#noted.get(viewer.id);
    if (known && known.roles === roles && now - known.at < this.#options.everyMs) return;
    this.#noted.delete(viewer.id);
    this.#noted.set(viewer.id, { at: now, roles });
    const [oldest] = this.#noted.keys();
    if (this.#noted.size > MAX_KNOWN && oldest !== undefined) this.#noted.delete(oldest);
    this.#waiting.set(viewer.id, viewer);
    this.#timer ??= setTimeout(() => this.#write(), this.#options.delayMs);
  }

  /** Writes what waits, so that a broadcast sees everybody who was here before it. */
  async flush(): Promise<void> {
    this.#write();
    await this.#writing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const viewers = [...this.#waiting.values()];
    this.#waiting = new Map();
    if (viewers.length > 0)
      this.#writing = (this.#writing ?? Promise.resolve()).then(() => this.#store(viewers));
  }

  async #store(viewers: readonly Viewer[]): Promise<void> {
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
