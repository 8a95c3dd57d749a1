import type { PresenceChange, PresenceState } from './presence-state.ts';

/** Users that a snapshot lists at most: those who entered first. */
const MAX_LISTED = 500;
/** A list that was too long is told whole again from here, so that a room at the limit is not told at every change. */
const LISTED_AGAIN = 450;

export interface PresenceMember {
  readonly userId: string;
  readonly connections: number;
}

/** Replaces what you hold. */
export interface PresenceSnapshot {
  readonly kind: 'SNAPSHOT';
  readonly users: number;
  readonly connections: number;
  /** in order of entering; the first 500 */
  readonly members: readonly PresenceMember[];
  /** false: there are more than are listed */
  readonly complete: boolean;
}

/** Many came and went at once, in a room too large to be listed whole: how many are there now. */
export interface PresenceTotals {
  readonly kind: 'TOTALS';
  readonly users: number;
  readonly connections: number;
}

/** What a subscriber of presence is told. */
export type PresenceUpdate = PresenceChange | PresenceSnapshot | PresenceTotals;

/**
 * A scope as it was last told: what a joiner gets, so that the next update leads on from it. It follows the live state
 * with pauses; so in a rush of joiners, all of one pause share a snapshot.
 */
export class PresenceView {
  /** of the last update; 1: as it was opened */
  sequence = 1;
  readonly #members: Map<string, number>;
  #connections: number;
  /** a list that is kept from snapshots and changes is right */
  #listed: boolean;
  #snapshot: { readonly sequence: number; readonly update: PresenceSnapshot } | undefined;

  constructor(state: PresenceState) {
    this.#members = new Map(state.members);
    this.#connections = state.connections;
    this.#listed = state.users <= MAX_LISTED;
  }

  get users(): number {
    return this.#members.size;
  }

  tell(change: PresenceChange): PresenceChange {
    this.#take(change);
    this.sequence += 1;
    return change;
  }

  /** Many changes as one update. */
  tellMany(changes: readonly PresenceChange[]): PresenceUpdate {
    for (const change of changes) this.#take(change);
    this.sequence += 1;
    if (this.users <= LISTED_AGAIN) this.#listed = true;
    return this.whole();
  }

  /** For those who were told TOTALS: the list, once the room is small enough. */
  tellIfListedAgain(): PresenceSnapshot | undefined {
    if (this.#listed || this.users > LISTED_AGAIN) return undefined;
    this.#listed = true;
    this.sequence += 1;
    return this.snapshot();
  }

  /** For who has heard nothing yet. Made once a sequence. */
  snapshot(): PresenceSnapshot {
    const { sequence } = this;
    if (this.#snapshot?.sequence !== sequence) this.#snapshot = { sequence, update: this.#list() };
    return this.#snapshot.update;
  }

  /** For who has missed something. */
  whole(): PresenceSnapshot | PresenceTotals {
    if (this.#listed) return this.snapshot();
    return {
      kind: 'TOTALS',
      users: this.users,
      connections: this.#connections,
    };
  }

  #take({ userId, userConnections, connections }: PresenceChange): void {
    if (userConnections > 0) this.#members.set(userId, userConnections);
    else this.#members.delete(userId);
    this.#connections = connections;
    if (this.users > MAX_LISTED) this.#listed = false;
  }

  #list(): PresenceSnapshot {
    const members: PresenceMember[] = [];
    for (const [userId, connections] of this.#members) {
      if (members.length === MAX_LISTED) break;
      members.push({ userId, connections });
    }
    return {
      kind: 'SNAPSHOT',
      users: this.users,
      connections: this.#connections,
      members,
      complete: members.length === this.users,
    };
  }
}
