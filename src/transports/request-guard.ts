import type { IncomingHttpHeaders } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { TickroomError } from '../errors.ts';

/** Pages of this server's own origin may always connect; clients that are no browsers send no origin. */
export function mayConnect(
  { origin, host }: Pick<IncomingHttpHeaders, 'origin' | 'host'>,
  allowed: readonly string[] | undefined,
): boolean {
  if (!origin || !allowed || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/**
 * Refuses what pages of strangers can make a browser send. A POST must be JSON, which a foreign page cannot send without
 * asking first (CORS preflight); a GET changes nothing, so it needs no special header (EventSource could not send one),
 * but one that a browser marks as made by a stranger's image, script or link is refused.
 * @param allowedOrigins undefined: any
 */
export function requestGuard(allowedOrigins: readonly string[] | undefined): Plugin {
  return {
    onRequestParse({ request: { method, headers } }) {
      const header = (name: string): string | undefined => headers.get(name) ?? undefined;
      if (!mayConnect({ origin: header('origin'), host: header('host') }, allowedOrigins)) {
        throw new TickroomError(
          'PERMISSION_DENIED',
          'Pages of this origin may not use this server: add it to ALLOWED_ORIGINS there.',
        );
      }
      if (allowedOrigins && isForeignWithoutCors(header('sec-fetch-site'), header('sec-fetch-mode'))) {
        throw new TickroomError(
          'PERMISSION_DENIED',
          'Another site may not make a browser send this: use fetch or EventSource from an allowed origin.',
        );
      }
      if (method === 'POST' && !isJson(header('content-type'))) {
        throw new TickroomError(
          'INVALID_INPUT',
          'Send the operation as JSON, with content-type application/json.',
          {
            http: { status: 415 },
          },
        );
      }
    },
  };
}

/** https://www.w3.org/TR/fetch-metadata: `cors` requests carry an origin, which is checked as such. */
const isForeignWithoutCors = (site: string | undefined, mode: string | undefined): boolean =>
  (site === 'cross-site' || site === 'same-site') && mode !== 'cors' && mode !== 'websocket';

const isJson = (contentType: string | undefined): boolean =>
  /^application\/(graphql\+)?json\s*(;|$)/i.test(contentType ?? '');
