import type { BusEvent } from '../../bus/bus.ts';

/** Stored events after a position, in order. */
export interface ReplayPage {
  readonly events: readonly BusEvent[];
  /**
   * A reader of these has everything up to here; and up to the newest event at the time of the call if there were less
   * than `limit`.
   */
  readonly upTo: number;
  /** what was asked for and is no longer kept; it is reported with the first event */
  readonly gap?: { readonly from: number; readonly to: number; readonly reason: string } | undefined;
}

/**
 * Reads up to `limit` events after a position from where they are stored.
 * @throws when that cannot be reached: it is asked again, with growing pauses
 */
export type ReadReplay = (topic: string, after: number, limit: number) => Promise<ReplayPage>;

/** How many events `ReadReplay` gives after a position, all pages together. */
export type CountReplay = (topic: string, after: number) => Promise<number>;
