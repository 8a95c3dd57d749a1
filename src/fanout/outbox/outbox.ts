import type { Link, LinkNote, Member, MemberOutbox } from '../members/member.ts';
import { gapNotice, gapOf } from '../members/member-notices.ts';
import type { Notice } from '../notices/notice.ts';
import { MARKER, type SharedPayload } from '../payload/shared-payload.ts';
import type { ResumeNote } from '../positions/positions.ts';
import type { FanoutCounters } from './counters.ts';
import type { Flusher } from './flusher.ts';
import type { Sink } from './sink.ts';

export interface OutboxOptions {
  readonly flusher: Flusher;
  readonly counters: FanoutCounters;
  /**
   * Frames of EVERY and REPLAY members that may wait; then the oldest half of EVERY's is dropped and reported as a gap,
   * and REPLAY members continue from where events are stored.
   */
  readonly maxQueueFrames: number;
}

/**
 * One connection's outgoing queue. It never holds more than one frame per LATEST or CATCH_UP link, one page per REPLAY
 * link that is behind, and `maxQueueFrames` of the others, and those are references to bytes that all members share.
 */
export class Outbox implements MemberOutbox {
  /** Called when frames whose arrival matters were written, and nothing waits. @param isStored some were of REPLAY */
  onWritten: (isStored: boolean) => void = () => {};
  /** Receives what members should know at once that is not an event. The transport sets it. */
  onNotice: (notice: Notice) => void = () => {};
  readonly #sink: Sink;
  readonly #options: OutboxOptions;
  #links: Link[] = [];
  #payloads: SharedPayload[] = [];
  /** frames that count against the bound */
  #queued = 0;
  /** REPLAY links whose next page is fetched when all that waits was written */
  #behind: Link[] = [];
  /** frames that count were written since everything was written last */
  #unconfirmed = false;
  /** and some were of REPLAY */
  #isStored = false;
  #dirty = false;
  #stalledSince = 0;

