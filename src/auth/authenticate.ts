import {
  createRemoteJWKSet,
  customFetch,
  decodeProtectedHeader,
  errors,
  type FetchImplementation,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { TickroomError } from '../errors.ts';
import { BoundedMap } from '../primitives/bounded-map.ts';
import { signingKey } from './signing-key.ts';
import { ACCOUNT_ROLES, type AccountRole, CLOCK_LEEWAY_MS, type Viewer } from './viewer.ts';

/**
 * Finds out whom a token speaks for.
 * @throws TickroomError AUTH_FAILED, AUTH_TOKEN_EXPIRED, or SERVICE_UNAVAILABLE when the keys cannot be fetched
 */
export type Authenticate = (token: string) => Promise<Viewer>;

export interface AuthenticateOptions {
  /** at least 32 bytes; undefined without `authJwksUrl`: the development key of `dataDir` */
  readonly authSecret: string | undefined;
  readonly authJwksUrl: string | undefined;
  readonly authIssuer: string | undefined;
  readonly authAudience: string | undefined;
  readonly dataDir: string;
}

const SECRET_ALGORITHM = 'HS256';
const PUBLIC_KEY_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const MAX_REMEMBERED = 10_000;
/** The key set is fetched at most so often for keys that are not in it, whatever clients send. */
const KEYS_EVERY_MS = 5000;
/** Longer subjects are no user ids here, and could not be revoked. */
const MAX_SUBJECT = 200;
/** A key that was withdrawn stops working after so long. */
const REMEMBERED_MS = 5 * 60_000;

/**
 * Takes tokens signed with the shared secret and those of the key set, whichever is configured; without either,
 * those of the development key.
 */
export async function createAuthenticate(options: AuthenticateOptions): Promise<Authenticate> {
  const claims = {
    ...(options.authIssuer ? { issuer: options.authIssuer } : {}),
    ...(options.authAudience ? { audience: options.authAudience } : {}),
  };
  const withKeySet = options.authJwksUrl ? keySetVerifier(options.authJwksUrl, claims) : undefined;
  const withSecret =
    options.authSecret || !withKeySet ? await secretVerifier(await signingKey(options), claims) : undefined;
  return remembering(async (token) => {
    try {
      // The algorithm decides which key is asked, and each key knows its own only: a public key must never be taken
      // for a shared secret (https://www.rfc-editor.org/rfc/rfc8725#section-2.1).
      const { alg } = decodeProtectedHeader(token);
      const verify = alg === SECRET_ALGORITHM ? withSecret : withKeySet;
      if (!verify) throw new errors.JOSEAlgNotAllowed();
      return viewerOf(await verify(token));
    } catch (error) {
      throw refusal(error);
    }
  });
}

type Verify = (token: string) => Promise<JWTPayload>;

function keySetVerifier(url: string, claims: JWTVerifyOptions): Verify {
  let fetches = 0;
  const keys = createRemoteJWKSet(new URL(url), {
    cooldownDuration: KEYS_EVERY_MS,
    [customFetch]: (...request: Parameters<FetchImplementation>) => {
      fetches += 1;
      return fetch(...request);
    },
  });
  return async (token) => {
    const fetchesBefore = fetches;
    try {
      return (await jwtVerify(token, keys, { ...claims, algorithms: PUBLIC_KEY_ALGORITHMS })).payload;
    } catch (error) {
      // the provider may have added the key since the set was fetched: that is for the next fetch to say
      if (error instanceof errors.JWKSNoMatchingKey && fetches === fetchesBefore) throw keysAreOld();
      throw error;
    }
  };
}

/** The key is imported once: given as bytes it would be with every token, which costs as much as the rest. */
async function secretVerifier(secret: Uint8Array, claims: JWTVerifyOptions): Promise<Verify> {
  const key = await crypto.subtle.importKey(
    'raw',
    new Uint8Array(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  return async (token) =>
    (await jwtVerify(token, key, { ...claims, algorithms: [SECRET_ALGORITHM] })).payload;
}

const keysAreOld = (): TickroomError =>
  new TickroomError(
    'SERVICE_UNAVAILABLE',
    'The key of your token is not known here yet: try again in a few seconds, when the keys have been fetched anew.',
    { retryAfterMs: KEYS_EVERY_MS },
  );

function refusal(error: unknown): unknown {
  if (error instanceof TickroomError) return error;
  if (error instanceof errors.JWTExpired) {
    return new TickroomError(
      'AUTH_TOKEN_EXPIRED',
      'Your token has expired: get a new one and connect again.',
    );
  }
  if (keysAreAway(error)) {
    return new TickroomError(
      'SERVICE_UNAVAILABLE',
      'The verification keys are unavailable, so your token cannot be checked: try again soon.',
    );
  }
  return new TickroomError(
    'AUTH_FAILED',
    'Your token is not valid here: get a new one, made for this server, and connect again.',
  );
}

/** jose reports what kept it from the keys as the failure of a fetch, a timeout, a bad key set or a bare JOSEError. */
function keysAreAway(error: unknown): boolean {
  if (error instanceof TypeError) return error.message.includes('fetch');
  return (
    !(error instanceof errors.JOSEError) ||
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === 'ERR_JOSE_GENERIC'
  );
}

function viewerOf({ sub, roles, exp, iat }: JWTPayload): Viewer {
  if (typeof sub !== 'string' || sub === '') {
    throw new TickroomError('AUTH_FAILED', 'Your token names nobody: get one with a subject (sub).');
  }
  if (sub.length > MAX_SUBJECT || /\p{Cc}/u.test(sub)) {
    throw new TickroomError(
      'AUTH_FAILED',
      `The subject (sub) of your token must be 1 to ${MAX_SUBJECT} characters without control characters: get a token with such a one.`,
    );
  }
  if (iat !== undefined && iat * 1000 > Date.now() + CLOCK_LEEWAY_MS) {
    throw new TickroomError(
      'AUTH_FAILED',
      `Your token was made in the future (iat): the clock of its issuer must not be ahead by more than ${CLOCK_LEEWAY_MS / 1000} seconds.`,
    );
  }
  const named: unknown[] = Array.isArray(roles) ? roles : [];
  return {
    id: sub,
    roles: ACCOUNT_ROLES.filter((role: AccountRole) => named.includes(role)),
    expiresAt: exp === undefined ? null : exp * 1000,
    issuedAt: iat === undefined ? undefined : iat * 1000,
  };
}

/** Checking a signature costs more than opening a connection: a token that was good stays so for a while. */
function remembering(authenticate: Authenticate): Authenticate {
  const known = new BoundedMap<string, { viewer: Viewer; until: number }>(MAX_REMEMBERED);
  return async (token) => {
    const now = Date.now();
    const entry = known.get(token);
    if (entry && now < entry.until) return entry.viewer;
    known.delete(token);
    const viewer = await authenticate(token);
    known.set(token, { viewer, until: Math.min(viewer.expiresAt ?? Infinity, now + REMEMBERED_MS) });
    return viewer;
  };
}
