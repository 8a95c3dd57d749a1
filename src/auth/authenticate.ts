import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { TickroomError } from '../errors.ts';
import { signingKey } from './signing-key.ts';
import { ACCOUNT_ROLES, type AccountRole, type Viewer } from './viewer.ts';

/**
 * Finds out whom a token speaks for.
 * @throws TickroomError AUTH_FAILED, AUTH_TOKEN_EXPIRED, or SERVICE_UNAVAILABLE when the keys cannot be fetched
 */
export type Authenticate = (token: string) => Promise<Viewer>;

export interface AuthenticateOptions {
  readonly authSecret: string | undefined;
  readonly authJwksUrl: string | undefined;
  readonly authIssuer: string | undefined;
  readonly authAudience: string | undefined;
  readonly dataDir: string;
}

const MAX_REMEMBERED = 10_000;
/** A key published by others must never be usable as a shared secret. */
const PUBLIC_KEY_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** With AUTH_JWKS_URL only tokens of those keys are taken; else only those signed with the shared secret. */
export async function createAuthenticate(options: AuthenticateOptions): Promise<Authenticate> {
  const claims = {
    ...(options.authIssuer ? { issuer: options.authIssuer } : {}),
    ...(options.authAudience ? { audience: options.authAudience } : {}),
  };
  const verify = options.authJwksUrl
    ? withKeySet(createRemoteJWKSet(new URL(options.authJwksUrl)), claims)
    : withSecret(await signingKey(options), claims);
  return remembering(async (token) => viewerOf(await verify(token).catch(refuse)));
}

type Verify = (token: string) => Promise<JWTPayload>;
type Claims = { issuer?: string; audience?: string };

function withKeySet(keys: JWTVerifyGetKey, claims: Claims): Verify {
  return async (token) =>
    (await jwtVerify(token, keys, { ...claims, algorithms: PUBLIC_KEY_ALGORITHMS })).payload;
}

function withSecret(key: Uint8Array, claims: Claims): Verify {
  return async (token) => (await jwtVerify(token, key, { ...claims, algorithms: ['HS256'] })).payload;
}

function refuse(error: unknown): never {
  if (error instanceof errors.JWTExpired) {
    throw new TickroomError('AUTH_TOKEN_EXPIRED', 'Your token has expired: get a new one and connect again.');
  }
  // jose reports whatever kept it from the keys as the failure of a fetch, a timeout, or a bare JOSEError
  const unreachable =
    !(error instanceof errors.JOSEError) ||
    error instanceof errors.JWKSTimeout ||
    error.code === 'ERR_JOSE_GENERIC';
  if (unreachable) {
    throw new TickroomError(
      'SERVICE_UNAVAILABLE',
      'The keys to check your token cannot be had now: try again soon.',
    );
  }
  throw new TickroomError('AUTH_FAILED', 'Your token is not valid here: get one that this server issued.');
}

function viewerOf({ sub, roles, exp }: JWTPayload): Viewer {
  if (!sub) throw new TickroomError('AUTH_FAILED', 'Your token names nobody: it needs a subject (sub).');
  const named = Array.isArray(roles) ? roles : [];
  return {
    id: sub,
    roles: named.filter((role): role is AccountRole => ACCOUNT_ROLES.includes(role)),
    expiresAt: exp === undefined ? null : exp * 1000,
  };
}

/** Checking a signature costs more than opening a connection: a token that was good stays so until it expires. */
function remembering(authenticate: Authenticate): Authenticate {
  const known = new Map<string, Viewer>();
  return async (token) => {
    const viewer = known.get(token);
    if (viewer && (viewer.expiresAt === null || viewer.expiresAt > Date.now())) return viewer;
    known.delete(token);
    const checked = await authenticate(token);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(token, checked);
    return checked;
  };
}
