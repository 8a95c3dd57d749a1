import type { Notice } from '../notices/notice.ts';
import type { FrameExtensions } from '../payload/shared-payload.ts';
import type { Member } from './member.ts';

const NOTHING = { topic: null, from: null, to: null, reason: null, recovered: null, replayed: null };

/** A gap as it is reported: equal gaps have equal ids, whoever misses the events and however it is reported. */
export const gapOf = (topic: string, from: number, to: number, reason: string) => ({
  id: `${topic}:${from}-${to}`,
  from,
  to,
  topic,
  reason,
});

/** A gap as a notice to the client of a member. */
export const gapNotice = (
  { operationId }: Member,
  { id, from, to, topic, reason }: NonNullable<FrameExtensions['gap']>,
): Notice => ({ ...NOTHING, id, kind: 'GAP', topic, from, to, reason, operationId });

/** Reports once, as soon as it is known, how a member continued; its next frame says the same in-band. */
export function reportResume(member: Member): void {
  const { resume, outbox, operationId } = member;
  if (!resume || member.isResumeReported) return;
  member.isResumeReported = true;
  outbox.notify({ ...NOTHING, ...resume, kind: 'RESUME', operationId });
}
