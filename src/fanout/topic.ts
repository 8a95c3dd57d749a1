import type { BusEvent } from '../bus/bus.ts';
import type { Channel } from './channel.ts';
import type { StoredHead } from './stored-topics.ts';

/** A live source of one topic's events, opened once per process however many groups listen. */
export interface OpenedTopic {
  /** The newest event at the time of opening; undefined: nothing was ever published. */
  readonly latest: BusEvent | undefined;
  /** Of a stored topic: where it stands now. @throws when the store cannot be reached */
  head?(): Promise<StoredHead>;
  close(): void;
}

/**
 * Opens a topic. It subscribes first and reads the latest event afterwards, so that nothing falls between; `onEvent`
 * may be called before the promise resolves.
 */
export type OpenTopic = (topic: string, onEvent: (event: BusEvent) => void) => Promise<OpenedTopic>;

/** One topic somebody here listens to: keeps its newest event and passes newer ones to its channels. */
export class Topic {
  readonly name: string;
  readonly channels = new Set<Pick<Channel, 'accept'>>();
  /** Joins that wait for the opening, or have joined: the topic closes when none are left. */
  holders = 0;
  latest: BusEvent | undefined;
  /** Undefined once open, so that a join of an open topic need not wait. */
  opening: Promise<void> | undefined;
  #opened: OpenedTopic | undefined;
  #closed = false;

  constructor(name: string, open: OpenTopic) {
    this.name = name;
    this.opening = this.#open(open);
    // each join awaits it; one that failed on another topic before must not leave this rejection unheard
    this.opening.catch(() => {});
  }

  /** Collects events from now on. @returns ends it and gives them */
  tap(): () => readonly BusEvent[] {
    const events: BusEvent[] = [];
    const collector = { accept: (event: BusEvent) => void events.push(event) };
    this.channels.add(collector);
    return () => {
      this.channels.delete(collector);
      return events;
    };
  }

  /** Of a stored topic: where it stands now; undefined: it is not stored. @throws when the store cannot be reached */
  async head(): Promise<StoredHead | undefined> {
    return this.#opened?.head?.();
  }

  close(): void {
    this.#closed = true;
    this.#opened?.close();
  }

  async #open(open: OpenTopic): Promise<void> {
    const opened = await open(this.name, (event) => this.#accept(event));
    if (this.#closed) {
      opened.close();
      return;
    }
    this.#opened = opened;
    // what came in while opening is newer, or of a newer epoch, than what was read
    if (!this.latest) this.latest = opened.latest;
    this.opening = undefined;
  }

  #accept(event: BusEvent): void {
    const known = this.latest;
    if (known && event.epoch === known.epoch && event.sequence <= known.sequence) return;
    this.latest = event;
    for (const channel of this.channels) channel.accept(event);
  }
}
