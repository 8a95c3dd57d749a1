import type { Channel } from './channel.ts';
import type { Member } from './member.ts';
import type { ResumeNote, TopicPosition } from './resume.ts';

/**
 * What becomes of frames that cannot be written yet.
 * LATEST: the newest per topic replaces the one that waits. EVERY: a bounded queue, then a gap that is told in-band.
 * CATCH_UP: nothing waits; when the reader is back, one merged payload brings it to now.
 * REPLAY: nothing waits; when the reader is back, it gets each event from where they are stored.
 */
export type Policy = 'LATEST' | 'EVERY' | 'CATCH_UP' | 'REPLAY';

export interface LinkNote {
  /** EVERY: sequences dropped since the last frame written */
  gap?: { from: number; to: number } | undefined;
  /** of the member's first frame; told once, by whichever link is first */
  resume?: ResumeNote | undefined;
}

/** One member's place in one channel. Plain fields: a delivery touches nothing else. */
export interface Link {
  readonly member: Member;
  readonly channel: Channel;
  /** own position in `channel.links`, for removal without a search */
  position: number;
  /** LATEST: where its pending frame waits in the outbox; -1: none does */
  slot: number;
  /** CATCH_UP: a marker waits in the outbox instead of frames. REPLAY: it is, or will be, brought up from the store */
  behind: boolean;
  /** the sequence of the last frame written; REPLAY: queued */
  sent: number;
  /** EVERY and REPLAY: the sequence up to which the peer is known to have everything, in the channel's epoch */
  confirmed: number;
  /** takes the place of `confirmed` while the peer is known to have nothing newer: a position of an earlier epoch, or
   * one from which the member could not go on and was not told so yet */
  older: TopicPosition | undefined;
  /** what the next frame tells beside its event */
  note: LinkNote | undefined;
}
