import type { BusEvent } from '../../bus/bus.ts';
import type { ResumeFailure } from '../positions/positions.ts';
import type { OpenedTopic, OpenTopic, StoredHead } from './open-topic.ts';

/** Receives the events of a topic. */
export interface TopicListener {
  accept(event: BusEvent): void;
  /** Events are missing that have no sequence. */
  missing(reason: ResumeFailure): void;
}

/** A topic with at least one subscriber in this process: keeps its newest event and passes newer ones to its channels. */
export class Topic {
  readonly name: string;
  readonly channels = new Set<TopicListener>();
  /** Joins that wait for the opening, or have joined: the topic closes when there are none. */
  holders = 0;
  latest: BusEvent | undefined;
  /** Undefined once open, so that a join of an open topic need not wait. */
  opening: Promise<void> | undefined;
  #opened: OpenedTopic | undefined;
  #closed = false;

  constructor(name: string, open: OpenTopic) {
    this.name = name;
    this.opening = this.#open(open);
    // Each join awaits it; one that failed on another topic before must not leave this rejection unhandled.
    this.opening.catch(() => {});
  }

  /** Collects events from now on. @returns a function that ends it and gives them */
  tap(): () => readonly BusEvent[] {
    const events: BusEvent[] = [];
    const collector = { accept: (event: BusEvent) => void events.push(event), missing: () => {} };
    this.channels.add(collector);
    return () => {
      this.channels.delete(collector);
      return events;
    };
  }

  /** The head of a stored topic as it is now; undefined: it is not stored. @throws when the store cannot be reached */
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
    // An event that came in during the opening is newer, or of a newer epoch, than the one that was read.
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
