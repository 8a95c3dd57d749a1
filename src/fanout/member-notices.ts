import type { FrameExtensions } from './frame.ts';
import type { Member } from './member.ts';
import type { Notice } from './notice.ts';

const NOTHING = { topic: null, from: null, to: null, reason: null, recovered: null, replayed: null };

/** A gap as it is told: the same one has the same id, whoever misses it and however it is told. */
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

/** Reports how a member went on, once, as soon as that is known; its next frame tells the same in-band. */
export function reportResume(member: Member): void {
  const { resume, outbox, operationId } = member;
  if (!resume || member.isResumeReported) return;
  member.isResumeReported = true;
  outbox.notify({ ...NOTHING, ...resume, kind: 'RESUME', operationId });
}
