import type { Projection } from '../payload/projection.ts';
import type { PolicyName } from '../policies/policy.ts';
import type { CountReplay, ReadReplay } from '../topics/replay-page.ts';

/** Executes the selection of one group. */
export interface Execution {
  /** The result for one payload. Synchronous; must not throw: errors are part of the result. */
  execute(payload: unknown): object;
  close(): void;
}

/** How a group's events become frames. Equal for all members, since they share the group's key. */
export interface GroupRules {
  readonly policy: PolicyName;
  /** nothing is sent when the bytes equal the last ones of the topic */
  readonly onlyChanges: boolean;
  /** at least so long between two executions for one topic, in ms; 0: no limit */
  readonly minIntervalMs: number;
  /** makes the projection of one channel */
  readonly project: (topic: string) => Projection;
  /** Begins the executions of a group: called once per group, and closed with it. */
  readonly open: () => Execution;
  /** REPLAY: reads what a member has missed */
  readonly replay?: { readonly read: ReadReplay; readonly count: CountReplay } | undefined;
}