  constructor(sink: Sink, options: OutboxOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  get length(): number {
    return this.#links.length;
  }

  /** How long writing to all outboxes took last, in ms. */
  get roundMs(): number {
    return this.#options.flusher.roundMs;
  }

  get stalledSince(): number {
    return this.#stalledSince;
  }

  isFull(): boolean {
    if (this.#queued < this.#options.maxQueueFrames) return false;
    // A burst within one turn is no slow reader: what it takes now makes room.
    this.flush();
    return this.#queued >= this.#options.maxQueueFrames;
  }

  push(link: Link, payload: SharedPayload): void {
    this.#links.push(link);
    this.#payloads.push(payload);
    this.#wake();
  }

  pushQueued(link: Link, payload: SharedPayload): void {
    this.#queued += 1;
    this.push(link, payload);
  }

  pushStored(link: Link, payload: SharedPayload): void {
    this.#isStored = true;
    this.pushQueued(link, payload);
  }

  replace(index: number, payload: SharedPayload): void {
    this.#payloads[index] = payload;
    this.#options.counters.conflated += 1;
  }

  conflate(): void {
    this.#options.counters.conflated += 1;
  }

  fallBehind(link: Link): void {
    link.behind = true;
    this.#behind.push(link);
    this.#wake();
  }

  replayed(link: Link, payloads: readonly SharedPayload[], upTo: number, isLive: boolean): void {
    for (const payload of payloads) {
      this.#links.push(link);
      this.#payloads.push(payload);
    }
    this.#queued += payloads.length;
    if (payloads.length > 0) this.#isStored = true;
    link.sent = upTo;
    if (isLive) link.behind = false;
    else this.#behind.push(link);
    this.#wake();
  }

  notify(notice: Notice): void {
    this.onNotice(notice);
  }

  /** The sink is ready again. */
  resume(): void {
    this.#stalledSince = 0;
    if (this.#links.length > 0 || this.#behind.length > 0) this.#wake();
  }

  flush(): void {
    this.#dirty = false;
    if (this.#links.length === 0 && this.#behind.length === 0) return;
    if (!this.#sink.ready) {
      if (this.#stalledSince === 0) this.#stalledSince = performance.now();
      return;
    }
    this.#settle();
    if (this.#queued > 0) this.#unconfirmed = true;
    if (this.#links.length > 0) this.#write();
    if (this.#links.length > 0) return;
    if (this.#unconfirmed) {
      const isStored = this.#isStored;
      this.#unconfirmed = false;
      this.#isStored = false;
      this.onWritten(isStored);
    }
    this.#replay();
  }

  /** Forgets what waits for one member, so that nothing follows its `complete`. */
  discard(member: Member): void {
    if (this.#links.some((link) => link.member === member)) this.#keep((link) => link.member !== member);
    if (this.#behind.length > 0) this.#behind = this.#behind.filter((link) => link.member !== member);
  }

  dropOldestHalf(): void {
    const { maxQueueFrames, counters } = this.#options;
    let left = Math.ceil(maxQueueFrames / 2);
    this.#keep((link, payload) => {
      if (left === 0 || !link.policy.isDroppable) return true;
      left -= 1;
      counters.dropped += 1;
      link.note ??= {};
      const { note } = link;
      if (note.gap) note.gap.to = payload.sequence;
      else note.gap = { from: payload.gapFrom ?? payload.sequence, to: payload.sequence };
      return false;
    });
  }

  #write(): void {
    const batch = { links: this.#links, payloads: this.#payloads };
    let sent = 0;
    do sent += this.#sink.send(batch, sent);
    while (sent < this.#links.length && this.#sink.ready);
    this.#options.counters.sent += sent;
    this.#release(sent);
  }

  #replay(): void {
    if (this.#behind.length === 0) return;
    const links = this.#behind;
    this.#behind = [];
    for (const link of links) link.policy.replay(link);
  }

  #wake(): void {
    // Whether the sink is ready is asked once a flush, not once an offer: the answer is far away in memory.
    if (this.#dirty || this.#stalledSince !== 0) return;
    this.#dirty = true;
    this.#options.flusher.add(this);
  }

  /** Replaces markers by merged payloads, and adds notes to the first frame after what they are about. */
  #settle(): void {
    let isEmpty = false;
    for (let i = 0; i < this.#links.length; i += 1) {
      const link = this.#links[i] as Link;
      let payload = this.#payloads[i] as SharedPayload;
      if (payload === MARKER) {
        link.behind = false;
        const merged = link.policy.catchUp(link);
        if (!merged) {
          isEmpty = true;
          continue;
        }
        payload = merged;
        this.#payloads[i] = merged;
      }
      if (link.note) {
        payload = this.#noted(link, link.note, payload);
        this.#payloads[i] = payload;
      }
      if (!link.policy.countsQueued) link.sent = payload.sequence;
    }
    if (isEmpty) this.#keep((_, payload) => payload !== MARKER);
  }

  #release(sent: number): void {
    const links = this.#links;
    for (let i = 0; i < sent; i += 1) {
      const link = links[i] as Link;
      link.slot = -1;
    }
    if (sent === links.length) {
      links.length = 0;
      this.#payloads.length = 0;
      this.#queued = 0;
      return;
    }
    let i = 0;
    this.#keep(() => i++ >= sent);
    this.#stalledSince = performance.now();
  }

  #keep(isWanted: (link: Link, payload: SharedPayload) => boolean): void {
    const links = this.#links;
    const payloads = this.#payloads;
    this.#links = [];
    this.#payloads = [];
    this.#queued = 0;
    for (let i = 0; i < links.length; i += 1) {
      const link = links[i] as Link;
      const payload = payloads[i] as SharedPayload;
      if (!isWanted(link, payload)) continue;
      link.policy.moved(link, this.#links.length);
      if (link.policy.isQueued) this.#queued += 1;
      this.#links.push(link);
      this.#payloads.push(payload);
    }
  }

  /** The frame with what its link has to say beside it; shared with no other member, which is rare. */
  #noted(link: Link, note: LinkNote, payload: SharedPayload): SharedPayload {
    const { member } = link;
    const { gap } = note;
    link.note = undefined;
    const resume = note.resume && member.resume;
    if (resume) this.#countResume(member, resume);
    if (!gap && !resume) return payload;
    const lost = gap && gapOf(link.channel.name, gap.from, gap.to, 'SLOW_READER');
    if (lost) this.notify(gapNotice(member, lost));
    return payload.withExtensions({ gap: lost, resume });
  }

  #countResume(member: Member, { recovered, replayed }: ResumeNote): void {
    const { counters } = this.#options;
    member.resume = undefined;
    if (recovered) counters.resumed += 1;
    else counters.expired += 1;
    counters.replayed += replayed;
  }
}
