import { randomUUID } from 'node:crypto';
import type { BusHistory } from '../../bus/bus.ts';

/** Up to where a subscriber has everything of one topic. */
export interface TopicPosition {
  /** '' where a topic has only one numbering */
  readonly epoch: string;
  readonly sequence: number;
}
export type Positions = ReadonlyMap<string, TopicPosition>;

/** Positions as they are stored. */
export type StoredPositions = Readonly<Record<string, readonly [epoch: string, sequence: number]>>;

export const positionsIn = (stored: StoredPositions): Positions =>
  new Map(Object.entries(stored).map(([topic, [epoch, sequence]]) => [topic, { epoch, sequence }]));

/** Why a subscriber did not get everything since it was here. */
export type ResumeFailure =
  /** what it missed is no longer kept, or the numbering began anew */
  | 'HISTORY_GONE'
  /** acknowledged trades died with the instance that had acknowledged them while it was cut off */
  | 'LEADER_CHANGED'
  /** it missed more than may wait for one connection */
  | 'TOO_MANY'
  /** of its inbox */
  | 'INBOX_FULL'
  /** an older state of the database was restored: numbers are given again */
  | 'EPOCH_CHANGED'
  /** where it was cannot be read at the moment */
  | 'POSITION_UNKNOWN'
  /** several clients may have been there, and which one it is cannot be known */
  | 'SESSION_UNKNOWN';

/** From where a subscriber goes on. */
export interface Resumption {
  /** Topics that are left out have nothing to replay. */
  readonly positions: Positions;
  /** It is known beforehand that not everything comes. */
  readonly failure?: ResumeFailure | undefined;
}

/** What the first message of a subscriber that goes on says in `extensions.resume`. */
export interface ResumeNote {
  /** unique, so that a client which hears it twice counts it once */
  readonly id: string;
  recovered: boolean;
  /** events between where it was and the live ones */
  replayed: number;
  reason: string | null;
}

/** Reads what was published on a topic after a position. */
export type ReadHistory = (topic: string, after: TopicPosition) => Promise<BusHistory>;

export const newResumeNote = (failure?: ResumeFailure): ResumeNote => ({
  id: randomUUID(),
  recovered: failure === undefined,
  replayed: 0,
  reason: failure ?? null,
});
