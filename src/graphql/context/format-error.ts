import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';
import { ERROR_CODES, TickroomError, withoutStack } from '../../errors.ts';
import type { Logger } from '../../telemetry/logger.ts';

/** Turns whatever was thrown into what a client may see. Unknown errors are masked and logged once. */
export type FormatError = (error: unknown) => GraphQLError;

/** The error that somebody meant, under the wrappings of graphql-js and Yoga. */
export function meantError(error: unknown): TickroomError | undefined {
  for (let current = error; current instanceof Error; ) {
    if (current instanceof TickroomError) return current;
    current = (current instanceof GraphQLError ? current.originalError : undefined) ?? current.cause;
  }
  return undefined;
}

function coded(error: TickroomError, wrapped: unknown): GraphQLError {
  const at = wrapped instanceof GraphQLError ? wrapped : undefined;
  return new GraphQLError(error.message, {
    nodes: at?.nodes,
    source: at?.source,
    positions: at?.positions,
    path: at?.path,
    originalError: error,
    extensions: { code: error.code, ...error.details },
  });
}

/** graphql-js' own, about syntax, validation or variables: no other error is inside. */
function isComplaint(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && (!error.originalError || isComplaint(error.originalError));
}

/** Yoga shows what it caught, and by that knows that no operation was there to answer with 200. */
function withoutCause({
  originalError,
  http,
  ...extensions
}: GraphQLErrorExtensions): GraphQLErrorExtensions {
  if (http === undefined) return extensions;
  return { ...extensions, http: originalError ? { ...Object(http), spec: false } : http };
}

function complaint(error: GraphQLError): GraphQLError {
  if (String(error.extensions.code) in ERROR_CODES) return error;
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    path: error.path,
    extensions: { ...withoutCause(error.extensions), code: 'INVALID_INPUT' },
  });
}

/**
 * @param log hears of each masked error with the id that the client sees too
 */
export function createFormatError(log: Pick<Logger, 'error'>): FormatError {
  return (error) => {
    const meant = meantError(error);
    if (meant) return withoutStack(() => coded(meant, error));
    if (isComplaint(error)) return withoutStack(() => complaint(error));
    const errorId = randomUUID();
    log.error({ err: error, errorId }, 'unexpected error');
    const at = error instanceof GraphQLError ? error : undefined;
    return new GraphQLError(`Something went wrong here. Report error ${errorId}; trying again may help.`, {
      nodes: at?.nodes,
      source: at?.source,
      positions: at?.positions,
      path: at?.path,
      extensions: { code: 'INTERNAL_ERROR', errorId },
    });
  };
}
