import type { Link, OutboxQueue } from '../members/member.ts';
import { MARKER, type SharedPayload } from '../payload/shared-payload.ts';
import { BasePolicy, beginsNow, type DeliveryPolicy } from './policy.ts';

/** Nothing waits for a slow reader; when it reads again, one merged frame brings it to now: for order-book changes. */
export const CATCH_UP: DeliveryPolicy = {
  name: 'CATCH_UP',
  isResumable: false,
  open: (channel) => new CatchUpPolicy(channel),
  resume: beginsNow,
};

class CatchUpPolicy extends BasePolicy {
  override readonly isSpread = false;

  override offer(outbox: OutboxQueue, link: Link, payload: SharedPayload): void {
    if (link.behind) {
      outbox.conflate();
      return;
    }
    link.behind = outbox.stalledSince !== 0;
    outbox.push(link, link.behind ? MARKER : payload);
  }

  override catchUp(link: Link): SharedPayload | undefined {
    return this.channel.since(link.sent);
  }
}
