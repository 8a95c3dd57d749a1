import { GraphQLError } from 'graphql';
import { ERROR_CODES, type ErrorCode, TickroomError } from '../errors.ts';

/** The header Retry-After of an error that says `retryAfterMs`: whole seconds, https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
export function retryAfter(retryAfterMs: unknown): { 'Retry-After': string } | undefined {
  return typeof retryAfterMs === 'number'
    ? { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) }
    : undefined;
}

/** A refusal of the whole request also shows in the HTTP status. */
export function withStatus(error: GraphQLError): GraphQLError {
  const { code, retryAfterMs } = error.extensions;
  if (error.path || error.extensions.http || !(error.originalError instanceof TickroomError)) return error;
  const { status } = ERROR_CODES[code as ErrorCode];
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { ...error.extensions, http: { status, headers: retryAfter(retryAfterMs) } },
  });
}
