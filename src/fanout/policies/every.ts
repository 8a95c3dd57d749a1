import type { BusEvent } from '../../bus/bus.ts';
import type { Link, OutboxQueue } from '../members/member.ts';
import { gapNotice, gapOf } from '../members/member-notices.ts';
import type { SharedPayload } from '../payload/shared-payload.ts';
import type { ResumeFailure, TopicPosition } from '../positions/positions.ts';
import { MissedPayloads } from './missed-payloads.ts';
import { beginNumbering, noteFailure } from './numbering.ts';
import { BasePolicy, type DeliveryPolicy, type Resumed, type ResumeRequest } from './policy.ts';

/**
 * Each event in order, from a bounded queue; when it is full, the oldest half is dropped and reported as a gap. A client
 * that returns gets from the history of the bus what it has missed: for trades.
 */
export const EVERY: DeliveryPolicy = {
  name: 'EVERY',
  isResumable: true,
  open: (channel) => new EveryPolicy(channel),

  async resume({ resumption, from, readMissed }: ResumeRequest): Promise<Resumed> {
    if (resumption.failure) return { failure: resumption.failure, positions: from };
    const { failure, events } = await readMissed();
    return { failure, positions: failure ? from : resumption.positions, events };
  },
};

class EveryPolicy extends BasePolicy {
  override readonly isQueued = true;
  override readonly isDroppable = true;
  override readonly eventId = 'OF_ALL_TOPICS';
  override readonly startsWithLatest = false;
  readonly #missed = new MissedPayloads();

  override offer(outbox: OutboxQueue, link: Link, payload: SharedPayload): void {
    if (outbox.isFull()) outbox.dropOldestHalf();
    outbox.pushQueued(link, payload);
  }

  override begin(link: Link, after: TopicPosition | undefined, lost: TopicPosition | undefined): void {
    const isOlder = after !== undefined && after.epoch !== this.channel.epoch;
    super.begin(link, isOlder ? { ...after, sequence: 0 } : after, lost ?? (isOlder ? after : undefined));
  }

  /** The frame says what the bus lost before its event. */
  override complete({ lostFrom, sequence }: BusEvent, payload: SharedPayload): SharedPayload {
    if (lostFrom === undefined) return payload;
    return payload.withExtensions({ gap: gapOf(this.channel.name, lostFrom, sequence - 1, 'OUTAGE') });
  }

  override emitting({ lostFrom, sequence }: BusEvent): void {
    if (lostFrom === undefined) return;
    const gap = gapOf(this.channel.name, lostFrom, sequence - 1, 'OUTAGE');
    for (const { member } of this.channel.links) member.outbox.notify(gapNotice(member, gap));
  }

  override bringUp(link: Link, events: readonly BusEvent[]): number {
    let count = 0;
    for (const event of events) {
      const payload = this.#encode(event);
      if (!payload) continue;
      count += 1;
      this.offer(link.member.outbox, link, payload);
    }
    return count;
  }

  override repeatNewest(link: Link): boolean {
    const { latest } = this.channel;
    return latest !== undefined && this.bringUp(link, [latest]) > 0;
  }

  /** Frames of both numberings must not be confused when they are written. */
  override numberingEnds(): void {
    for (const { member } of this.channel.links) member.outbox.flush();
  }

  override numberingBegins({ isRestarted }: BusEvent, before: string): void {
    for (const link of this.channel.links) beginNumbering(link, before, isRestarted === true);
  }

  override missing(reason: ResumeFailure): void {
    for (const link of this.channel.links) noteFailure(link, reason);
  }

  /** Members that missed the same event share its frame. */
  #encode(event: BusEvent): SharedPayload | undefined {
    const known = this.#missed.get(event);
    if (known) return known;
    const payload = this.channel.encodeEvent(event);
    if (payload) this.#missed.set(event, payload);
    return payload;
  }
}
