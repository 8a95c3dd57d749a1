import type { Member } from '../members/member.ts';
import type { Positions, ResumeFailure } from '../positions/positions.ts';
import type { ProgressRef } from './progress-store.ts';

/** A subscription whose client has come back somewhere else, although its connection looks alive. */
export interface TakenOver extends ProgressRef {
  /** which one of that key it was */
  readonly writer: string;
}

/** What is known of a subscription when a client asks for it. */
export type Found =
  /** it was not there before, as far as anybody can know */
  | { readonly kind: 'FIRST' }
  | {
      readonly kind: 'RESUME';
      readonly positions: Positions;
      /** Its connection, or its process, was known to be gone. */
      readonly isLost: boolean;
    }
  /** it was there, or may have been, and where it was is not known */
  | { readonly kind: 'LOST'; readonly reason: ResumeFailure };

/** What the keeper has to know of a subscription, and do with it. */
export interface KeptSubscription {
  readonly member: Member;
  /** Its client has come back with another connection: this one ends. */
  readonly onTakenOver: () => void;
  /** Whether its connection may be dead, since it owes an answer. */
  readonly isDoubtful: () => boolean;
}

/** One subscription whose progress is kept. */
export interface Tracked {
  /** Everything handed out so far is on its way to the peer. */
  mark(): void;
  /** The peer has everything up to the mark. */
  confirm(): void;
  /** The connection is gone: its client may come back. @param hasAll it is known to have all that was written */
  lose(hasAll: boolean): void;
  /** It is over. */
  finish(): void;
}
