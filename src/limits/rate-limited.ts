import { TickroomError } from '../errors.ts';

/**
 * @param what is too much, such as "operations of this connection"
 * @param retryAfterMs when it is worth trying again
 */
export function rateLimited(what: string, retryAfterMs: number): TickroomError {
  const ms = Math.max(1, Math.ceil(retryAfterMs));
  return new TickroomError('RATE_LIMIT_EXCEEDED', `Too many ${what}: try again in ${ms} ms.`, {
    retryAfterMs: ms,
  });
}
