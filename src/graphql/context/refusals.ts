import type { ErrorCode } from '../../errors.ts';
import type { Actor } from '../../telemetry/audit.ts';
import type { Caller } from './context.ts';
import { meantError } from './format-error.ts';

/** Errors that say that somebody may not, rather than that something is wrong. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'AUTH_REQUIRED',
  'AUTH_FAILED',
  'AUTH_TOKEN_EXPIRED',
  'PERMISSION_DENIED',
  'RATE_LIMIT_EXCEEDED',
]);

/** The code of a refusal; undefined: the error is none. */
export function refusalOf(error: unknown): ErrorCode | undefined {
  const code = meantError(error)?.code;
  return code && REFUSALS.has(code) ? code : undefined;
}

export const actorOf = ({ viewer, connection, address }: Caller): Actor => ({
  userId: viewer?.id,
  address,
  connectionId: connection?.id,
});
