import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ACCOUNT_ROLES, type AccountRole } from '../../auth/viewer.ts';
import type { Page } from './http-server.ts';

export interface DevTokenOptions {
  /** Printed at the start as part of the console's address: who knows it has the terminal of the server. */
  readonly nonce: string;
  /** Signs a token for somebody. */
  readonly sign: (userId: string, roles: readonly AccountRole[]) => Promise<string>;
  readonly onError: (error: unknown) => void;
}

const PATH = '/dev/token';
const MAX_BODY_BYTES = 4096;
const MAX_USER_LENGTH = 100;
const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

/** Carries the nonce. A page of another site cannot send it without a CORS preflight, which is not answered. */
const NONCE_HEADER = 'x-tickroom-dev';

/**
 * `POST /dev/token {"user": "alice", "roles": ["ADMIN"]}` gives whoever knows the nonce, on this machine and not through a
 * proxy, a token for anybody: for development only, and never to be mounted in production. Being on this machine proves
 * nothing by itself: behind a reverse proxy that runs here, with nginx's default headers, every request looks local.
 */
export function devToken({ nonce, sign, onError }: DevTokenOptions): Page {
  return (request, response, pathname) => {
    if (pathname !== PATH) return false;
    if (!isLocal(request) || isForwarded(request)) {
      answer(response, 403, { error: 'Open the server by http://localhost, not through a proxy, for this.' });
    } else if (!knows(request, nonce)) {
      answer(response, 403, {
        error: 'Open the console by the address that the server printed at its start.',
      });
    } else if (request.method === 'GET') answer(response, 200, { roles: ACCOUNT_ROLES });
    else if (request.method === 'POST') issue(request, response, sign).catch(onError);
    else answer(response, 405, { error: 'POST {"user", "roles"} here.' });
    return true;
  };
}

/** Whether a proxy says that it passed the request on. */
const isForwarded = ({ headers }: IncomingMessage): boolean =>
  Object.keys(headers).some((name) => name.startsWith('x-forwarded-') || FORWARDING.has(name));

/** https://www.rfc-editor.org/rfc/rfc7239, https://www.rfc-editor.org/rfc/rfc9110#field.via, and what proxies use beside. */
const FORWARDING: ReadonlySet<string> = new Set([
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'cf-connecting-ip',
]);

function knows({ headers }: IncomingMessage, nonce: string): boolean {
  const given = Buffer.from(String(headers[NONCE_HEADER] ?? ''));
  const wanted = Buffer.from(nonce);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Another name for this address is a page of a stranger whose DNS points here. */
function isLocal({ headers, socket }: IncomingMessage): boolean {
  const address = socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  if (address !== '::1' && !address.startsWith('127.')) return false;
  return [`http://${headers.host}`, headers.origin ?? 'http://localhost'].every(
    (url) => URL.canParse(url) && THIS_MACHINE.includes(new URL(url).hostname),
  );
}

async function issue(
  request: IncomingMessage,
  response: ServerResponse,
  sign: DevTokenOptions['sign'],
): Promise<void> {
  const wish = readWish(await readBody(request));
  if (!wish) {
    const error = `Send {"user": "alice", "roles": [${ACCOUNT_ROLES.map((role) => `"${role}"`).join(', ')}]}.`;
    answer(response, 400, { error });
    return;
  }
  answer(response, 200, { token: await sign(wish.user, wish.roles) });
}

/** @returns undefined: too long */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString() : undefined;
}

function readWish(text: string | undefined): { user: string; roles: AccountRole[] } | undefined {
  try {
    const { user, roles = [] } = JSON.parse(text ?? '') as { user?: unknown; roles?: unknown };
    if (typeof user !== 'string' || user === '' || user.length > MAX_USER_LENGTH) return undefined;
    if (!Array.isArray(roles) || !roles.every((role) => ACCOUNT_ROLES.includes(role))) return undefined;
    return { user, roles };
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}
