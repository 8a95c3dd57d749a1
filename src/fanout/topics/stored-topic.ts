import type { BusEvent } from '../../bus/bus.ts';
import type { StoredHead } from './open-topic.ts';
import type { CountReplay, ReadReplay } from './replay-page.ts';

/** Where events of topics are stored. */
export interface StoredEvents {
  readonly read: ReadReplay;
  readonly count: CountReplay;
  /** The head of each topic. */
  heads(topics: readonly string[]): Promise<ReadonlyMap<string, StoredHead>>;
  /** An announcement as an event, with the payload as `read` gives it; undefined: it announces no event. */
  parse(payload: unknown): { readonly sequence: number; readonly payload: unknown } | undefined;
}

export interface StoredTopicOptions {
  readonly name: string;
  readonly store: Pick<StoredEvents, 'read' | 'parse'>;
  readonly onEvent: (event: BusEvent) => void;
  readonly onError: (error: unknown) => void;
}

const PAGE = 200;
/** Writers of different kinds overtake each other by so much; what is missing for longer is read. */
const PATIENCE_MS = 50;
const PAUSE_MS = 500;
const MAX_EARLY = 1000;

/** One topic that somebody has open: puts announcements in order, and reads from the store what did not come. */
export class StoredTopic {
  readonly name: string;
  readonly #options: StoredTopicOptions;
  /** announced before what precedes them, or before the start */
  readonly #early = new Map<number, unknown>();
  /** the newest event handed on; undefined: not started */
  #head: number | undefined;
  #epoch = '';
  /** the newest event known to exist */
  #wanted = 0;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
  #closed = false;

  constructor(options: StoredTopicOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** An announcement came in from the bus. */
  announced(announcement: unknown): void {
    const event = this.#options.store.parse(announcement);
    if (!event || this.#closed) return;
    // beyond the bound it is read when its turn comes
    if (this.#early.size < MAX_EARLY) this.#early.set(event.sequence, event.payload);
    this.reach(event.sequence);
  }

  /** Hands on what comes after where the store stands. */
  start({ sequence, epoch }: StoredHead): void {
    this.#head = sequence;
    this.#epoch = epoch;
    this.reach(sequence);
  }

  /** Compares with the head in the store, perhaps of another numbering. */
  compare({ sequence, epoch, epochStart }: StoredHead): void {
    if (this.#head !== undefined && epoch !== this.#epoch) {
      // the last event that both numberings have comes again, in the new one, so that everybody hears of that now
      this.#head = Math.max(0, Math.min(this.#head, epochStart) - 1);
      this.#epoch = epoch;
      this.#wanted = sequence;
      this.#early.clear();
    }
    this.reach(sequence);
  }

  /** Events up to here exist. */
  reach(sequence: number): void {
    if (sequence > this.#wanted) this.#wanted = sequence;
    this.#handOn();
    if (this.#head !== undefined && this.#wanted > this.#head) this.#readIn(PATIENCE_MS);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#early.clear();
  }

  #handOn(): void {
    if (this.#head === undefined || this.#reading) return;
    for (const sequence of this.#early.keys()) if (sequence <= this.#head) this.#early.delete(sequence);
    for (let next = this.#head + 1; this.#early.has(next); next += 1) {
      const payload = this.#early.get(next);
      this.#early.delete(next);
      this.#emit(next, payload);
    }
  }

  #emit(sequence: number, payload: unknown): void {
    this.#head = sequence;
    this.#options.onEvent({ topic: this.name, epoch: this.#epoch, sequence, payload });
  }

  #readIn(ms: number): void {
    if (this.#timer || this.#reading || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#head === undefined || this.#wanted <= this.#head) return;
      this.#read(this.#head).catch((error: unknown) => {
        this.#options.onError(error);
        this.#readIn(PAUSE_MS);
      });
    }, ms);
  }

  async #read(after: number): Promise<void> {
    const wanted = this.#wanted;
    const epoch = this.#epoch;
    this.#reading = true;
    try {
      const { events, upTo } = await this.#options.store.read(this.name, after, PAGE);
      // what was read before the numbering began anew is read again
      if (this.#closed || epoch !== this.#epoch) return;
      for (const { sequence, payload } of events) this.#emit(sequence, payload);
      this.#head = Math.max(upTo, events.length < PAGE ? wanted : 0);
    } finally {
      this.#reading = false;
    }
    this.reach(0);
  }
}
