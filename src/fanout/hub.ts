import { Channel, type ChannelLink } from './groups/channel.ts';
import { Group } from './groups/group.ts';
import type { GroupRules } from './groups/group-rules.ts';
import { type Owner, Turns } from './groups/turns.ts';
import type { Member } from './members/member.ts';
import { reportResume } from './members/member-notices.ts';
import { NoticeBoard } from './notices/notice-board.ts';
import { newCounters } from './outbox/counters.ts';
import { Flusher } from './outbox/flusher.ts';
import { Outbox, type OutboxOptions } from './outbox/outbox.ts';
import type { Sink } from './outbox/sink.ts';
import { MissedEventsReader } from './policies/missed-events.ts';
import { POLICIES } from './policies/policies.ts';
import type { Resumed } from './policies/policy.ts';
import {
  newResumeNote,
  type Positions,
  type ReadHistory,
  type ResumeFailure,
  type Resumption,
} from './positions/positions.ts';
import type { OpenTopic } from './topics/open-topic.ts';
import { Topic } from './topics/topic.ts';

export interface HubOptions {
  readonly openTopic: OpenTopic;
  /** Where notices wait for their clients. @default one of its own */
  readonly notices?: NoticeBoard;
  /** Frames of EVERY members that may wait in one outbox. @default 1000 */
  readonly maxQueueFrames?: number;
  /** EVERY: reads what a member missed before it came back. @default nothing is kept */
  readonly readHistory?: ReadHistory;
  /** A stored event could not be read; that is repeated. */
  readonly onError?: (error: unknown) => void;
}

export interface JoinRequest {
  /** Equal keys share every execution and every byte. */
  readonly key: string;
  /** Must be equal for equal keys; the first joiner's are used. */
  readonly rules: GroupRules;
  readonly topics: readonly string[];
  readonly outbox: Outbox;
  /** Whom its executions are counted for, when they are spread over turns. @default the outbox */
  readonly owner?: Owner | undefined;
  /** the member's own start of every frame, see `nextPrefix` */
  readonly prefix: string;
  /** the client's id of the operation, for notices. @default null */
  readonly operationId?: string | null | undefined;
  /** Goes on from there, which its first frame tells. @default from now on */
  readonly resume?: Resumption | undefined;
  /** REPLAY: where it begins when it does not go on. @default from now on */
  readonly from?: Positions | undefined;
}

/** A member as the hub made it. */
export interface JoinedMember extends Member {
  readonly group: Group;
  readonly links: ChannelLink[];
}

/** The fan-out engine: takes members in, and holds everything between a published event and a socket. */
export class Hub {
  readonly counters = newCounters();
  readonly notices: NoticeBoard;
  readonly #openTopic: OpenTopic;
  readonly #onError: (error: unknown) => void;
  readonly #outboxOptions: OutboxOptions;
  readonly #flusher = new Flusher();
  readonly #turns = new Turns();
  readonly #groups = new Map<string, Group>();
  readonly #topics = new Map<string, Topic>();
  readonly #missed: MissedEventsReader;
  #members = 0;

