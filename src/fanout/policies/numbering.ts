import type { Link } from '../members/member.ts';
import { reportResume } from '../members/member-notices.ts';
import { newResumeNote } from '../positions/positions.ts';

/** EVERY: the position in the former numbering is kept until the member has something of the new one. */
export function beginNumbering(link: Link, before: string): void {
  link.older ??= { epoch: before, sequence: link.confirmed };
  link.sent = 0;
  link.confirmed = 0;
}

/** REPLAY: a member continues from what both numberings have, and is told that sequences are given again. */
export function continueNumbering(link: Link, upTo: number): void {
  const { member } = link;
  link.sent = Math.min(link.sent, upTo);
  link.confirmed = Math.min(link.confirmed, upTo);
  member.resume = newResumeNote('EPOCH_CHANGED');
  member.isResumeReported = false;
  link.note = { ...link.note, resume: member.resume };
  reportResume(member);
}
