import { createHash } from 'node:crypto';
import { TickroomError } from '../errors.ts';

const BEARER = /^Bearer +(\S+)$/i;

function fromHeader(value: unknown): string {
  const token = typeof value === 'string' ? BEARER.exec(value)?.[1] : undefined;
  if (token) return token;
  throw new TickroomError('AUTH_FAILED', 'authorization must read "Bearer <token>".');
}

/**
 * The token of an `Authorization` header; undefined when there is none.
 * @throws TickroomError AUTH_FAILED when there is one that holds no bearer token
 */
export function bearerToken(header: string | null | undefined): string | undefined {
  return header === null || header === undefined ? undefined : fromHeader(header);
}

/** A digest that tells tokens apart, and does not tell them. */
export const digestOf = (token: string): string =>
  createHash('sha256').update(token).digest('base64url').slice(0, 22);

const SESSION = /^[\x21-\x7e]{1,100}$/;

/**
 * What a client calls itself in a connection_init payload, `{"session": "…"}`; undefined: nothing.
 * @throws TickroomError INVALID_INPUT
 */
export function sessionFromConnectionParams(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null || !('session' in params)) return undefined;
  const { session } = params;
  if (session === undefined || session === null) return undefined;
  if (typeof session === 'string' && SESSION.test(session)) return session;
  throw new TickroomError(
    'INVALID_INPUT',
    'session must be 1 to 100 visible ASCII characters: draw a random one when your program starts.',
  );
}

/**
 * The token of a connection_init payload: `{"authorization": "Bearer …"}` (the key in any case) or `{"token": "…"}`.
 * @throws TickroomError AUTH_FAILED when one is there but cannot be one: it is never treated as anonymous
 */
export function tokenFromConnectionParams(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null) return undefined;
  for (const [key, value] of Object.entries(params)) {
    if (value === undefined || value === null) continue;
    if (key.toLowerCase() === 'authorization') return fromHeader(value);
    if (key === 'token') return fromHeader(`Bearer ${typeof value === 'string' ? value : ''}`);
  }
  return undefined;
}
