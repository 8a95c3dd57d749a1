import { WriteBehind } from '../../primitives/write-behind.ts';
import { type InstrumentListing, isDescribed } from './instrument-listing.ts';
import type { InstrumentStore } from './instrument-store.ts';

export interface InstrumentKeeperOptions {
  readonly store: InstrumentStore;
  /** What changed is written together after so long. @default 1000 */
  readonly writeAfterMs?: number;
  /** What could not be written is written later. */
  readonly onError: (error: unknown) => void;
}

const RETRY_MS = 5000;

/** Stores what becomes known of instruments, a while later and the newest of each, so that the wait is bounded by their number. */
export class InstrumentKeeper implements AsyncDisposable {
  readonly #options: InstrumentKeeperOptions;
  #changed = new Map<string, InstrumentListing>();
  readonly #writes: WriteBehind;

  constructor(options: InstrumentKeeperOptions) {
    this.#options = options;
    this.#writes = new WriteBehind({
      write: () => this.#write(),
      delayMs: options.writeAfterMs ?? 1000,
      retryMs: RETRY_MS,
      onError: options.onError,
    });
  }

  /** A listing is to be kept. A symbol of which nothing else is known is not. */
  note(listing: InstrumentListing): void {
    if (!isDescribed(listing)) return;
    this.#changed.set(listing.symbol, listing);
    this.#writes.request();
  }

  /**
   * Resolves when all that was noted is stored.
   * @throws TickroomError SERVICE_UNAVAILABLE; it is written later then
   */
  flush(): Promise<void> {
    return this.#writes.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writes[Symbol.asyncDispose]();
  }

  async #write(): Promise<void> {
    if (this.#changed.size === 0) return;
    const changed = this.#changed;
    this.#changed = new Map();
    try {
      await this.#options.store.save([...changed.values()]);
    } catch (error) {
      // a listing that was noted during the write is newer
      this.#changed = new Map([...changed, ...this.#changed]);
      throw error;
    }
  }
}
