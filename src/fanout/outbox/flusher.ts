/** What is written at a flush. */
export interface Flushable {
  flush(): void;
}

/** At the longest, events wait so long to leave together. */
const MAX_DELAY_MS = 20;
/** One turn of the loop writes so long, then lets others in. */
const SLICE_MS = 8;
const CHECK_EVERY = 64;

/**
 * Decides when outboxes are written. Idle: at the end of this turn of the loop. Under load it pauses as long as the
 * last round took, so that events leave together and writing takes at most about half of the time.
 */
export class Flusher {
  #dirty: Flushable[] = [];
  #round: Flushable[] = [];
  #next = 0;
  #immediate: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #roundCostMs = 0;
  #roundEndedAt = 0;
  #scheduled = false;

  /** How long the last round of writes took, in ms: a measure of the load. */
  get roundMs(): number {
    return this.#roundCostMs;
  }

  add(outbox: Flushable): void {
    this.#dirty.push(outbox);
    if (!this.#scheduled) this.#schedule();
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#immediate) clearImmediate(this.#immediate);
    this.#dirty = [];
    this.#round = [];
  }

  #schedule(): void {
    this.#scheduled = true;
    const rest = this.#roundEndedAt + Math.min(this.#roundCostMs, MAX_DELAY_MS) - performance.now();
    if (rest >= 1) this.#timer = setTimeout(this.#start, rest);
    else this.#immediate = setImmediate(this.#start);
  }

  readonly #start = (): void => {
    this.#round = this.#dirty;
    this.#dirty = [];
    this.#next = 0;
    this.#roundCostMs = 0;
    this.#write();
  };

  readonly #write = (): void => {
    const round = this.#round;
    const startedAt = performance.now();
    let now = startedAt;
    while (this.#next < round.length && now - startedAt < SLICE_MS) {
      const end = Math.min(this.#next + CHECK_EVERY, round.length);
      for (; this.#next < end; this.#next += 1) round[this.#next]?.flush();
      now = performance.now();
    }
    this.#roundCostMs += now - startedAt;
    if (this.#next < round.length) {
      this.#immediate = setImmediate(this.#write);
      return;
    }
    this.#round = [];
    this.#roundEndedAt = now;
    this.#scheduled = false;
    if (this.#dirty.length > 0) this.#schedule();
  };
}
