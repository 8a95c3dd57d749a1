import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Authenticate } from '../../auth/authenticate.ts';
import { bearerToken } from '../../auth/credentials.ts';
import { hasRole, type Viewer } from '../../auth/viewer.ts';
import { TickroomError } from '../../errors.ts';
import { isOwnMachine } from '../../limits/address.ts';
import type { Limits } from '../../limits/limits.ts';
import type { Admission } from '../../transports/admission.ts';

export interface PublisherAccessOptions {
  readonly authenticate: Authenticate;
  readonly admission: Admission;
  readonly limits: Limits;
  /** undefined: publishers need a token */
  readonly key: string | undefined;
  /** Programs of this machine publish without a token or key. */
  readonly anonymousPublishing: boolean;
}

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]'];
const HOW_TO =
  'send a token with the PUBLISHER role as "Authorization: Bearer …", or COMPAT_KEY as the user name in the address';

/** Whom publications with the key, and those without anything, are counted for. */
const KEY_HOLDER: Viewer = { id: 'compat-key', roles: ['PUBLISHER'], expiresAt: null };
const LOCAL_PROGRAM: Viewer = { id: 'local-program', roles: ['PUBLISHER'], expiresAt: null };

/**
 * Who publishes over the old wire.
 * @returns finds out for a request; rejects with TickroomError AUTH_REQUIRED, AUTH_FAILED, PERMISSION_DENIED or RATE_LIMIT_EXCEEDED
 */
export function publisherAccess({
  authenticate,
  admission,
  limits,
  key,
  anonymousPublishing,
}: PublisherAccessOptions): (request: IncomingMessage) => Promise<Viewer> {
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      if (anonymousPublishing && isLocalProgram(request)) return LOCAL_PROGRAM;
      throw new TickroomError('AUTH_REQUIRED', `Publishing needs to know who you are: ${HOW_TO}.`);
    }
    const address = admission.addressOf(request);
    const spent = limits.attempt(address);
    if (spent) throw spent;
    try {
      if (key !== undefined && carriesKey(authorization, key)) return KEY_HOLDER;
      const viewer = await authenticate(bearerToken(authorization) ?? '');
      if (hasRole(viewer, 'PUBLISHER')) return viewer;
      throw new TickroomError(
        'PERMISSION_DENIED',
        'This needs the PUBLISHER role, which your token does not carry.',
      );
    } catch (error) {
      if (error instanceof TickroomError && error.code === 'AUTH_FAILED') limits.failed(address);
      throw error;
    }
  };
}

/** The key as bearer token, or as user name or password: `http://<key>@host` of an unmodified publisher is sent so. */
function carriesKey(authorization: string, key: string): boolean {
  const [scheme = '', value = ''] = authorization.split(/ +/, 2);
  if (/^bearer$/i.test(scheme)) return isEqual(value, key);
  if (!/^basic$/i.test(scheme)) return false;
  const [user = '', ...password] = Buffer.from(value, 'base64').toString().split(':');
  return [isEqual(user, key), isEqual(password.join(':'), key)].some(Boolean);
}

function isEqual(given: string, key: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(key));
}

/**
 * A program of this machine, and neither a page in a browser nor a request that a proxy passed on. Another name for this
 * address is a page of a stranger whose DNS points here.
 */
function isLocalProgram({ headers, socket }: IncomingMessage): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const isForwarded = Object.keys(headers).some(
    (name) =>
      name.startsWith('x-forwarded-') || name === 'forwarded' || name === 'via' || name === 'x-real-ip',
  );
  const urls = [`http://${headers.host}`, headers.origin ?? 'http://localhost'];
  return (
    isOwnMachine(address) &&
    !isForwarded &&
    urls.every((url) => URL.canParse(url) && LOCAL_NAMES.includes(new URL(url).hostname))
  );
}
