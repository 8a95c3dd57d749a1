import { TickroomError } from '../../errors.ts';

/** What clients are told, and operators once: everything that waits for Redis fails with its own error. */
export function outageOf(cause: unknown): TickroomError {
  if (cause instanceof TickroomError) return cause;
  const outage = new TickroomError(
    'SERVICE_UNAVAILABLE',
    'Redis cannot be reached at the moment: try again after a pause.',
  );
  outage.cause = cause;
  return outage;
}
