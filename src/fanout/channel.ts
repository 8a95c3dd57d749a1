import type { BusEvent } from '../bus/bus.ts';
import type { Tail } from './frame.ts';
import type { Group } from './group.ts';
import type { Link, Policy } from './link.ts';
import type { Member } from './member.ts';
import { gapNotice, gapOf, reportResume } from './member-notices.ts';
import { MissedTails } from './missed-tails.ts';
import { beginNumbering, continueNumbering } from './numbering.ts';
import type { Projection } from './projection.ts';
import { RecentTails } from './recent-tails.ts';
import { Replayer } from './replayer.ts';
import type { TopicPosition } from './resume.ts';
import type { Topic } from './topic.ts';
import type { PendingExecution } from './turns.ts';

/** One topic of one group: executes an event once and hands the same bytes to every member that listens to the topic. */
export class Channel {
  readonly policy: Policy;
  readonly group: Group;
  readonly topic: Topic;
  readonly links: Link[] = [];
  /** `maxPerSecond`: the earliest time of the next execution, in ms of `performance.now()` */
  dueAt = 0;
  /** LATEST: the event that waits for a turn of the loop. Kept by `Turns`. */
  pending: PendingExecution | undefined;
  /** of the newest event */
  epoch: string;
  readonly #projection: Projection;
  #last: Tail | undefined;
  #greeting: Tail | undefined;
  #waiting: BusEvent | undefined;
  readonly #missed = new MissedTails();
  #recent: RecentTails | undefined;
  readonly #replayer: Replayer | undefined;

