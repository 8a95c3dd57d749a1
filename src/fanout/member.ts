import type { Group } from './group.ts';
import type { Link } from './link.ts';
import type { Outbox } from './outbox.ts';
import type { ResumeNote } from './resume.ts';

/** One subscription of one connection. */
export interface Member {
  readonly group: Group;
  readonly outbox: Outbox;
  /** the member's own start of every frame */
  readonly head: string;
  readonly links: Link[];
  /** what its first frame still has to tell */
  resume: ResumeNote | undefined;
  /** it was given to the outbox as a notice */
  isResumeReported: boolean;
  /** the client's id of its operation; null: the transport gives none */
  readonly operationId: string | null;
}
