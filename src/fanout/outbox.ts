import type { FanoutCounters } from './counters.ts';
import type { Flusher } from './flusher.ts';
import { Tail } from './frame.ts';
import type { Link } from './link.ts';
import type { Member } from './member.ts';
import type { Sink } from './sink.ts';

/** Stands in the queue for whatever the member will have missed by the time it is written. */
const CATCH_UP = new Tail('{}', 0);

export interface OutboxOptions {
  readonly flusher: Flusher;
  readonly counters: FanoutCounters;
  /** Frames of EVERY members that may wait; then the oldest half is dropped and reported as a gap. */
  readonly maxQueueFrames: number;
}

/**
 * One connection's outgoing queue. It never holds more than one frame per LATEST or CATCH_UP link and
 * `maxQueueFrames` of the others, and those are references to bytes that all members share.
 */
export class Outbox {
  readonly #sink: Sink;
  readonly #options: OutboxOptions;
  #links: Link[] = [];
  #tails: Tail[] = [];
  #queuedEvery = 0;
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
        // a burst within one turn is no slow reader: what it takes now need not be dropped
        if (this.#queuedEvery >= this.#options.maxQueueFrames) this.flush();
        if (this.#queuedEvery >= this.#options.maxQueueFrames) this.#dropOldestHalf();
        this.#queuedEvery += 1;
        break;
    }
    this.#links.push(link);
    this.#tails.push(tail);
    this.#wake();
  }

  /** The sink is ready again. */
  resume(): void {
    this.#stalledSince = 0;
    if (this.#links.length > 0) this.#wake();
  }

  /** Writes what waits, as far as the sink takes it. */
  flush(): void {
    this.#dirty = false;
    if (this.#links.length === 0) return;
    if (!this.#sink.ready) {
      if (this.#stalledSince === 0) this.#stalledSince = performance.now();
      return;
    }
    this.#settle();
    if (this.#links.length === 0) return;
    const batch = { links: this.#links, tails: this.#tails };
    let sent = 0;
    do sent += this.#sink.send(batch, sent);
    while (sent < this.#links.length && this.#sink.ready);
    this.#options.counters.sent += sent;
    this.#release(sent);
  }

  /** Forgets what waits for one member, so that nothing follows its `complete`. */
  discard(member: Member): void {
    if (this.#links.some((link) => link.member === member)) this.#keep((link) => link.member !== member);
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
      } else if (link.gap) {
        tail = tail.withGap({ ...link.gap, topic: link.channel.name, reason: 'SLOW_READER' });
        this.#tails[i] = tail;
        link.gap = undefined;
      }
      link.sent = tail === CATCH_UP ? link.sent : tail.sequence;
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
      this.#queuedEvery = 0;
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
      if (link.gap) link.gap.to = tail.sequence;
      else link.gap = { from: tail.gapFrom ?? tail.sequence, to: tail.sequence };
      return false;
    });
  }

  #keep(wanted: (link: Link, tail: Tail) => boolean): void {
    const links = this.#links;
    const tails = this.#tails;
    this.#links = [];
    this.#tails = [];
    this.#queuedEvery = 0;
    for (let i = 0; i < links.length; i += 1) {
      const link = links[i] as Link;
      const tail = tails[i] as Tail;
      if (!wanted(link, tail)) continue;
      if (link.channel.policy === 'LATEST') link.slot = this.#links.length;
      if (link.channel.policy === 'EVERY') this.#queuedEvery += 1;
      this.#links.push(link);
      this.#tails.push(tail);
    }
  }
}
