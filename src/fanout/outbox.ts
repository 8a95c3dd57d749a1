import type { FanoutCounters } from './counters.ts';
import type { Flusher } from './flusher.ts';
import { Tail } from './frame.ts';
import type { Link, LinkNote } from './link.ts';
import type { Member } from './member.ts';
import { gapNotice, gapOf } from './member-notices.ts';
import type { Notice } from './notice.ts';
import type { ResumeNote } from './resume.ts';
import type { Sink } from './sink.ts';

/** Stands in the queue for whatever the member will have missed by the time it is written. */
const CATCH_UP = new Tail('{}', 0);

export interface OutboxOptions {
  readonly flusher: Flusher;
  readonly counters: FanoutCounters;
  /**
   * Frames of EVERY and REPLAY members that may wait; then the oldest half of EVERY's is dropped and reported as a gap,
   * and REPLAY members go on from where events are stored.
   */
  readonly maxQueueFrames: number;
}

/**
 * One connection's outgoing queue. It never holds more than one frame per LATEST or CATCH_UP link, one page per REPLAY
 * link that is behind, and `maxQueueFrames` of the others, and those are references to bytes that all members share.
 */
export class Outbox {
  /** Told when frames were written whose arrival matters, and nothing waits. @param isStored there were some of REPLAY */
  onWritten: (isStored: boolean) => void = () => {};
  /** Receives what members should know at once that is not an event. Set by whoever passes notices to the client. */
  onNotice: (notice: Notice) => void = () => {};
  readonly #sink: Sink;
  readonly #options: OutboxOptions;
  #links: Link[] = [];
  #tails: Tail[] = [];
  /** frames of EVERY and REPLAY */
  #queued = 0;
  /** REPLAY links whose next page is fetched when all that waits was written */
  #behind: Link[] = [];
  /** frames of EVERY or REPLAY were written since everything was written last */
  #unconfirmed = false;
  /** and some were of REPLAY */
  #isStored = false;
  #dirty = false;
  #stalledSince = 0;

