import type { BusEvent } from '../../bus/bus.ts';

/**
 * How one channel (one topic of one group) turns bus events into the payloads its selection is executed on.
 * Each channel has its own, so a projection may keep state. All methods are synchronous and never throw.
 */
export interface Projection {
  /** The payload for members that have everything so far; undefined: nothing to tell them. */
  next(event: BusEvent): Projected | undefined;
  /** The whole state for a member that has nothing; undefined: there is none yet, or joiners only hear what is new. */
  snapshot(): Projected | undefined;
  /**
   * One payload that brings a member which holds everything up to `sequence` to now: changes merged, or the whole
   * state. Only asked of projections used with the CATCH_UP policy. undefined: it misses nothing.
   */
  since(sequence: number): Projected | undefined;
}

export interface Projected {
  /** becomes the root value of the shared execution */
  readonly payload: unknown;
  /** what a member that got this holds everything up to */
  readonly sequence: number;
}
