import type { BusEvent, BusHistory } from '../bus/bus.ts';
import { Channel } from './channel.ts';
import { newCounters } from './counters.ts';
import { Flusher } from './flusher.ts';
import { Group, type GroupRules } from './group.ts';
import type { Member } from './member.ts';
import { reportResume } from './member-notices.ts';
import { NoticeBoard } from './notice-board.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';
import { renumber } from './renumber.ts';
import {
  newResumeNote,
  type Positions,
  type ReadHistory,
  type ResumeFailure,
  type Resumption,
  type TopicPosition,
} from './resume.ts';
import type { Sink } from './sink.ts';
import { type OpenTopic, Topic } from './topic.ts';
import { type Owner, Turns } from './turns.ts';

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
  /** the member's own start of every frame, see `nextHead` */
  readonly head: string;
  /** the client's id of the operation, for notices. @default null */
  readonly operationId?: string | null | undefined;
  /** Goes on from there, which its first frame tells. @default from now on */
  readonly resume?: Resumption | undefined;
  /** REPLAY: where it begins when it does not go on. @default from now on */
  readonly from?: Positions | undefined;
}

interface MissedEvents {
  /** To be called once, in the turn in which the member joins. */
  events(): ReadonlyMap<string, readonly BusEvent[]>;
  readonly failure: ResumeFailure | undefined;
}

const NOTHING: BusHistory = { complete: true, events: [] };

/** Who listens to what. Everything between a published event and a socket hangs here. */
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
  readonly #readHistory: ReadHistory;
  readonly #maxMissed: number;
  readonly #histories = new Map<string, Promise<BusHistory>>();
  #members = 0;

  constructor(options: HubOptions) {
    this.#openTopic = options.openTopic;
    this.notices = options.notices ?? new NoticeBoard();
    this.#onError = options.onError ?? (() => {});
    this.#readHistory = options.readHistory ?? (async () => ({ complete: false, events: [] }));
    // so that what follows has room too
    this.#maxMissed = (options.maxQueueFrames ?? 1000) / 2;
    this.#outboxOptions = {
      flusher: this.#flusher,
      counters: this.counters,
      maxQueueFrames: options.maxQueueFrames ?? 1000,
    };
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
   * EVERY and REPLAY, one that goes on from somewhere gets what it has missed first.
   * @throws whatever opening a topic throws; then nothing is held
   */
  async join(request: JoinRequest): Promise<Member> {
    const topics = request.topics.map((name) => this.#hold(name));
    try {
      for (const topic of topics) if (topic.opening) await topic.opening;
    } catch (error) {
      for (const topic of topics) this.#letGo(topic);
      throw error;
    }
    const { resume } = request;
    const { policy } = request.rules;
    const isRead = resume && !resume.failure && policy === 'EVERY';
    const missed = isRead ? await this.#missed(topics, resume) : undefined;
    const renumbered = resume && policy === 'REPLAY' ? await renumber(topics, resume.positions) : undefined;
    const failure = resume?.failure ?? missed?.failure ?? (renumbered && 'EPOCH_CHANGED');
    const group = this.#group(request);
    this.#turns.joined(group, request.owner ?? request.outbox);
    this.#turns.drain(group);
    const member: Member = {
      group,
      outbox: request.outbox,
      head: request.head,
      links: [],
      resume: resume && newResumeNote(failure),
      isResumeReported: false,
      operationId: request.operationId ?? null,
    };
    this.#members += 1;
    const events = missed?.events();
    // of a numbering that is over, positions mean nothing
    const positions = renumbered ?? (failure ? request.from : (resume?.positions ?? request.from));
    const lost = failure ? resume?.positions : undefined;
    let count = 0;
    for (const topic of topics) {
      const { name, latest } = topic;
      // where it begins from now on, the newest event comes once more, so that its client learns at once
      const isRepeated = failure && policy === 'REPLAY' && !request.from && !renumbered;
      const after = isRepeated ? latest && positionBefore(latest) : positions?.get(name);
      const link = this.#channel(group, topic).add(member, after, lost?.get(name));
      if (events) count += link.channel.bringUp(link, events.get(name) ?? []);
    }
    if (member.resume) member.resume.replayed = count;
    if (failure && policy === 'EVERY' && count === 0) {
      member.links.some((link) => link.channel.repeatNewest(link));
    }
    if (member.links.every(({ behind }) => !behind)) reportResume(member);
    return member;
  }

  /** Removes a member and everything only it needed. Calling it again does nothing. */
  leave(member: Member): void {
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
  }

  dispose(): void {
    this.#turns.dispose();
    this.#flusher.dispose();
    for (const group of this.#groups.values()) group.dispose();
    for (const topic of this.#topics.values()) topic.close();
    this.#groups.clear();
    this.#topics.clear();
  }

  /** Of each topic, what was published since; what comes in while that is read is with it. */
  async #missed(topics: readonly Topic[], { positions }: Resumption): Promise<MissedEvents> {
    const taps = topics.map((topic) => topic.tap());
    const newest = topics.map(({ latest }) => latest);
    let histories: readonly BusHistory[] = [];
    let failure: ResumeFailure | undefined;
    try {
      histories = await Promise.all(
        topics.map(async ({ name }, i) => {
          const after = positions.get(name);
          // nothing was published before, so nothing was missed
          if (!after) return NOTHING;
          const history = await this.#sharedHistory(name, after);
          return reaches(history, after, newest[i]) ? history : this.#readHistory(name, after);
        }),
      );
      const count = histories.reduce((sum, { events }) => sum + events.length, 0);
      if (!histories.every(({ complete }) => complete)) failure = 'HISTORY_GONE';
      else if (count > this.#maxMissed) failure = 'TOO_MANY';
    } catch (error) {
      this.#onError(error);
      failure = 'HISTORY_GONE';
    }
    const events = (): ReadonlyMap<string, readonly BusEvent[]> => {
      const tapped = taps.map((stop) => stop());
      if (failure === 'TOO_MANY') return new Map();
      return new Map(topics.map(({ name }, i) => [name, merge(histories[i]?.events ?? [], tapped[i] ?? [])]));
    };
    return { events, failure };
  }

  /** Many who come back at once stand at the same place: one read is for all. It may be older than the one who asks. */
  #sharedHistory(topic: string, after: TopicPosition): Promise<BusHistory> {
    const key = `${topic} ${placeOf(after)}`;
    let reading = this.#histories.get(key);
    if (!reading) {
      reading = this.#readHistory(topic, after).finally(() => this.#histories.delete(key));
      this.#histories.set(key, reading);
    }
    return reading;
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

/** What was read, and of what came in meanwhile the rest. */
function merge(read: readonly BusEvent[], heard: readonly BusEvent[]): readonly BusEvent[] {
  const known = new Set(read.map(placeOf));
  return [...read, ...heard.filter((event) => !known.has(placeOf(event)))];
}

/** Whether it goes as far as the newest event there was when it was asked for. */
function reaches(
  { complete, events }: BusHistory,
  after: TopicPosition,
  newest: BusEvent | undefined,
): boolean {
  const last = events.at(-1) ?? after;
  return (
    complete && (newest === undefined || (last.epoch === newest.epoch && last.sequence >= newest.sequence))
  );
}

const positionBefore = ({ epoch, sequence }: BusEvent): TopicPosition => ({
  epoch,
  sequence: Math.max(0, sequence - 1),
});

const placeOf = ({ epoch, sequence }: TopicPosition): string => `${epoch}/${sequence}`;