  constructor(group: Group, topic: Topic, onError: (error: unknown) => void) {
    this.group = group;
    this.topic = topic;
    this.epoch = topic.latest?.epoch ?? '';
    this.policy = group.rules.policy;
    this.#projection = group.rules.project(topic.name);
    const { replay } = group.rules;
    if (replay) {
      this.#recent = new RecentTails(this.#head);
      this.#replayer = new Replayer({
        topic: topic.name,
        ...replay,
        encode: (projected) => this.#numbered(group.encode(projected)),
        head: () => this.#head,
        epoch: () => this.epoch,
        onError,
      });
    } else if (topic.latest && this.policy !== 'EVERY') this.emit(topic.latest);
  }

  get name(): string {
    return this.topic.name;
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

  /** The time that `maxPerSecond` left between two executions is over. */
  emitWaiting(now: number): void {
    const event = this.#waiting;
    if (!event) return;
    this.#waiting = undefined;
    this.dueAt = now + this.group.rules.minIntervalMs;
    this.#run(event);
  }

  /** Executes an event and offers the result to every member. */
  emit(event: BusEvent): void {
    if (event.epoch !== this.epoch) this.#renumber(event);
    const projected = this.#projection.next(event);
    if (!projected) return;
    const tail = this.#telling(event, this.group.encode(projected));
    tail.epoch = event.epoch;
    if (this.group.rules.onlyChanges && this.#last?.bytes === tail.bytes) return;
    this.#last = tail;
    this.#recent?.add(tail);
    const { links } = this;
    const { lostFrom, sequence } = event;
    if (lostFrom !== undefined && this.policy === 'EVERY') {
      const gap = gapOf(this.name, lostFrom, sequence - 1, 'OUTAGE');
      for (const { member } of links) member.outbox.notify(gapNotice(member, gap));
    }
    for (let i = 0; i < links.length; i += 1) {
      const link = links[i] as Link;
      link.member.outbox.offer(link, tail);
    }
  }

  /**
   * @param after the position up to which the member has everything; undefined: up to now
   * @param lost the position from which the member could not go on: it stays there until it knows
   */
  add(member: Member, after?: TopicPosition, lost?: TopicPosition): Link {
    const isOlder = this.policy === 'EVERY' && after !== undefined && after.epoch !== this.epoch;
    const link: Link = {
      member,
      channel: this,
      position: this.links.length,
      slot: -1,
      behind: false,
      sent: after ? (isOlder ? 0 : after.sequence) : this.#head,
      confirmed: 0,
      older: lost ?? (isOlder ? after : undefined),
      note: undefined,
    };
    link.confirmed = link.sent;
    if (member.resume) link.note = { resume: member.resume };
    this.links.push(link);
    member.links.push(link);
    if (this.policy === 'REPLAY') {
      if (link.sent < this.#head) member.outbox.fallBehind(link);
      return link;
    }
    const greeting = this.#greet();
    if (greeting) member.outbox.offer(link, greeting);
    return link;
  }

  /**
   * EVERY: queues what a member has missed, before anything newer. Those who missed the same share the frames.
   * @returns how many frames that were
   */
  bringUp(link: Link, events: readonly BusEvent[]): number {
    const { outbox } = link.member;
    let count = 0;
    for (const event of events) {
      const tail = this.#missed.get(event) ?? this.#encodeMissed(event);
      if (!tail) continue;
      count += 1;
      outbox.offer(link, tail);
    }
    return count;
  }

  /**
   * EVERY: queues the newest event once more, so that the member learns at once what its next frame tells.
   * @returns false: there is no event yet
   */
  repeatNewest(link: Link): boolean {
    const { latest } = this.topic;
    return latest !== undefined && this.bringUp(link, [latest]) > 0;
  }

  remove(link: Link): void {
    const last = this.links.pop();
    if (!last || last === link) return;
    this.links[link.position] = last;
    last.position = link.position;
  }

  /** CATCH_UP: one frame for a member that has everything up to `sequence`; undefined: it misses nothing. */
  catchUp(sequence: number): Tail | undefined {
    const projected = this.#projection.since(sequence);
    return projected && this.group.encode(projected);
  }

  /** REPLAY: brings a member that has everything up to `link.sent` on, by handing its outbox what comes next. */
  replay(link: Link): void {
    const recent = this.#recent?.after(link.sent);
    if (!recent) {
      this.#replayer?.replay(link);
      return;
    }
    const resume = link.note?.resume;
    if (resume?.recovered) resume.replayed = recent.length;
    reportResume(link.member);
    link.member.outbox.replayed(link, recent, Math.max(link.sent, this.#head), true);
  }

  dispose(): void {
    this.#replayer?.dispose();
  }

  #encodeMissed(event: BusEvent): Tail | undefined {
    const projected = this.#projection.next(event);
    if (!projected) return undefined;
    const tail = this.#telling(event, this.group.encode(projected));
    tail.epoch = event.epoch;
    this.#missed.set(event, tail);
    return tail;
  }

  /** EVERY: with what was lost before the event came here. */
  #telling({ lostFrom, sequence }: BusEvent, tail: Tail): Tail {
    if (lostFrom === undefined || this.policy !== 'EVERY') return tail;
    return tail.withExtensions({ gap: gapOf(this.name, lostFrom, sequence - 1, 'OUTAGE') });
  }

  get #head(): number {
    return this.topic.latest?.sequence ?? 0;
  }

  /** States and events may wait for a turn; merged deltas and stored events are read beside, so theirs may not. */
  #run(event: BusEvent): void {
    if (this.policy === 'LATEST' || this.policy === 'EVERY') this.group.turns.run(this, event);
    else this.emit(event);
  }

  #numbered(tail: Tail): Tail {
    tail.epoch = this.epoch;
    return tail;
  }

  /** A new numbering begins. */
  #renumber({ epoch, sequence }: BusEvent): void {
    const { links, policy } = this;
    // frames of both numberings must not be confused when they are written
    if (policy === 'EVERY') for (const link of links) link.member.outbox.flush();
    const before = this.epoch;
    this.epoch = epoch;
    if (policy === 'EVERY') for (const link of links) beginNumbering(link, before);
    if (policy !== 'REPLAY') return;
    // its first event is one that everybody has, or comes after what everybody has
    this.#recent = new RecentTails(sequence - 1);
    for (const link of links) continueNumbering(link, sequence - 1);
  }

  /** What a joiner gets: the bytes everybody has already, and nothing is executed, wherever they are whole states. */
  #greet(): Tail | undefined {
    if (this.policy === 'LATEST') return this.#last;
    const projected = this.#projection.snapshot();
    if (!projected) return undefined;
    if (this.#greeting?.sequence !== projected.sequence) this.#greeting = this.group.encode(projected);
    return this.#greeting;
  }
}
