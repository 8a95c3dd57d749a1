import type { Link, OutboxQueue } from '../members/member.ts';
import type { SharedPayload } from '../payload/shared-payload.ts';
import { BasePolicy, beginsNow, type DeliveryPolicy } from './policy.ts';

/** The newest frame of a topic replaces the one that waits: for states, of which only the newest matters. */
export const LATEST: DeliveryPolicy = {
  name: 'LATEST',
  isResumable: false,
  open: (channel) => new LatestPolicy(channel),
  resume: beginsNow,
};

class LatestPolicy extends BasePolicy {
  override readonly isConflating = true;

  override offer(outbox: OutboxQueue, link: Link, payload: SharedPayload): void {
    if (link.slot >= 0) {
      outbox.replace(link.slot, payload);
      return;
    }
    link.slot = outbox.length;
    outbox.push(link, payload);
  }

  override moved(link: Link, index: number): void {
    link.slot = index;
  }

  /** The bytes that all members have already: nothing is executed for one that joins. */
  protected override greeting(): SharedPayload | undefined {
    return this.channel.last;
  }
}
