import type { Channel } from './channel.ts';
import type { FanoutCounters } from './counters.ts';
import { Tail } from './frame.ts';
import type { Policy } from './link.ts';
import type { Projected, Projection } from './projection.ts';
import type { CountReplay, ReadReplay } from './replay.ts';
import type { Owner, PendingExecution, Turns } from './turns.ts';

/** How a group's events become frames. Equal for all who share a group's key. */
export interface GroupRules {
  readonly policy: Policy;
  /** send nothing when the bytes equal the last ones of that topic */
  readonly onlyChanges: boolean;
  /** at least so long between two executions for one topic; 0: no limit */
  readonly minIntervalMs: number;
  /** makes the projection of one channel */
  readonly project: (topic: string) => Projection;
  /** Executes the selection on one payload. Synchronous; must not throw: errors are part of the result. */
  readonly execute: (payload: unknown) => object;
  /** REPLAY: reads what a member has missed */
  readonly replay?: { readonly read: ReadReplay; readonly count: CountReplay } | undefined;
}

/** All members whose results are byte-identical. Its channels hold who listens to which topic. */
export class Group {
  readonly key: string;
  readonly rules: GroupRules;
  readonly channels = new Map<string, Channel>();
  readonly turns: Turns;
  /** Events that wait for a turn of the loop, oldest first. Kept by `turns`. */
  pending: PendingExecution[] = [];
  /** The user or connection that its executions are counted for. Kept by `turns`. */
  owner: Owner | undefined;
  readonly #counters: FanoutCounters;
  readonly #waiting = new Set<Channel>();
  #timer: NodeJS.Timeout | undefined;
  #wakesAt = 0;

  constructor(key: string, rules: GroupRules, counters: FanoutCounters, turns: Turns) {
    this.turns = turns;
    this.key = key;
    this.rules = rules;
    this.#counters = counters;
  }

  encode(projected: Projected): Tail {
    this.#counters.executions += 1;
    return new Tail(JSON.stringify(this.rules.execute(projected.payload)), projected.sequence);
  }

  /** Runs the channel's waiting event when it is due; one timer serves the whole group. */
  wait(channel: Channel): void {
    this.#waiting.add(channel);
    if (!this.#timer || channel.dueAt < this.#wakesAt) this.#arm(channel.dueAt);
  }

  forget(channel: Channel): void {
    this.channels.delete(channel.name);
    this.#waiting.delete(channel);
    if (this.pending.length > 0) this.pending = this.pending.filter((job) => job.channel !== channel);
    if (this.#waiting.size === 0) this.#disarm();
  }

  dispose(): void {
    this.#disarm();
    for (const channel of this.channels.values()) channel.dispose();
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(at: number): void {
    clearTimeout(this.#timer);
    this.#wakesAt = at;
    this.#timer = setTimeout(this.#wake, Math.max(1, at - performance.now()));
  }

  readonly #wake = (): void => {
    this.#timer = undefined;
    const now = performance.now();
    let earliest = Number.POSITIVE_INFINITY;
    for (const channel of this.#waiting) {
      // timers fire up to a millisecond early
      if (channel.dueAt - now < 1) {
        this.#waiting.delete(channel);
        channel.emitWaiting(now);
      } else {
        earliest = Math.min(earliest, channel.dueAt);
      }
    }
    if (earliest !== Number.POSITIVE_INFINITY) this.#arm(earliest);
  };
}
