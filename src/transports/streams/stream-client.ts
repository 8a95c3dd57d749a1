import { createHash, randomUUID } from 'node:crypto';
import { bearerToken, digestOf } from '../../auth/credentials.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { LOST_WITHIN_MS } from '../../fanout/resume/lost-subscriptions.ts';
import type { NamedOperation } from '../../graphql/live/progress.ts';
import { BoundedMap } from '../../primitives/bounded-map.ts';

/** One that is shorter may be somebody else's, too. */
const LEAST_SESSION = 20;
const MAX_NAME = 100;
const MAX_LOST = 10_000;

/** What is known of a client by its request for a streamed answer. */
export interface StreamClient {
  /** What the client calls itself in `extensions.session`, as a name of its own user's. */
  readonly noticesOf: string | undefined;
  /** By which its subscription is found again; undefined: its events have ids, which it sends when it comes back. */
  readonly operation: NamedOperation | undefined;
  /** What the client calls its subscription; null: nothing. */
  readonly label: string | null;
  /** Equal for requests that may be of one client without a token, and the same in everything. */
  readonly likeness: string;
}

interface Params {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: { readonly session?: unknown; readonly operationId?: unknown } | null;
}

/**
 * Reads `extensions.operationId`, which graphql-sse's protocol has for the id of an operation, and `extensions.session`.
 * The library for distinct connections sends neither by itself, and no `Last-Event-ID`.
 */
export function streamClient(
  params: Params,
  { method, headers }: Request,
  { viewer, address = '' }: { readonly viewer: Viewer | null; readonly address?: string | undefined },
): StreamClient {
  const { query, operationName, variables, extensions } = params;
  const session = nameIn(extensions?.session, LEAST_SESSION);
  const operationId = nameIn(extensions?.operationId, 1);
  return {
    noticesOf: session && JSON.stringify([viewer?.id ?? null, session]),
    label: operationId ?? null,
    operation:
      method === 'GET' && operationId === undefined
        ? undefined
        : {
            // a program may subscribe to the same several times, so its session alone identifies none of them
            operationId: operationId ?? (session === undefined ? '' : `session:${digestOf(session)}`),
            connection: {
              id: randomUUID(),
              session: operationId === undefined ? undefined : session,
              token: digestOf(bearerToken(headers.get('authorization')) ?? ''),
            },
          },
    likeness: createHash('sha256')
      .update(JSON.stringify([address, query, operationName, variables, operationId, session]))
      .digest('base64url'),
  };
}

/**
 * Clients without a token whose streams were lost a short while ago, at this instance. Their positions are not kept: a
 * client that returns gets `SESSION_UNKNOWN`.
 */
export class LostStrangers {
  readonly #lost = new BoundedMap<string, number>(MAX_LOST);

  lost(likeness: string): void {
    this.#lost.set(likeness, performance.now());
  }

  /** Whether a client may be one of them. It counts once. */
  isBack(likeness: string): boolean {
    const lostAt = this.#lost.get(likeness);
    this.#lost.delete(likeness);
    return lostAt !== undefined && performance.now() - lostAt < LOST_WITHIN_MS;
  }
}

const nameIn = (value: unknown, leastLength: number): string | undefined =>
  typeof value === 'string' && value.length >= leastLength && value.length <= MAX_NAME ? value : undefined;
