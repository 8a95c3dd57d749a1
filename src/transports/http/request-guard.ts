import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { TickroomError } from '../../errors.ts';

/**
 * Refuses what pages of strangers can make a browser send. A POST must be JSON, which a foreign page cannot send without
 * asking first (CORS preflight); a GET changes nothing, so it needs no special header (EventSource could not send one),
 * but one that a browser marks as made by a stranger's image, script or link is refused.
 * @param allowedOrigins undefined: any
 */
export function requestGuard(allowedOrigins: readonly string[] | undefined): Plugin {
  return {
    onRequestParse({ request: { method, headers } }) {
      if (allowedOrigins && isForeignWithoutCors(headers)) {
        throw new TickroomError(
          'PERMISSION_DENIED',
          'Another site may not make a browser send this: use fetch or EventSource from an allowed origin.',
        );
      }
      if (method === 'POST' && !isJson(headers.get('content-type'))) {
        throw new TickroomError(
          'INVALID_INPUT',
          'Send the operation as JSON, with content-type application/json.',
          { http: { status: 415 } },
        );
      }
    },
  };
}

/** Of Yoga's refusal of a body that is too large, which does not say how much is too much; else the error as it is. */
export function withSize(error: GraphQLError, maxBytes: number): GraphQLError {
  if ((error.extensions.http as { status?: unknown } | undefined)?.status !== 413) return error;
  const message = `The request is too large: at most ${maxBytes.toLocaleString('en')} bytes are taken.`;
  return new GraphQLError(message, { extensions: error.extensions });
}

/** https://www.w3.org/TR/fetch-metadata: requests of mode `cors` carry an origin, and are judged by it. */
function isForeignWithoutCors(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  return (site === 'cross-site' || site === 'same-site') && headers.get('sec-fetch-mode') !== 'cors';
}

const isJson = (contentType: string | null): boolean =>
  /^application\/(graphql\+)?json\s*(;|$)/i.test(contentType ?? '');
