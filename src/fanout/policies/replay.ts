import type { BusEvent } from '../../bus/bus.ts';
import type { Link, OutboxQueue } from '../members/member.ts';
import { reportResume } from '../members/member-notices.ts';
import type { SharedPayload } from '../payload/shared-payload.ts';
import type { Positions, TopicPosition } from '../positions/positions.ts';
import type { Topic } from '../topics/topic.ts';
import { continueNumbering } from './numbering.ts';
import {
  BasePolicy,
  type DeliveryPolicy,
  type PolicyChannel,
  type Resumed,
  type ResumeRequest,
} from './policy.ts';
import { RecentPayloads } from './recent-payloads.ts';
import { renumber } from './renumber.ts';
import { Replayer } from './replayer.ts';

/**
 * Nothing waits for a slow reader; when it reads again, it gets each event from where events are stored: for room
 * messages and the inbox.
 */
export const REPLAY: DeliveryPolicy = {
  name: 'REPLAY',
  isResumable: true,
  open: (channel) => new ReplayPolicy(channel),

  async resume({ topics, resumption, from }: ResumeRequest): Promise<Resumed> {
    const { positions, failure } = resumption;
    const renumbered = await renumber(topics, positions);
    if (renumbered) return { failure: failure ?? 'EPOCH_CHANGED', positions: renumbered };
    if (!failure) return { failure, positions };
    return { failure, positions: from ?? beforeNewest(topics) };
  },
};

/** A member that begins there gets the newest event again, so that its client learns at once how it was resumed. */
const beforeNewest = (topics: readonly Topic[]): Positions =>
  new Map(
    topics.flatMap(({ name, latest }): [string, TopicPosition][] =>
      latest ? [[name, { epoch: latest.epoch, sequence: Math.max(0, latest.sequence - 1) }]] : [],
    ),
  );

class ReplayPolicy extends BasePolicy {
  override readonly isQueued = true;
  override readonly countsQueued = true;
  override readonly eventId = 'OF_TOPIC';
  override readonly startsWithLatest = false;
  override readonly isSpread = false;
  readonly #replayer: Replayer;
  #recent: RecentPayloads;

  constructor(channel: PolicyChannel) {
    super(channel);
    const { replay, name, onError } = channel;
    if (!replay) throw new Error(`REPLAY needs a store for the events of ${name}.`);
    this.#recent = new RecentPayloads(this.head);
    this.#replayer = new Replayer({
      topic: name,
      ...replay,
      encode: (projected) => {
        const payload = channel.encode(projected);
        payload.epoch = channel.epoch;
        return payload;
      },
      head: () => this.head,
      epoch: () => channel.epoch,
      onError,
    });
  }

  override offer(outbox: OutboxQueue, link: Link, payload: SharedPayload): void {
    // The replay brings it, or has brought it.
    if (link.behind || payload.sequence <= link.sent) return;
    if (outbox.stalledSince !== 0 || outbox.isFull()) {
      outbox.fallBehind(link);
      return;
    }
    link.sent = payload.sequence;
    outbox.pushStored(link, payload);
  }

  override begin(link: Link, after: TopicPosition | undefined, lost: TopicPosition | undefined): void {
    super.begin(link, after, lost);
    if (link.sent < this.head) link.member.outbox.fallBehind(link);
  }

  /** A member begins with the replay, or with the next event. */
  protected override greeting(): undefined {
    return undefined;
  }

  override emitting(_event: BusEvent, payload: SharedPayload): void {
    this.#recent.add(payload);
  }

  override replay(link: Link): void {
    const recent = this.#recent.after(link.sent);
    if (!recent) {
      this.#replayer.replay(link);
      return;
    }
    const resume = link.note?.resume;
    if (resume?.recovered) resume.replayed = recent.length;
    reportResume(link.member);
    link.member.outbox.replayed(link, recent, Math.max(link.sent, this.head), true);
  }

  /** The first event of a new numbering is one that all members have, or comes after what all members have. */
  override numberingBegins({ sequence }: BusEvent, before: string): void {
    this.#recent = new RecentPayloads(sequence - 1);
    for (const link of this.channel.links) continueNumbering(link, before, sequence - 1);
  }

  override dispose(): void {
    this.#replayer.dispose();
  }
}
