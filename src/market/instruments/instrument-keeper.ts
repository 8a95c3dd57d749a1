import { type InstrumentListing, isDescribed } from './instrument-listing.ts';
import type { InstrumentStore } from './instrument-store.ts';

export interface InstrumentKeeperOptions {
  readonly store: InstrumentStore;
  /** What changed is written together after so long. @default 1000 */
  readonly writeAfterMs?: number;
  /** What could not be written is written later. */
  readonly onError: (error: unknown) => void;
}

const TRY_AGAIN_MS = 5000;

/** Writes what becomes known of instruments behind; of each the newest, so that no more waits than there are instruments. */
export class InstrumentKeeper implements AsyncDisposable {
  readonly #options: InstrumentKeeperOptions;
  #changed = new Map<string, InstrumentListing>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: InstrumentKeeperOptions) {
    this.#options = options;
  }

  /** A listing is to be kept. A symbol of which nothing else is known is not. */
  note(listing: InstrumentListing): void {
    if (!isDescribed(listing)) return;
    this.#changed.set(listing.symbol, listing);
    this.#schedule(this.#options.writeAfterMs ?? 1000);
  }

  /**
   * Resolves when all that was noted is stored.
   * @throws TickroomError SERVICE_UNAVAILABLE; it is written later then
   */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const written = this.#writing.then(() => this.#write());
    this.#writing = written.catch(() => {});
    return written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush().catch(this.#options.onError);
    clearTimeout(this.#timer);
  }

  #schedule(afterMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.flush().catch(this.#options.onError);
    }, afterMs);
    this.#timer.unref();
  }

  async #write(): Promise<void> {
    if (this.#changed.size === 0) return;
    const changed = this.#changed;
    this.#changed = new Map();
    try {
      await this.#options.store.save([...changed.values()]);
    } catch (error) {
      // what was said meanwhile is newer
      this.#changed = new Map([...changed, ...this.#changed]);
      this.#schedule(TRY_AGAIN_MS);
      throw error;
    }
  }
}
