import type { BusEvent, Position, PublishOptions } from '../bus.ts';
import { FencedError } from '../fenced.ts';
import type { MemoryBus } from '../memory/memory-bus.ts';
import type { RedisBus } from '../redis/redis-bus.ts';

/**
 * Receives events of an outage that were refused, since another instance leads by now: it may be asked to publish them.
 * @param token under which they were published
 */
export type OnRefused = (topic: string, payloads: readonly unknown[], token: number | undefined) => void;

export interface OutageBacklogOptions {
  readonly local: MemoryBus;
  readonly remote: RedisBus;
  /** Asks Redis; whoever fails has called `leave` before it rejects. */
  readonly ask: <T>(asking: () => Promise<T>) => Promise<T>;
  readonly onLost: (topic: string, count: number) => void;
  readonly onRefused: OnRefused;
  readonly onError: (error: unknown) => void;
}

interface UnderWay {
  readonly payload: object;
  readonly resolve: (event: BusEvent) => void;
  readonly reject: (error: FencedError) => void;
}

interface Line {
  /** the newest event that Redis is known to have, with all before it; undefined: that is not known */
  left: Position | undefined;
  /** given to Redis, which has not answered yet */
  underWay: UnderWay[];
  /** of what is told here alone, so many at the beginning were given to Redis before */
  doubtful: number;
  /** the fencing token of what was published last */
  token: number | undefined;
  /** events of a former publisher may be missing before the first one of this outage */
  mayMiss: boolean;
  /**
   * The fencing token under which Redis took an event last, and refused none since. Only under it the events of this process
   * continue those that Redis has: a former leader may have acknowledged more, which was lost with it.
   */
  taken: number | null | undefined;
}

/** Events of all topics together that are handed in after an outage; older ones count as lost. */
const MAX_HANDED_IN = 50_000;

/**
 * Events of lossless topics, on which this process alone publishes. Events that were published while Redis was away are
 * handed in when it is back, under the sequences that local listeners know. Events whose publication was under way are
 * delivered locally too; deduplicates by sequence across outages, however often Redis goes away in between.
 */
export class OutageBacklog {
  readonly #options: OutageBacklogOptions;
  readonly #lines = new Map<string, Line>();
  /** with events that only listeners here have heard */
  readonly #topics = new Set<string>();
  #outages = 0;

  constructor(options: OutageBacklogOptions) {
    this.#options = options;
  }

  /** Whether events wait to be handed in. */
  has(topic: string): boolean {
    return this.#topics.has(topic);
  }

  /** To be called while Redis is there. */
  publish(topic: string, payload: object, options?: PublishOptions): Promise<BusEvent> {
    const { ask, remote, onError } = this.#options;
    const line = this.#line(topic);
    line.token = options?.token;
    return new Promise((resolve, reject) => {
      const own: UnderWay = { payload, resolve, reject };
      line.underWay.push(own);
      ask(() => remote.publish(topic, payload, options)).then(
        (event) => {
          const at = line.underWay.indexOf(own);
          // Redis was away in between: it is numbered and told already
          if (at < 0) return;
          line.underWay.splice(at, 1);
          line.left = event;
          line.taken = options?.token ?? null;
          resolve(event);
        },
        (error: unknown) => {
          if (!(error instanceof FencedError)) return onError(error);
          const at = line.underWay.indexOf(own);
          if (at >= 0) line.underWay.splice(at, 1);
          line.taken = undefined;
          reject(error);
        },
      );
    });
  }

  /** To be called while Redis is away. */
  keep(topic: string, payload: object, options?: PublishOptions): Promise<BusEvent> {
    const line = this.#line(topic);
    const { token } = options ?? {};
    if (!this.#topics.has(topic)) {
      this.#begin(topic, line, token);
      if (line.mayMiss) line.left = undefined;
    }
    line.token = token;
    return this.#options.local.publish(topic, payload);
  }

