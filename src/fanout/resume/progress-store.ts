import type { StoredPositions } from '../positions/positions.ts';

export type { StoredPositions };

/** Whose subscription it is. */
export interface ProgressRef {
  readonly userId: string;
  /** see `keyOf` */
  readonly key: string;
}

/** Where a subscription is. */
export interface Progress extends ProgressRef {
  /** Equal for the same selection, topics and arguments: another subscription under the same key does not go on there. */
  readonly identity: string;
  /** by topic, up to where the client is known to have everything */
  readonly positions: StoredPositions;
  /** `<start of a process>/<number of a subscription there>`: only this one writes it */
  readonly writer: string;
  /** the client's id of the operation, where the key identifies nobody; null: it does */
  readonly matchId: string | null;
  /** digest of the token; null: not known */
  readonly token: string | null;
  /** the connection is gone, and its client may come back */
  readonly isLost: boolean;
}

export interface FoundProgress extends Progress {
  /** it was lost for too long: its positions are no longer kept */
  readonly isGone: boolean;
}

/** What a client says that comes back and is identified by nothing. */
export interface LostQuery {
  readonly userId: string;
  readonly matchId: string;
  readonly identity: string;
}

/** A subscription that may be the one of a `LostQuery`. */
export interface LostCandidate {
  readonly key: string;
  readonly writer: string;
  readonly token: string | null;
  readonly positions: StoredPositions;
  /** its connection is known to be gone */
  readonly isLost: boolean;
  /** the process that writes it gives no signs of life */
  readonly isSilent: boolean;
  /** the last sign of life of that process; null: it gives none */
  readonly beat: string | null;
}

/**
 * Keeps progress where every instance, and the next start of this one, finds it. Each call takes many at once. Times are
 * the store's: the clocks of the instances do not matter.
 * @throws TickroomError SERVICE_UNAVAILABLE, from every call, when it cannot be reached
 */
export interface ProgressStore {
  /** What is known, in the order asked. */
  find(refs: readonly ProgressRef[]): Promise<readonly (FoundProgress | undefined)[]>;
  /** For each query, subscriptions that were lost at most `withinMs` ago, or may be. */
  findLost(queries: readonly LostQuery[], withinMs: number): Promise<readonly (readonly LostCandidate[])[]>;
  /** Forgets subscriptions that somebody goes on with. @returns for each whether it was still there, as its writer left it */
  take(refs: readonly (ProgressRef & Pick<Progress, 'writer'>)[]): Promise<readonly boolean[]>;
  /** Subscriptions begin: from now on only these writers write them. */
  begin(progress: readonly Progress[]): Promise<void>;
  /** Those that another writer has begun since are left alone; one that was pruned is there again. */
  update(progress: readonly Progress[]): Promise<void>;
  forget(refs: readonly (ProgressRef & Pick<Progress, 'writer'>)[]): Promise<void>;
  /** A process gives a sign of life, from when on those of its subscriptions that are not lost are live. */
  beat(session: string): Promise<void>;
  /**
   * Forgets the positions of what was not written for `keepMs`. That they were there is known for `rememberMs` more, where
   * the key identifies the client.
   */
  prune(keepMs: number, rememberMs: number): Promise<void>;
}
