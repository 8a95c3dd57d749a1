import type { Counts } from './presence-messages.ts';

interface LocalConnection {
  readonly userId: string;
  /** how often it entered; 0: it has left, and counts until its departure is told */
  entries: number;
  /** when its departure is told */
  leaving: NodeJS.Timeout | undefined;
}

/** Takes an entry back; calling it again does nothing. @param holdMs its departure is told after so long. @default at once */
export type Leave = (holdMs?: number) => void;

interface LocalScope {
  readonly connections: Map<string, LocalConnection>;
  readonly users: Map<string, number>;
  /** users whose count others have not been told */
  readonly unpublished: Set<string>;
  /** of what others were told; 0: nothing, or that nobody is here */
  position: number;
}

/** What others are to be told of a scope; see the message CHANGED. */
export interface LocalChanges {
  readonly scope: string;
  readonly after: number;
  readonly position: number;
  readonly users: Counts;
}

/** The connections of this instance, by scope. */
export class LocalPresence {
  readonly #scopes = new Map<string, LocalScope>();
  readonly #changed = new Set<string>();
  readonly #onChange: (scope: string, userId: string, connections: number) => void;
  /** Rises over all scopes, so that a scope that is forgotten and entered again has no position twice. */
  #position = 0;

  /** @param onChange a user now has so many connections here */
  constructor(onChange: (scope: string, userId: string, connections: number) => void) {
    this.#onChange = onChange;
  }

  /** Scopes that somebody is in. */
  get size(): number {
    return this.#scopes.size;
  }

  /** Somebody who comes while the departure of another of their connections waits takes its place: nobody is told. */
  enter(name: string, userId: string, connectionId: string): Leave {
    const scope = this.#scope(name);
    let connection = scope.connections.get(connectionId);
    if (connection) {
      clearTimeout(connection.leaving);
      connection.leaving = undefined;
    } else {
      connection = { userId, entries: 0, leaving: undefined };
      const isReturn = this.#takePlace(scope, userId);
      scope.connections.set(connectionId, connection);
      if (!isReturn) this.#count(name, scope, userId, 1);
    }
    connection.entries += 1;
    let inside = true;
    return (holdMs = 0) => {
      if (!inside) return;
      inside = false;
      this.#leave(name, scope, connectionId, holdMs);
    };
  }

  /** Tells nobody of departures that wait. */
  dispose(): void {
    for (const { connections } of this.#scopes.values()) {
      for (const { leaving } of connections.values()) clearTimeout(leaving);
    }
  }

  /** Removes a connection of the user that has left and still counts. @returns false: there is none */
  #takePlace({ connections }: LocalScope, userId: string): boolean {
    for (const [id, connection] of connections) {
      if (connection.userId !== userId || !connection.leaving) continue;
      clearTimeout(connection.leaving);
      connections.delete(id);
      return true;
    }
    return false;
  }

  /** The position that `usersOf` is at, once changes were taken; 0: nobody is here. */
  positionOf(scope: string): number {
    return this.#scopes.get(scope)?.position ?? 0;
  }

  usersOf(scope: string): Counts {
    return [...(this.#scopes.get(scope)?.users ?? [])];
  }

  /** What changed since the last call, for the others to be told. */
  takeChanges(): LocalChanges[] {
    const changes: LocalChanges[] = [];
    for (const name of this.#changed) {
      const scope = this.#scopes.get(name);
      if (!scope) continue;
      const after = scope.position;
      const users = [...scope.unpublished].map((userId) => [userId, scope.users.get(userId) ?? 0] as const);
      scope.unpublished.clear();
      if (scope.users.size > 0) this.#position += 1;
      else this.#scopes.delete(name);
      scope.position = scope.users.size > 0 ? this.#position : 0;
      // who came and went within a turn was never there for the others
      if (after > 0 || scope.position > 0)
        changes.push({ scope: name, after, position: scope.position, users });
    }
    this.#changed.clear();
    return changes;
  }

  #leave(name: string, scope: LocalScope, connectionId: string, holdMs: number): void {
    const connection = scope.connections.get(connectionId);
    if (!connection) return;
    connection.entries -= 1;
    if (connection.entries > 0) return;
    const depart = (): void => {
      scope.connections.delete(connectionId);
      this.#count(name, scope, connection.userId, -1);
    };
    if (holdMs > 0) connection.leaving = setTimeout(depart, holdMs);
    else depart();
  }

  #count(name: string, scope: LocalScope, userId: string, difference: number): void {
    const connections = (scope.users.get(userId) ?? 0) + difference;
    if (connections > 0) scope.users.set(userId, connections);
    else scope.users.delete(userId);
    scope.unpublished.add(userId);
    this.#changed.add(name);
    this.#onChange(name, userId, connections);
  }

  #scope(name: string): LocalScope {
    let scope = this.#scopes.get(name);
    if (!scope) {
      scope = { connections: new Map(), users: new Map(), unpublished: new Set(), position: 0 };
      this.#scopes.set(name, scope);
    }
    return scope;
  }
}
