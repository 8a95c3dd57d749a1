import { confirmedPosition, confirmPosition, writtenPosition } from '../members/confirmed.ts';
import type { Member } from '../members/member.ts';
import type { StoredPositions, TopicPosition } from '../positions/positions.ts';

/** What the peer is known to have, so that nothing is left out: what is sent again is known by its sequence. */
export function positionsOf(member: Member): StoredPositions {
  if (!member.isResumable) return {};
  return Object.fromEntries(
    member.links.map((link) => {
      const { epoch, sequence } = confirmedPosition(link);
      return [link.channel.name, [epoch, sequence]];
    }),
  );
}

/** What a member was written when its peer was asked what it has. */
export class Marks {
  readonly #member: Member;
  #positions: readonly TopicPosition[] = [];

  constructor(member: Member) {
    this.#member = member;
  }

  mark(): void {
    const { resume, links, isResumable } = this.#member;
    // what its first frame has to tell was not written yet: until it is, its client must find it where it was
    const isKept = isResumable && !resume;
    this.#positions = isKept ? links.map(writtenPosition) : [];
  }

  confirm(): void {
    for (const [i, position] of this.#positions.entries()) {
      const link = this.#member.links[i];
      if (link) confirmPosition(link, position);
    }
    this.#positions = [];
  }
}
