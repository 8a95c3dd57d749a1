import type { Link } from '../members/member.ts';
import type { SharedPayload } from '../payload/shared-payload.ts';

/** Frames ready to be written, in order: entry i is `links[i].member.prefix` followed by `payloads[i].bytes`. */
export interface Batch {
  readonly links: readonly Link[];
  readonly payloads: readonly SharedPayload[];
}

/**
 * Where one connection's frames go; a transport implements it. The owner of the sink calls `outbox.resume()` each time
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
