import type { ExecutionResult, GraphQLError } from 'graphql';
import { ERROR_CODES, type ErrorCode } from '../../errors.ts';
import { randomIn } from '../../primitives/backoff.ts';

/** When a client should come back, in milliseconds: at random between them, since all come back at once after a restart. */
const COME_BACK_MS = { least: 1000, most: 3000 };

/** A comment, which keeps the connection alive. */
export const PING = ':\n\n';

/** The end of a stream that is not to be opened again. Without it clients take an end for a lost connection. */
export const COMPLETE = 'event: complete\ndata:\n\n';

/** An event with a result. @param json without line breaks */
export const nextEvent = (json: string, id?: string): string =>
  `event: next\ndata: ${json}\n${id === undefined ? '' : `id: ${id}\n`}\n`;

/** Says after how long an EventSource connects again when the stream ends, from now on. */
export function comeBack(afterMs: number = COME_BACK_MS.least): string {
  const most = afterMs + COME_BACK_MS.most - COME_BACK_MS.least;
  return `retry: ${Math.ceil(randomIn({ least: afterMs, most }))}\n\n`;
}

/** The last events of a stream that fails. @param mayComeBack whether another attempt may succeed */
export function failure(errors: readonly GraphQLError[], mayComeBack: boolean): string {
  const event = nextEvent(JSON.stringify({ errors: errors.map(withoutInternals) }));
  return mayComeBack ? `${event}${comeBack(retryAfterMs(errors))}` : `${event}${COMPLETE}`;
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

/** An error as clients see it: `extensions.http` is for the answer's head. */
export function withoutInternals(error: GraphQLError): object {
  const { extensions, ...rest } = error.toJSON();
  const { http: _http, ...shown } = extensions ?? {};
  return { ...rest, extensions: shown };
}

function retryAfterMs(errors: readonly GraphQLError[]): number | undefined {
  const waits = errors
    .map(({ extensions }) => extensions.retryAfterMs)
    .filter((ms) => typeof ms === 'number');
  return waits.length > 0 ? Math.max(...waits) : undefined;
}
