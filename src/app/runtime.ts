import { randomUUID } from 'node:crypto';
import type { Config } from '../config.ts';
import { TickroomError } from '../errors.ts';
import type { DisposableStack } from '../primitives/disposable-stack.ts';
import type { Logger } from '../telemetry/logger.ts';

/** What every part of the server is started with. */
export interface Runtime {
  readonly config: Config;
  readonly log: Logger;
  /** Identifies this start of this process among all instances. */
  readonly instance: string;
  /** epoch ms */
  readonly startedAt: number;
  /** Disposes what was started, in reverse order. */
  readonly owned: DisposableStack;
  /** Reports a failure that no caller waits for. */
  readonly onError: (error: unknown) => void;
  readonly health: Health;
}

/** Whether this instance can serve, for `/health` and `/ready`. The parts that find out set it. */
export interface Health {
  isDraining: boolean;
  isDatabaseReachable: boolean;
  isDatabaseFull: boolean;
  /** undefined: there is no Redis */
  isRedisReachable: boolean | undefined;
}

export function createRuntime(config: Config, log: Logger, owned: DisposableStack): Runtime {
  return {
    config,
    log,
    owned,
    instance: randomUUID(),
    startedAt: Date.now(),
    onError(error) {
      // The database reports by itself that it is away; every caller that waits for it would repeat that.
      const isOutage = error instanceof TickroomError && error.code === 'SERVICE_UNAVAILABLE';
      log[isOutage ? 'debug' : 'error']({ err: error }, isOutage ? 'not available' : 'unexpected error');
    },
    health: {
      isDraining: false,
      isDatabaseReachable: true,
      isDatabaseFull: false,
      isRedisReachable: config.redisUrl === undefined ? undefined : true,
    },
  };
}

/** The last line of an error's message: Prisma puts the call that failed before it. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';
