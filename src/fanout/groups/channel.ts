import type { BusEvent } from '../../bus/bus.ts';
import type { Link, Member } from '../members/member.ts';
import type { Projected, Projection } from '../payload/projection.ts';
import type { SharedPayload } from '../payload/shared-payload.ts';
import type { ChannelPolicy, DeliveryPolicy, PolicyChannel } from '../policies/policy.ts';
import type { ResumeFailure, TopicPosition } from '../positions/positions.ts';
import type { Topic } from '../topics/topic.ts';
import type { GroupRules } from './group-rules.ts';
import type { PendingExecution, SpreadChannel, SpreadGroup, Turns } from './turns.ts';

/** A member's link, as the hub needs it to let go of the channel. */
export interface ChannelLink extends Link {
  readonly channel: Channel;
}

/** The group of a channel. */
export interface ChannelGroup extends SpreadGroup {
  readonly rules: GroupRules;
  readonly policy: DeliveryPolicy;
  readonly turns: Turns;
  /** Executes the selection and encodes the result. */
  encode(projected: Projected): SharedPayload;
  /** Calls `emitWaiting` when the channel is due. */
  wait(channel: Channel): void;
  /** The channel has no members any more. */
  forget(channel: Channel): void;
}

/** One topic of one group: executes an event once and hands the same bytes to every member that listens to the topic. */
export class Channel implements PolicyChannel, SpreadChannel {
  readonly group: ChannelGroup;
  readonly topic: Topic;
  readonly policy: ChannelPolicy;
  readonly links: ChannelLink[] = [];
  readonly onError: (error: unknown) => void;
  /** `maxPerSecond`: the earliest time of the next execution, in ms of `performance.now()` */
  dueAt = 0;
  pending: PendingExecution | undefined;
  epoch: string;
  last: SharedPayload | undefined;
  readonly #projection: Projection;
  #snapshot: SharedPayload | undefined;
  /** the newest event that waits for `dueAt` */
  #waiting: BusEvent | undefined;

  constructor(group: ChannelGroup, topic: Topic, onError: (error: unknown) => void) {
    this.group = group;
    this.topic = topic;
    this.onError = onError;
    this.epoch = topic.latest?.epoch ?? '';
    this.#projection = group.rules.project(topic.name);
    this.policy = group.policy.open(this);
    if (topic.latest && this.policy.startsWithLatest) this.emit(topic.latest);
  }

  get name(): string {
    return this.topic.name;
  }

  get latest(): BusEvent | undefined {
    return this.topic.latest;
  }

  get replay(): GroupRules['replay'] {
    return this.group.rules.replay;
  }

  accept(event: BusEvent): void {
    const { minIntervalMs } = this.group.rules;
    if (minIntervalMs > 0) {
      const now = performance.now();
      if (this.#waiting || now < this.dueAt) {
        this.#waiting = event;
        this.group.wait(this);
        return;
      }
      this.dueAt = now + minIntervalMs;
    }
    this.#run(event);
  }

  /** The time that `maxPerSecond` leaves between two executions is over. */
  emitWaiting(now: number): void {
    const event = this.#waiting;
    if (!event) return;
    this.#waiting = undefined;
    this.dueAt = now + this.group.rules.minIntervalMs;
    this.#run(event);
  }

  missing(reason: ResumeFailure): void {
    this.policy.missing(reason);
  }

  /** Executes an event and offers the result to every member. */
  emit(event: BusEvent): void {
    if (event.epoch !== this.epoch) this.#renumber(event);
    const payload = this.encodeEvent(event);
    if (!payload) return;
    if (this.group.rules.onlyChanges && this.last?.bytes === payload.bytes) return;
    this.last = payload;
    const { links, policy } = this;
    policy.emitting(event, payload);
    for (let i = 0; i < links.length; i += 1) {
      const link = links[i] as Link;
      policy.offer(link.member.outbox, link, payload);
    }
  }

  /**
   * @param after the position up to which the member has everything; undefined: up to now
   * @param lost the position from which the member could not continue: it keeps that until it knows
   */
  add(member: Member, after?: TopicPosition, lost?: TopicPosition): ChannelLink {
    const link: ChannelLink = {
      member,
      channel: this,
      policy: this.policy,
      position: this.links.length,
      slot: -1,
      behind: false,
      sent: 0,
      confirmed: 0,
      older: undefined,
      note: undefined,
    };
    if (member.resume) link.note = { resume: member.resume };
    this.links.push(link);
    member.links.push(link);
    this.policy.begin(link, after, lost);
    return link;
  }

  remove(link: Link): void {
    const last = this.links.pop();
    if (!last || last === link) return;
    this.links[link.position] = last;
    last.position = link.position;
  }

  encode(projected: Projected): SharedPayload {
    return this.group.encode(projected);
  }

  encodeEvent(event: BusEvent): SharedPayload | undefined {
    const projected = this.#projection.next(event);
    if (!projected) return undefined;
    const payload = this.policy.complete(event, this.group.encode(projected));
    payload.epoch = event.epoch;
    return payload;
  }

  /** Encoded once for all who join between two events. */
  snapshot(): SharedPayload | undefined {
    const projected = this.#projection.snapshot();
    if (!projected) return undefined;
    if (this.#snapshot?.sequence !== projected.sequence) this.#snapshot = this.group.encode(projected);
    return this.#snapshot;
  }

  since(sequence: number): SharedPayload | undefined {
    const projected = this.#projection.since(sequence);
    return projected && this.group.encode(projected);
  }

  dispose(): void {
    this.policy.dispose();
  }

  #run(event: BusEvent): void {
    if (this.policy.isSpread) this.group.turns.run(this, event);
    else this.emit(event);
  }

  #renumber(event: BusEvent): void {
    this.policy.numberingEnds();
    const before = this.epoch;
    this.epoch = event.epoch;
    this.policy.numberingBegins(event, before);
  }
}
