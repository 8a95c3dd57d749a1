import type { Tail } from './frame.ts';
import type { Link } from './link.ts';

/** Frames ready to be written, in order: entry i is `links[i].member.head` followed by `tails[i].bytes`. */
export interface Batch {
  readonly links: readonly Link[];
  readonly tails: readonly Tail[];
}

/**
 * Where one connection's frames go; a transport implements it. Whoever owns the sink calls `outbox.resume()` each time
 * it becomes ready again: until then the outbox does not ask.
 */
export interface Sink {
  /** False while the peer has not taken what was sent. */
  readonly ready: boolean;
  /**
   * Sends frames from index `from` on, in one write. Only called when ready; must not throw.
   * @returns how many were taken, at least one
   */
  send(batch: Batch, from: number): number;
}