  constructor(sink: Sink, options: OutboxOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /** Frames that wait. */
  get length(): number {
    return this.#links.length;
  }

  /** How long writing to all outboxes took last. */
  get roundMs(): number {
    return this.#options.flusher.roundMs;
  }

  /** Since when the peer has taken nothing although frames wait, in ms of `performance.now()`; 0: it keeps up. */
  get stalledSince(): number {
    return this.#stalledSince;
  }

  /** Queues one frame by its link's policy. This is the whole cost of a delivery until the write. */
  offer(link: Link, tail: Tail): void {
    switch (link.channel.policy) {
      case 'LATEST':
        if (link.slot >= 0) {
          this.#tails[link.slot] = tail;
          this.#options.counters.conflated += 1;
          return;
        }
        link.slot = this.#links.length;
        break;
      case 'CATCH_UP':
        if (link.behind) {
          this.#options.counters.conflated += 1;
          return;
        }
        if (this.#stalledSince !== 0) {
          link.behind = true;
          tail = CATCH_UP;
        }
        break;
      case 'EVERY':
        if (this.#isFull()) this.#dropOldestHalf();
        this.#queued += 1;
        break;
      case 'REPLAY':
        // the replay brings it, or has brought it
        if (link.behind || tail.sequence <= link.sent) return;
        if (this.#stalledSince !== 0 || this.#isFull()) {
          this.fallBehind(link);
          return;
        }
        this.#queued += 1;
        this.#isStored = true;
        link.sent = tail.sequence;
        break;
    }
    this.#links.push(link);
    this.#tails.push(tail);
    this.#wake();
  }

  /** REPLAY: from now on the link gets its frames by `channel.replay`, until it has caught up. */
  fallBehind(link: Link): void {
    link.behind = true;
    this.#behind.push(link);
    this.#wake();
  }

  /**
   * REPLAY: queues what a link that is behind has missed.
   * @param upTo with these it has everything up to here
   * @param isLive it has caught up, and takes offers again
   */
  replayed(link: Link, tails: readonly Tail[], upTo: number, isLive: boolean): void {
    for (const tail of tails) {
      this.#links.push(link);
      this.#tails.push(tail);
    }
    this.#queued += tails.length;
    if (tails.length > 0) this.#isStored = true;
    link.sent = upTo;
    if (isLive) link.behind = false;
    else this.#behind.push(link);
    this.#wake();
  }

  /** Passes a notice on at once, whatever waits here. */
  notify(notice: Notice): void {
    this.onNotice(notice);
  }

  /** The sink is ready again. */
  resume(): void {
    this.#stalledSince = 0;
    if (this.#links.length > 0 || this.#behind.length > 0) this.#wake();
  }

  /** Writes what waits, as far as the sink takes it. */
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

  #write(): void {
    const batch = { links: this.#links, tails: this.#tails };
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
    for (const link of links) link.channel.replay(link);
  }

  /** A burst within one turn is no slow reader: what it takes now makes room. */
  #isFull(): boolean {
    if (this.#queued < this.#options.maxQueueFrames) return false;
    this.flush();
    return this.#queued >= this.#options.maxQueueFrames;
  }

  #wake(): void {
    // whether the sink is ready is asked once a flush, not once an offer: the answer is far away in memory
    if (this.#dirty || this.#stalledSince !== 0) return;
    this.#dirty = true;
    this.#options.flusher.add(this);
  }

  /** Replaces markers by merged payloads, and tells gaps on the first frame after them. */
  #settle(): void {
    let nothing = false;
    for (let i = 0; i < this.#links.length; i += 1) {
      const link = this.#links[i] as Link;
      let tail = this.#tails[i] as Tail;
      if (tail === CATCH_UP) {
        link.behind = false;
        const merged = link.channel.catchUp(link.sent);
        if (merged) {
          tail = merged;
          this.#tails[i] = merged;
        } else {
          nothing = true;
        }
      }
      if (link.note && tail !== CATCH_UP) {
        tail = this.#noted(link, link.note, tail);
        this.#tails[i] = tail;
      }
      if (tail !== CATCH_UP && link.channel.policy !== 'REPLAY') link.sent = tail.sequence;
    }
    if (nothing) this.#keep((_, tail) => tail !== CATCH_UP);
  }

  #release(sent: number): void {
    const links = this.#links;
    for (let i = 0; i < sent; i += 1) {
      const link = links[i] as Link;
      link.slot = -1;
    }
    if (sent === links.length) {
      links.length = 0;
      this.#tails.length = 0;
      this.#queued = 0;
      return;
    }
    let i = 0;
    this.#keep(() => i++ >= sent);
    this.#stalledSince = performance.now();
  }

  #dropOldestHalf(): void {
    const { maxQueueFrames, counters } = this.#options;
    let left = Math.ceil(maxQueueFrames / 2);
    this.#keep((link, tail) => {
      if (left === 0 || link.channel.policy !== 'EVERY') return true;
      left -= 1;
      counters.dropped += 1;
      link.note ??= {};
      const { note } = link;
      if (note.gap) note.gap.to = tail.sequence;
      else note.gap = { from: tail.gapFrom ?? tail.sequence, to: tail.sequence };
      return false;
    });
  }

  #keep(wanted: (link: Link, tail: Tail) => boolean): void {
    const links = this.#links;
    const tails = this.#tails;
    this.#links = [];
    this.#tails = [];
    this.#queued = 0;
    for (let i = 0; i < links.length; i += 1) {
      const link = links[i] as Link;
      const tail = tails[i] as Tail;
      if (!wanted(link, tail)) continue;
      if (link.channel.policy === 'LATEST') link.slot = this.#links.length;
      else if (link.channel.policy !== 'CATCH_UP') this.#queued += 1;
      this.#links.push(link);
      this.#tails.push(tail);
    }
  }

  /** Adds what a link has to tell; shared with nobody, which is rare. */
  #noted(link: Link, note: LinkNote, tail: Tail): Tail {
    const { member } = link;
    const { gap } = note;
    link.note = undefined;
    const resume = note.resume && member.resume;
    if (resume) this.#tellResume(member, resume);
    if (!gap && !resume) return tail;
    const lost = gap && gapOf(link.channel.name, gap.from, gap.to, 'SLOW_READER');
    if (lost) this.notify(gapNotice(member, lost));
    return tail.withExtensions({ gap: lost, resume });
  }

  #tellResume(member: Member, { recovered, replayed }: ResumeNote): void {
    const { counters } = this.#options;
    member.resume = undefined;
    if (recovered) counters.resumed += 1;
    else counters.expired += 1;
    counters.replayed += replayed;
  }
}
