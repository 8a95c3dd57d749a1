import { ConfigError } from '../config/config-error.ts';

/** How a command of `tickroom` ends. */
export const EXIT = {
  /** done as asked */
  OK: 0,
  /** the command is right, and could not be done: the port is taken, the database is away, a defect */
  FAILED: 1,
  /** the command line, an environment variable or the version of Node.js is wrong: trying again does not help */
  USAGE: 2,
} as const;

/** An argument that a command cannot use; the message says what is accepted. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Prints why a command failed, in one sentence where the cause is known, and sets the exit code. */
export function fail(error: unknown): void {
  const isUsage = error instanceof ConfigError || error instanceof UsageError;
  const isKnown = isUsage || (error instanceof Error && 'code' in error);
  console.error(isKnown ? error.message : error);
  process.exitCode = isUsage ? EXIT.USAGE : EXIT.FAILED;
}
