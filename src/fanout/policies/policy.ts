import type { BusEvent } from '../../bus/bus.ts';
import type { Link, LinkChannel, LinkPolicy, OutboxQueue } from '../members/member.ts';
import type { Projected } from '../payload/projection.ts';
import type { SharedPayload } from '../payload/shared-payload.ts';
import type { Positions, ResumeFailure, Resumption, TopicPosition } from '../positions/positions.ts';
import type { CountReplay, ReadReplay } from '../topics/replay-page.ts';
import type { Topic } from '../topics/topic.ts';
import type { MissedEvents } from './missed-events.ts';

/** How events are delivered to a reader that is slow or returns: each has a file of its own in this folder. */
export type PolicyName = 'LATEST' | 'EVERY' | 'CATCH_UP' | 'REPLAY';

/** A delivery policy. It is chosen once, when a group begins. */
export interface DeliveryPolicy {
  readonly name: PolicyName;
  /** What a peer confirmed is remembered, so that its client continues from there. */
  readonly isResumable: boolean;
  /** The policy for one topic of one group, with what it remembers of that topic. */
  open(channel: PolicyChannel): ChannelPolicy;
  /** Finds out from where a client that returns can continue. */
  resume(request: ResumeRequest): Resumed | Promise<Resumed>;
}

export interface ResumeRequest {
  readonly topics: readonly Topic[];
  readonly resumption: Resumption;
  /** where the subscription begins when it cannot continue; undefined: from now on */
  readonly from: Positions | undefined;
  /** Reads what was published since the positions. */
  readonly readMissed: () => Promise<MissedEvents>;
}

export interface Resumed {
  /** why the client does not get everything; undefined: it does */
  readonly failure: ResumeFailure | undefined;
  /** where the member begins; topics that are left out begin now */
  readonly positions: Positions | undefined;
  /** events of each topic to bring up before anything newer; to be called once, in the turn in which the member joins */
  readonly events?: (() => ReadonlyMap<string, readonly BusEvent[]>) | undefined;
}

/** What a policy uses of its channel. */
export interface PolicyChannel extends LinkChannel {
  readonly links: readonly Link[];
  /** the newest event of the topic; undefined: there is none yet */
  readonly latest: BusEvent | undefined;
  /** the newest frame that members got; undefined: none yet */
  readonly last: SharedPayload | undefined;
  /** where stored events are read; undefined: they are not stored */
  readonly replay: { readonly read: ReadReplay; readonly count: CountReplay } | undefined;
  readonly onError: (error: unknown) => void;
  encode(projected: Projected): SharedPayload;
  /** The frame of one event; undefined: the selection does not change with it. */
  encodeEvent(event: BusEvent): SharedPayload | undefined;
  /** The whole state as a frame; undefined: there is none. */
  snapshot(): SharedPayload | undefined;
  /** One frame for a member that has everything up to `sequence`; undefined: it misses nothing. */
  since(sequence: number): SharedPayload | undefined;
}

/** A policy for one topic of one group. */
export interface ChannelPolicy extends LinkPolicy {
  /** The newest event is executed when the channel opens, so that it has a frame for those who join. */
  readonly startsWithLatest: boolean;
  /** Executions may wait for a later turn of the loop. Merged changes and stored events are read beside, so theirs may not. */
  readonly isSpread: boolean;
  /** Of events that wait for a turn only the newest is executed. */
  readonly isConflating: boolean;
  /** Sets where a link begins, and queues what the member gets first. @param after undefined: from now on */
  begin(link: Link, after: TopicPosition | undefined, lost: TopicPosition | undefined): void;
  /** Completes the frame of an event. */
  complete(event: BusEvent, payload: SharedPayload): SharedPayload;
  /** A frame is about to be offered to all links. */
  emitting(event: BusEvent, payload: SharedPayload): void;
  /** EVERY: queues what a member has missed, before anything newer. @returns how many frames that were */
  bringUp(link: Link, events: readonly BusEvent[]): number;
  /** EVERY: queues the newest event again. @returns false: there is none, or it is not done */
  repeatNewest(link: Link): boolean;
  /** The epoch of the topic is about to change. */
  numberingEnds(): void;
  /** The epoch has changed. @param event the first of the new one @param before the former epoch */
  numberingBegins(event: BusEvent, before: string): void;
  /** EVERY: events that nobody can number any more are missing; says so to all links. */
  missing(reason: ResumeFailure): void;
  dispose(): void;
}

/** What most policies do: frames are not bounded, nothing is replayed, and no numbering matters. */
export abstract class BasePolicy implements ChannelPolicy {
  readonly channel: PolicyChannel;
  readonly isQueued: boolean = false;
  readonly isDroppable: boolean = false;
  readonly countsQueued: boolean = false;
  readonly eventId: LinkPolicy['eventId'] = undefined;
  readonly startsWithLatest: boolean = true;
  readonly isSpread: boolean = true;
  readonly isConflating: boolean = false;

  constructor(channel: PolicyChannel) {
    this.channel = channel;
  }

  abstract offer(outbox: OutboxQueue, link: Link, payload: SharedPayload): void;

  begin(link: Link, after: TopicPosition | undefined, lost: TopicPosition | undefined): void {
    link.sent = after ? after.sequence : this.head;
    link.confirmed = link.sent;
    link.older = lost;
    const greeting = this.greeting();
    if (greeting) this.offer(link.member.outbox, link, greeting);
  }

  complete(_event: BusEvent, payload: SharedPayload): SharedPayload {
    return payload;
  }

  emitting(_event: BusEvent, _payload: SharedPayload): void {}

  catchUp(_link: Link): SharedPayload | undefined {
    return undefined;
  }

  replay(_link: Link): void {}

  moved(_link: Link, _index: number): void {}

  bringUp(_link: Link, _events: readonly BusEvent[]): number {
    return 0;
  }

  repeatNewest(_link: Link): boolean {
    return false;
  }

  numberingEnds(): void {}

  numberingBegins(_event: BusEvent, _before: string): void {}

  missing(_reason: ResumeFailure): void {}

  dispose(): void {}

  /** The first frame of a member that joins; undefined: it begins with the next event. */
  protected greeting(): SharedPayload | undefined {
    return this.channel.snapshot();
  }

  /** The newest sequence of the topic; 0: there is none. */
  protected get head(): number {
    return this.channel.latest?.sequence ?? 0;
  }
}

/** What a policy without positions answers to a client that returns: it begins with the state of now. */
export const beginsNow = ({ resumption, from }: ResumeRequest): Resumed => ({
  failure: resumption.failure,
  positions: resumption.failure ? from : resumption.positions,
});
