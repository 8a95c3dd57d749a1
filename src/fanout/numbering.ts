import type { Link } from './link.ts';
import { reportResume } from './member-notices.ts';
import { newResumeNote } from './resume.ts';

/** EVERY: what a member has of the numbering before is kept until it has something of the new one. */
export function beginNumbering(link: Link, before: string): void {
  link.older ??= { epoch: before, sequence: link.confirmed };
  link.sent = 0;
  link.confirmed = 0;
}

/** REPLAY: a member goes on from what both numberings have, and is told that numbers are given again. */
export function continueNumbering(link: Link, upTo: number): void {
  const { member } = link;
  link.sent = Math.min(link.sent, upTo);
  link.confirmed = Math.min(link.confirmed, upTo);
  member.resume = newResumeNote('EPOCH_CHANGED');
  member.isResumeReported = false;
  link.note = { ...link.note, resume: member.resume };
  reportResume(member);
}
