import type { TopicPosition } from '../positions/positions.ts';
import type { Link } from './member.ts';

/** The position of a link when everything written to it has arrived. */
export const writtenPosition = ({ channel, sent }: Link): TopicPosition => ({
  epoch: channel.epoch,
  sequence: sent,
});

/** The position up to which the peer is known to have everything. */
export const confirmedPosition = ({ channel, confirmed, older }: Link): TopicPosition =>
  older ?? { epoch: channel.epoch, sequence: confirmed };

/** The peer has everything up to a position that was written to it. */
export function confirmPosition(link: Link, position: TopicPosition): void {
  if (position.epoch === link.channel.epoch) {
    // Nothing of this numbering was written yet.
    if (position.sequence === 0) return;
    link.older = undefined;
    link.confirmed = position.sequence;
  } else if (position.epoch === link.older?.epoch) {
    link.older = position;
  }
}
