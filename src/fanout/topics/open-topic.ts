import type { BusEvent } from '../../bus/bus.ts';

/** The state of the numbering of a stored topic. */
export interface StoredHead {
  /** of the newest event; 0: there is none */
  readonly sequence: number;
  /** changes when an older state of the store was restored: sequences are then given again */
  readonly epoch: string;
  /** of the newest event when the epoch began: up to here it continues the former numbering */
  readonly epochStart: number;
}

/** A live source of one topic's events, opened once per process for all groups. */
export interface OpenedTopic {
  /** The newest event at the time of opening; undefined: nothing was ever published. */
  readonly latest: BusEvent | undefined;
  /** The head of a stored topic as it is now. @throws when the store cannot be reached */
  head?(): Promise<StoredHead>;
  close(): void;
}

/**
 * Opens a topic. It subscribes first and reads the latest event afterwards, so that no event falls between; `onEvent`
 * may be called before the promise resolves.
 */
export type OpenTopic = (topic: string, onEvent: (event: BusEvent) => void) => Promise<OpenedTopic>;
