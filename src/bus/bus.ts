/** A value that survives JSON: what a bus can carry to another process. */
export type Json =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Json[]
  | { readonly [key: string]: Json };

/** What is published on a topic. */
export interface BusEvent<P = unknown> {
  readonly topic: string;
  /** changes when the topic's numbering starts anew, e.g. after the bus lost its memory */
  readonly epoch: string;
  /** contiguous from 1 within one epoch */
  readonly sequence: number;
  readonly payload: P;
  /** The first of those that were lost on the way to this process, just before this one; absent: none were. */
  readonly lostFrom?: number;
  /**
   * The numbering began anew with this event, and it is not known whether this process has every event of the former one.
   * Absent: it is known, or `lostFrom` reports it.
   */
  readonly isRestarted?: true;
}

/** A place among the events of a topic. */
export type Position = Pick<BusEvent, 'epoch' | 'sequence'>;

export interface PublishOptions {
  /**
   * Every event matters, not only the newest: lossless topics are buffered during an outage and published afterwards, in
   * order; what cannot be kept is reported in `lostFrom`. One instance at a time publishes on such a topic.
   * @default false
   */
  readonly lossless?: boolean;
  /**
   * The fencing token of the lease under which it is published: where one with a higher token has published or raised
   * the topic's, it is refused. Absent: never. https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html
   */
  readonly token?: number | undefined;
}

/** Events after a position. `complete` is false when some are no longer kept: then `events` is empty. */
export interface BusHistory {
  readonly complete: boolean;
  readonly events: readonly BusEvent[];
}

/** Carries events between publishers and subscribers, and between instances. */
export interface Bus {
  /**
   * Numbers, keeps and publishes one event. Subscribers of a topic receive events in order of sequence, each at most
   * once: a subscriber that is not connected misses it, and sees that from the next sequence.
   * The payload is shared by reference where the bus is in process: it must not be changed afterwards.
   * @throws TickroomError SERVICE_UNAVAILABLE when the bus cannot take it; FencedError when its token is too low
   */
  publish(topic: string, payload: object, options?: PublishOptions): Promise<BusEvent>;
  /**
   * Receives events published after the promise resolves. `onEvent` must not throw.
   * @returns ends the subscription; calling it again does nothing
   */
  subscribe(topic: string, onEvent: (event: BusEvent) => void): Promise<() => void>;
  /**
   * Raises the fencing tokens of topics, so that nothing under a lower one is taken any more. While other instances cannot
   * be reached it does nothing.
   * @throws TickroomError SERVICE_UNAVAILABLE
   */
  raise(topics: readonly string[], token: number): Promise<void>;
  /**
   * Begins the numbering of topics anew: what is kept of them is forgotten, and a position of before leads to a gap. Fencing
   * tokens stay. While other instances cannot be reached it does so within this process alone.
   * @throws TickroomError SERVICE_UNAVAILABLE
   */
  renumber(topics: readonly string[]): Promise<void>;
  /** The newest event of a topic, or undefined when nothing was ever published there. */
  latest(topic: string): Promise<BusEvent | undefined>;
  /** Everything kept after a position, oldest first; with no position, all that is kept. */
  history(topic: string, after?: Position): Promise<BusHistory>;
  /**
   * Tells whoever listens now, and keeps nothing: for what is stored elsewhere, or soon outdated. Topics of
   * announcements are apart from those of events.
   * @throws TickroomError SERVICE_UNAVAILABLE when other instances cannot be told; who listens here has heard it
   */
  announce(topic: string, payload: object): Promise<void>;
  /**
   * Hears announcements made after the promise resolves; one announcer's arrive in order. `onPayload` must not throw.
   * @returns ends the listening; calling it again does nothing
   */
  listen(topic: string, onPayload: (payload: unknown) => void): Promise<() => void>;
  /** False while other instances cannot be reached: everything works, within this process alone. */
  readonly isConnected: boolean;
  /**
   * Hears when `isConnected` changes, in that moment: before anything more is published; and true again when announcements
   * may have been missed although it did not change. Must not throw.
   * @returns ends it
   */
  onChange(listener: (isConnected: boolean) => void): () => void;
  [Symbol.asyncDispose](): Promise<void>;
}
