import type { ExecutionResult, GraphQLError } from 'graphql';
import { ERROR_CODES, type ErrorCode } from '../../errors.ts';
import { randomIn } from '../../primitives/backoff.ts';

/** When a client should come back, in milliseconds: at random between them, since all come back at once after a restart. */
const COME_BACK_MS = { least: 1000, most: 3000 };

/** After how long a client should connect again, in ms. @param afterMs at the earliest */
export function comeBackMs(afterMs: number = COME_BACK_MS.least): number {
  const most = afterMs + COME_BACK_MS.most - COME_BACK_MS.least;
  return Math.ceil(randomIn({ least: afterMs, most }));
}

/** Whether nothing was executed, for reasons that pass: a limit, or something that is away. */
export const isPassing = ({ data, errors }: ExecutionResult): boolean =>
  data === undefined &&
  errors !== undefined &&
  errors.length > 0 &&
  errors.every(({ extensions }) => ERROR_CODES[extensions.code as ErrorCode]?.retry);

/** The HTTP status of a request that was refused. */
export function statusOf({ data, errors }: ExecutionResult): number {
  const [error] = errors ?? [];
  if (data !== undefined || !error) return 200;
  const { http, code } = error.extensions as { http?: { status?: number }; code?: ErrorCode };
  return http?.status ?? ERROR_CODES[code ?? 'INTERNAL_ERROR'].status;
}

/** Errors as a JSON list. */
export const errorsJson = (errors: readonly GraphQLError[]): string =>
  JSON.stringify(errors.map(withoutInternals));

/** A result as JSON, with its errors as clients see them. */
export const resultJson = (result: ExecutionResult): string =>
  JSON.stringify({ ...result, ...(result.errors && { errors: result.errors.map(withoutInternals) }) });

/** How long the errors ask to wait, in ms; undefined: they do not say. */
export function retryAfterMs(errors: readonly GraphQLError[]): number | undefined {
  const waits = errors
    .map(({ extensions }) => extensions.retryAfterMs)
    .filter((ms) => typeof ms === 'number');
  return waits.length > 0 ? Math.max(...waits) : undefined;
}

/** An error as clients see it: `extensions.http` is for the answer's head. */
function withoutInternals(error: GraphQLError): object {
  const { extensions, ...rest } = error.toJSON();
  const { http: _http, ...shown } = extensions ?? {};
  return { ...rest, extensions: shown };
}