  constructor(options: HubOptions) {
    this.#openTopic = options.openTopic;
    this.notices = options.notices ?? new NoticeBoard();
    this.#onError = options.onError ?? (() => {});
    const { maxQueueFrames = 1000 } = options;
    this.#missed = new MissedEventsReader({
      readHistory: options.readHistory ?? (async () => ({ complete: false, events: [] })),
      // The other half of the queue is for what follows.
      maxEvents: maxQueueFrames / 2,
      onError: this.#onError,
    });
    this.#outboxOptions = { flusher: this.#flusher, counters: this.counters, maxQueueFrames };
  }

  /** What is held now; all zero when everybody has left. */
  get size(): { members: number; groups: number; topics: number } {
    return { members: this.#members, groups: this.#groups.size, topics: this.#topics.size };
  }

  /** Events that wait for a turn of the loop to be executed. */
  get pending(): number {
    return this.#turns.pending;
  }

  /** An outgoing queue for one connection. It holds no timer and needs no closing; its members do. */
  openOutbox(sink: Sink): Outbox {
    return new Outbox(sink, this.#outboxOptions);
  }

  /**
   * Adds a member. It gets the current state of each topic first (none under EVERY), then every newer event; under
   * EVERY and REPLAY, a member that continues from a position gets what it has missed first.
   * @throws whatever opening a topic throws; then nothing is held
   */
  async join(request: JoinRequest): Promise<JoinedMember> {
    const topics = request.topics.map((name) => this.#hold(name));
    try {
      for (const topic of topics) if (topic.opening) await topic.opening;
    } catch (error) {
      for (const topic of topics) this.#letGo(topic);
      throw error;
    }
    const resumed = await this.#resume(request, topics);
    const group = this.#group(request);
    this.#turns.joined(group, request.owner ?? request.outbox);
    this.#turns.drain(group);
    const member = memberOf(request, group, resumed);
    this.#members += 1;
    this.#link(member, topics, request, resumed);
    return member;
  }

  /**
   * Tells the EVERY members of a topic that events are missing which have no sequence: at once by a notice, and in-band with
   * their next frame.
   */
  reportMissing(topic: string, reason: ResumeFailure): void {
    for (const channel of this.#topics.get(topic)?.channels ?? []) channel.missing(reason);
  }

  /** Removes a member and everything only it needed. Calling it again does nothing. */
  leave(member: JoinedMember): void {
    if (member.links.length === 0) return;
    this.#members -= 1;
    member.outbox.discard(member);
    for (const link of member.links) {
      const { channel } = link;
      channel.remove(link);
      if (channel.links.length === 0) {
        channel.group.forget(channel);
        channel.topic.channels.delete(channel);
        channel.dispose();
      }
      this.#letGo(channel.topic);
    }
    member.links.length = 0;
    if (member.group.channels.size > 0) return;
    this.#turns.left(member.group);
    this.#groups.delete(member.group.key);
    member.group.dispose();
  }

  dispose(): void {
    this.#turns.dispose();
    this.#flusher.dispose();
    for (const group of this.#groups.values()) group.dispose();
    for (const topic of this.#topics.values()) topic.close();
    this.#groups.clear();
    this.#topics.clear();
  }

  /** undefined: the client does not return */
  async #resume(request: JoinRequest, topics: readonly Topic[]): Promise<Resumed | undefined> {
    const { resume: resumption, from, rules } = request;
    if (!resumption) return undefined;
    const readMissed = () => this.#missed.read(topics, resumption);
    return POLICIES[rules.policy].resume({ topics, resumption, from, readMissed });
  }

  /** Links a member to its topics, and queues what it gets first. */
  #link(
    member: JoinedMember,
    topics: readonly Topic[],
    { resume, from }: JoinRequest,
    resumed: Resumed | undefined,
  ): void {
    const failure = resumed?.failure;
    const positions = resumed ? resumed.positions : from;
    const events = resumed?.events?.();
    // Until a member knows that it could not continue, its client must be found where it was.
    const lost = failure ? resume?.positions : undefined;
    let count = 0;
    for (const topic of topics) {
      const { name } = topic;
      const link = this.#channel(member.group, topic).add(member, positions?.get(name), lost?.get(name));
      if (events) count += link.channel.policy.bringUp(link, events.get(name) ?? []);
    }
    if (member.resume) member.resume.replayed = count;
    // The client learns at once, and not with the next event, that it missed something.
    if (failure && count === 0) member.links.some((link) => link.channel.policy.repeatNewest(link));
    if (member.links.every(({ behind }) => !behind)) reportResume(member);
  }

  #group({ key, rules }: JoinRequest): Group {
    let group = this.#groups.get(key);
    if (!group) {
      group = new Group(key, rules, this.counters, this.#turns);
      this.#groups.set(key, group);
    }
    return group;
  }

  #channel(group: Group, topic: Topic): Channel {
    let channel = group.channels.get(topic.name);
    if (!channel) {
      channel = new Channel(group, topic, this.#onError);
      group.channels.set(topic.name, channel);
      topic.channels.add(channel);
    }
    return channel;
  }

  #hold(name: string): Topic {
    let topic = this.#topics.get(name);
    if (!topic) {
      topic = new Topic(name, this.#openTopic);
      this.#topics.set(name, topic);
    }
    topic.holders += 1;
    return topic;
  }

  #letGo(topic: Topic): void {
    topic.holders -= 1;
    if (topic.holders > 0) return;
    topic.close();
    if (this.#topics.get(topic.name) === topic) this.#topics.delete(topic.name);
  }
}

function memberOf(request: JoinRequest, group: Group, resumed: Resumed | undefined): JoinedMember {
  const { outbox, prefix, operationId = null } = request;
  return {
    group,
    outbox,
    prefix,
    links: [],
    isResumable: group.policy.isResumable,
    resume: resumed && newResumeNote(resumed.failure),
    isResumeReported: false,
    operationId,
  };
}
