/** Whose subscription it is: a client that comes back uses the same id. */
export interface ProgressRef {
  readonly userId: string;
  readonly operationId: string;
}

/** Where a subscription is. */
export interface Progress extends ProgressRef {
  /** Equal for the same selection, topics and arguments: another subscription under the same id does not go on there. */
  readonly identity: string;
  /** by topic */
  readonly positions: Readonly<Record<string, readonly [epoch: string, sequence: number]>>;
}

/** Keeps progress where every instance, and the next start of this one, finds it. Each call takes many at once. */
export interface ProgressStore {
  /** What is known, in the order asked. */
  find(refs: readonly ProgressRef[]): Promise<readonly (Progress | undefined)[]>;
  /** A subscription begins: from now on only this session writes its progress. */
  begin(session: string, progress: readonly Progress[], at: number): Promise<void>;
  /** Those that another session has begun since are left alone; one that was pruned is there again. */
  update(session: string, progress: readonly Progress[], at: number): Promise<void>;
  forget(session: string, refs: readonly ProgressRef[]): Promise<void>;
  /** Deletes what was not written since. */
  prune(before: number): Promise<void>;
}
