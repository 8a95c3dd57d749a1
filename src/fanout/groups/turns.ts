import type { BusEvent } from '../../bus/bus.ts';

/** One turn of the loop executes for so long, then lets other work in. */
const SLICE_MS = 4;
/** Events of one group that may wait; of more, the oldest is executed at once. */
const MAX_PENDING = 1000;

/** Identifies the user or connection that executions are made for. */
export type Owner = string | object;

/** An event that waits to be executed for one channel. */
export interface PendingExecution {
  readonly channel: SpreadChannel;
  event: BusEvent;
}

/** A channel as the rotation sees it. */
export interface SpreadChannel {
  readonly group: SpreadGroup;
  readonly policy: { readonly isConflating: boolean };
  /** LATEST: the event that waits. Only `Turns` sets it. */
  pending: PendingExecution | undefined;
  emit(event: BusEvent): void;
}

/** A group as the rotation sees it. */
export interface SpreadGroup {
  /** Events that wait for a turn, oldest first. Only `Turns` adds to it. */
  readonly pending: PendingExecution[];
  /** The user or connection that its executions are counted for. Only `Turns` sets it. */
  owner: Owner | undefined;
}

/**
 * Spreads the executions of many groups over turns of the loop. While there is time in this turn an event is executed
 * at once. The rest waits and is executed in the next turns, one execution per owner in rotation, so that the many
 * selections of one user do not delay the others. The events of one group are executed in order.
 */
export class Turns {
  readonly #waiting = new Map<Owner, Set<SpreadGroup>>();
  readonly #groupsOf = new Map<Owner, number>();
  #spentMs = 0;
  #immediate: NodeJS.Immediate | undefined;

  /** Events that wait to be executed. */
  get pending(): number {
    let count = 0;
    for (const groups of this.#waiting.values()) for (const { pending } of groups) count += pending.length;
    return count;
  }

  /** Executes an event for a channel, in this turn or a later one. */
  run(channel: SpreadChannel, event: BusEvent): void {
    const { group } = channel;
    if (group.pending.length === 0 && this.#spentMs < SLICE_MS) {
      this.#emit(channel, event);
      return;
    }
    // only the newest state counts, as with `maxPerSecond`; it keeps its place
    if (channel.pending) {
      channel.pending.event = event;
      return;
    }
    const job = { channel, event };
    if (channel.policy.isConflating) channel.pending = job;
    group.pending.push(job);
    if (group.pending.length > MAX_PENDING) this.#emitNext(group);
    this.#enqueue(group);
    this.#schedule();
  }

  /** Executes what waits for a group at once: a member that joins begins after it. */
  drain(group: SpreadGroup): void {
    while (group.pending.length > 0) this.#emitNext(group);
    this.#dequeue(group);
  }

  /** A member joined: its group is counted for whichever of its owners has the fewest groups. */
  joined(group: SpreadGroup, owner: Owner): void {
    if (group.owner === owner) return;
    if (group.owner !== undefined) {
      if (this.#load(owner) >= this.#load(group.owner) - 1) return;
      this.left(group);
    }
    group.owner = owner;
    this.#groupsOf.set(owner, this.#load(owner) + 1);
    if (group.pending.length > 0) this.#enqueue(group);
  }

  /** The group has no members any more. */
  left(group: SpreadGroup): void {
    const { owner } = group;
    if (owner === undefined) return;
    this.#dequeue(group);
    const load = this.#load(owner) - 1;
    if (load > 0) this.#groupsOf.set(owner, load);
    else this.#groupsOf.delete(owner);
    group.owner = undefined;
  }

  dispose(): void {
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    this.#waiting.clear();
  }

  #load(owner: Owner): number {
    return this.#groupsOf.get(owner) ?? 0;
  }

  #enqueue(group: SpreadGroup): void {
    const owner = group.owner ?? group;
    const groups = this.#waiting.get(owner);
    if (groups) groups.add(group);
    else this.#waiting.set(owner, new Set([group]));
  }

  #dequeue(group: SpreadGroup): void {
    const owner = group.owner ?? group;
    const groups = this.#waiting.get(owner);
    if (!groups?.delete(group) || groups.size > 0) return;
    this.#waiting.delete(owner);
  }

  #emitNext(group: SpreadGroup): void {
    const job = group.pending.shift();
    if (!job) return;
    job.channel.pending = undefined;
    this.#emit(job.channel, job.event);
  }

  #emit(channel: SpreadChannel, event: BusEvent): void {
    const startedAt = performance.now();
    channel.emit(event);
    this.#spentMs += performance.now() - startedAt;
    this.#schedule();
  }

  #schedule(): void {
    this.#immediate ??= setImmediate(this.#nextTurn);
  }

  readonly #nextTurn = (): void => {
    this.#immediate = undefined;
    this.#spentMs = 0;
    if (this.#waiting.size === 0) return;
    const startedAt = performance.now();
    while (this.#waiting.size > 0 && performance.now() - startedAt < SLICE_MS) this.#emitOne();
    // what comes in until the next turn has a slice of its own
    this.#spentMs = 0;
    if (this.#waiting.size > 0) this.#schedule();
  };

  /** Of the owner whose turn it is, one event of the group whose turn it is; both then go to the end. */
  #emitOne(): void {
    for (const [owner, groups] of this.#waiting) {
      this.#waiting.delete(owner);
      for (const group of groups) {
        groups.delete(group);
        this.#emitNext(group);
        if (group.pending.length > 0) groups.add(group);
        break;
      }
      if (groups.size > 0) this.#waiting.set(owner, groups);
      return;
    }
  }
}
