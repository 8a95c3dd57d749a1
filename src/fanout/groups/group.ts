import type { FanoutCounters } from '../outbox/counters.ts';
import type { Projected } from '../payload/projection.ts';
import { SharedPayload } from '../payload/shared-payload.ts';
import { POLICIES } from '../policies/policies.ts';
import type { DeliveryPolicy } from '../policies/policy.ts';
import type { Channel, ChannelGroup } from './channel.ts';
import type { Execution, GroupRules } from './group-rules.ts';
import type { Owner, PendingExecution, Turns } from './turns.ts';

/** All members whose results are byte-identical. Its channels hold the members of each topic. */
export class Group implements ChannelGroup {
  readonly key: string;
  readonly rules: GroupRules;
  readonly policy: DeliveryPolicy;
  readonly channels = new Map<string, Channel>();
  readonly turns: Turns;
  pending: PendingExecution[] = [];
  owner: Owner | undefined;
  readonly #counters: FanoutCounters;
  readonly #execution: Execution;
  readonly #waiting = new Set<Channel>();
  #timer: NodeJS.Timeout | undefined;
  #wakesAt = 0;

  constructor(key: string, rules: GroupRules, counters: FanoutCounters, turns: Turns) {
    this.turns = turns;
    this.key = key;
    this.rules = rules;
    this.policy = POLICIES[rules.policy];
    this.#execution = rules.open();
    this.#counters = counters;
  }

  encode(projected: Projected): SharedPayload {
    this.#counters.executions += 1;
    return new SharedPayload(JSON.stringify(this.#execution.execute(projected.payload)), projected.sequence);
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
    this.#execution.close();
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
      // Timers fire up to a millisecond early.
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
