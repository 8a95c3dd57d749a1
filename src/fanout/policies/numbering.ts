import type { Link } from '../members/member.ts';
import { reportResume } from '../members/member-notices.ts';
import { newResumeNote, type ResumeFailure } from '../positions/positions.ts';

/**
 * EVERY: the position in the former numbering is kept until the member has something of the new one.
 * @param isRestarted events of the former one may be missing, which the member is notified of
 */
export function beginNumbering(link: Link, before: string, isRestarted: boolean): void {
  link.older ??= { epoch: before, sequence: link.confirmed };
  link.sent = 0;
  link.confirmed = 0;
  if (isRestarted) noteFailure(link, 'HISTORY_GONE');
}

/**
 * REPLAY: a member continues from what both numberings have, and is told that sequences are given again. Until it has
 * something of the new one, it counts as being where it was: one that comes back without having heard of it is told then.
 */
export function continueNumbering(link: Link, before: string, upTo: number): void {
  link.older ??= { epoch: before, sequence: link.confirmed };
  link.sent = Math.min(link.sent, upTo);
  link.confirmed = Math.min(link.confirmed, upTo);
  noteFailure(link, 'EPOCH_CHANGED');
}

/** Tells a member at once, and in-band with its next frame, that it does not have everything. */
export function noteFailure(link: Link, reason: ResumeFailure): void {
  const { member } = link;
  member.resume = newResumeNote(reason);
  member.isResumeReported = false;
  link.note = { ...link.note, resume: member.resume };
  reportResume(member);
}