  /** Redis turned out to be away: what is under way is told here, before anything newer. */
  leave(): void {
    this.#outages += 1;
    for (const [topic, line] of this.#lines) if (line.underWay.length > 0) this.#takeBack(topic, line);
  }

  /** Redis is back: to be called before anything is published there. */
  handIn(): void {
    const share = Math.max(1, Math.floor(MAX_HANDED_IN / this.#topics.size));
    for (const topic of this.#topics) this.#handIn(topic, this.#line(topic), share);
  }

  /** An event of an outage as its local listeners receive it: the first one says that events may be missing before it. */
  marked(topic: string, event: BusEvent): BusEvent {
    const isFirst = event.sequence === 1 && this.#lines.get(topic)?.mayMiss === true;
    return isFirst ? { ...event, isRestarted: true } : event;
  }

  /** Maps a Redis position to the local epoch, for clients that return while Redis is away. */
  here(topic: string, place: Position): Position {
    const left = this.#lines.get(topic)?.left;
    const newest = this.#options.local.newest(topic);
    const isSame = newest && left?.epoch === place.epoch && left.sequence <= place.sequence;
    return isSame ? { epoch: newest.epoch, sequence: place.sequence - left.sequence } : place;
  }

  #line(topic: string): Line {
    let line = this.#lines.get(topic);
    if (!line) {
      line = {
        left: this.#options.remote.position(topic),
        underWay: [],
        doubtful: 0,
        token: undefined,
        mayMiss: false,
        taken: undefined,
      };
      this.#lines.set(topic, line);
    }
    return line;
  }

  #begin(topic: string, line: Line, token: number | undefined): void {
    this.#topics.add(topic);
    const heard = this.#options.remote.position(topic);
    if (heard && (!line.left || aheadOf(line.left, heard) > 0)) line.left = heard;
    line.mayMiss = line.left !== undefined && line.taken !== (token ?? null);
  }

  #takeBack(topic: string, line: Line): void {
    const { local, remote } = this.#options;
    const newest = local.newest(topic);
    const heard = remote.position(topic);
    // Handed in and not confirmed: the topic continues in the local epoch.
    const from = this.#topics.has(topic) ? newest : line.left;
    const taken = from && heard ? aheadOf(from, heard) : 0;
    if (from && heard && taken > 0) {
      if (from === newest) this.#settle(topic, line, heard);
      line.left = heard;
      line.taken = line.token ?? null;
      for (const [i, { payload, resolve }] of line.underWay.splice(0, taken).entries()) {
        resolve({ topic, epoch: from.epoch, sequence: from.sequence + i + 1, payload });
      }
      if (line.underWay.length === 0) return;
    }
    if (!this.#topics.has(topic)) {
      this.#begin(topic, line, line.token);
      line.doubtful = line.underWay.length;
    }
    const to = taken > 0 ? heard : (from ?? line.left);
    const tellHere = line.underWay.splice(0);
    for (const { payload, resolve } of tellHere) local.publish(topic, payload).then(resolve);
    // should Redis have taken them, they are no news here
    if (to) remote.skipTo(topic, { epoch: to.epoch, sequence: to.sequence + tellHere.length });
  }

  #handIn(topic: string, line: Line, most: number): void {
    const { local, remote, ask, onLost, onRefused, onError } = this.#options;
    const newest = local.newest(topic);
    if (!newest) return;
    // without knowing where Redis was left, nobody can tell which of the doubtful it has: they count as lost
    const from = line.left ? 0 : line.doubtful;
    const events = local
      .kept(topic)
      .slice(-most)
      .filter(({ sequence }) => sequence > from);
    const outage = this.#outages;
    const undoSkip = remote.skipTo(topic, newest);
    ask(() =>
      remote.handIn(topic, {
        events,
        left: line.left,
        underWay: line.doubtful,
        token: line.token,
        isContinuation: !line.mayMiss,
      }),
    ).then(
      (count) => {
        // it has not settled: Redis is asked again when it is back
        if (outage !== this.#outages) return;
        this.#settle(topic, line, count > 0 ? newest : undefined);
        line.taken = count > 0 ? (line.token ?? null) : undefined;
        if (count === 0) undoSkip();
        if (count < newest.sequence) onLost(topic, newest.sequence - count);
      },
      (error: unknown) => {
        if (!(error instanceof FencedError)) return onError(error);
        this.#settle(topic, line, undefined);
        line.taken = undefined;
        undoSkip();
        onRefused(
          topic,
          events.map(({ payload }) => payload),
          line.token,
        );
      },
    );
  }

  #settle(topic: string, line: Line, left: Position | undefined): void {
    this.#topics.delete(topic);
    this.#options.local.forget(topic);
    line.left = left;
    line.doubtful = 0;
    line.mayMiss = false;
  }
}

/** By how many events, within one numbering. */
const aheadOf = (a: Position, b: Position): number => (a.epoch === b.epoch ? b.sequence - a.sequence : 0);
