/** How many connections each of some users has, on one instance. */
export type Counts = readonly (readonly [userId: string, connections: number])[];

/** What instances tell one another about themselves; all hear it. */
export type ClusterMessage =
  | {
      readonly kind: 'ALIVE';
      readonly instance: string;
      /** rises by one with every heartbeat, so that one that was lost is noticed */
      readonly beat: number;
      /** in how many scopes it has connections */
      readonly scopes: number;
      /** it has just begun to listen, and wants to know who is there */
      readonly hello: boolean;
    }
  | { readonly kind: 'BYE'; readonly instance: string }
  | {
      readonly kind: 'ASK';
      readonly instance: string;
      readonly scope: string;
      /** The position of each instance whose state the asker has: who is not there, or further, answers. */
      readonly known: readonly (readonly [instance: string, position: number])[];
    };

/** What an instance tells of its connections in one scope; heard by those who have the scope open. Position 0: it has none. */
export type ScopeMessage =
  | {
      readonly kind: 'CHANGED';
      readonly instance: string;
      /** the position that these changes lead on from; 0: before it there was nothing */
      readonly after: number;
      readonly position: number;
      /** the users that changed, 0 connections for who left */
      readonly users: Counts;
    }
  | { readonly kind: 'POSITION'; readonly instance: string; readonly position: number }
  | {
      readonly kind: 'STATE';
      readonly instance: string;
      readonly position: number;
      /** every user that has a connection */
      readonly users: Counts;
    };

/** @returns undefined: not such a message, maybe of another version */
export function parseClusterMessage(payload: unknown): ClusterMessage | undefined {
  if (!isRecord(payload)) return undefined;
  const { kind, instance, beat, scopes, hello, scope, known } = payload;
  if (typeof instance !== 'string') return undefined;
  if (kind === 'BYE') return { kind, instance };
  if (kind === 'ALIVE' && isCount(beat) && isCount(scopes)) {
    return { kind, instance, beat, scopes, hello: hello === true };
  }
  if (kind === 'ASK' && typeof scope === 'string' && isPairs(known)) return { kind, instance, scope, known };
  return undefined;
}

/** @returns undefined: not such a message, maybe of another version */
export function parseScopeMessage(payload: unknown): ScopeMessage | undefined {
  if (!isRecord(payload)) return undefined;
  const { kind, instance, after, position, users } = payload;
  if (typeof instance !== 'string' || !isCount(position)) return undefined;
  if (kind === 'POSITION') return { kind, instance, position };
  if (kind === 'STATE' && isPairs(users)) return { kind, instance, position, users };
  if (kind === 'CHANGED' && isCount(after) && isPairs(users))
    return { kind, instance, after, position, users };
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isPairs(value: unknown): value is (readonly [string, number])[] {
  return (
    Array.isArray(value) &&
    value.every((pair) => Array.isArray(pair) && typeof pair[0] === 'string' && isCount(pair[1]))
  );
}
