import type { Counts } from './presence-messages.ts';

export type PresenceChangeKind = 'USER_JOINED' | 'USER_LEFT' | 'CONNECTION_JOINED' | 'CONNECTION_LEFT';

/** One user's connections changed. A user's first one is USER_JOINED and the last one USER_LEFT, and nothing else. */
export interface PresenceChange {
  readonly kind: PresenceChangeKind;
  readonly userId: string;
  /** all users after the change */
  readonly users: number;
  /** all connections after the change */
  readonly connections: number;
  /** the user's own after the change; may have changed by more than one */
  readonly userConnections: number;
}

/** Who is connected in a scope, on all instances. Live: it changes in place. */
export interface PresenceState {
  /** user → number of connections, at least 1; in order of entering */
  readonly members: ReadonlyMap<string, number>;
  readonly users: number;
  readonly connections: number;
}

/** What the instances have in one scope, added up. Every change costs the same, however many are there. */
export class MergedPresence implements PresenceState {
  readonly members = new Map<string, number>();
  connections = 0;
  readonly #instances = new Map<string, Map<string, number>>();
  readonly #onChange: (change: PresenceChange) => void;

  constructor(onChange: (change: PresenceChange) => void) {
    this.#onChange = onChange;
  }

  get users(): number {
    return this.members.size;
  }

  /** A user now has so many connections on an instance. */
  set(instance: string, userId: string, connections: number): void {
    let own = this.#instances.get(instance);
    const difference = connections - (own?.get(userId) ?? 0);
    if (difference === 0) return;
    if (!own) {
      own = new Map();
      this.#instances.set(instance, own);
    }
    if (connections > 0) own.set(userId, connections);
    else own.delete(userId);
    if (own.size === 0) this.#instances.delete(instance);

    const before = this.members.get(userId) ?? 0;
    const userConnections = before + difference;
    if (userConnections > 0) this.members.set(userId, userConnections);
    else this.members.delete(userId);
    this.connections += difference;
    this.#onChange({
      kind: kindOf(before, userConnections),
      userId,
      users: this.users,
      connections: this.connections,
      userConnections,
    });
  }

  /** These are all the users of an instance. */
  replace(instance: string, users: Counts): void {
    const gone = new Set(this.#instances.get(instance)?.keys());
    for (const [userId, connections] of users) {
      gone.delete(userId);
      this.set(instance, userId, connections);
    }
    for (const userId of gone) this.set(instance, userId, 0);
  }
}

function kindOf(before: number, after: number): PresenceChangeKind {
  if (before === 0) return 'USER_JOINED';
  if (after === 0) return 'USER_LEFT';
  return after > before ? 'CONNECTION_JOINED' : 'CONNECTION_LEFT';
}
