import type { Group } from './group.ts';
import type { Link } from './link.ts';
import type { Outbox } from './outbox.ts';

/** One subscription of one connection. */
export interface Member {
  readonly group: Group;
  readonly outbox: Outbox;
  /** the member's own start of every frame */
  readonly head: string;
  readonly links: Link[];
}
