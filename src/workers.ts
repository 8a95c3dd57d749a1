import cluster, { type Worker } from 'node:cluster';
import { ConfigError } from './config/config-error.ts';
import type { Config } from './config.ts';
import type { Logger } from './telemetry/logger.ts';

/** A worker that ends sooner than this after its start is started again only after a pause. */
const SHORT_LIFE_MS = 5000;
const PAUSE_MS = 1000;

/** @throws ConfigError when several processes could not be one server */
export function checkWorkers(config: Config): void {
  if (config.redisUrl === undefined || config.databaseUrl === undefined) {
    throw new ConfigError(
      '--workers needs REDIS_URL and DATABASE_URL: through them the processes are one server, and the embedded database takes one process.',
    );
  }
}

export interface Workers {
  /** the one they share */
  readonly port: number;
  /** Asks all of them to stop; resolves when they have. */
  stop(): Promise<void>;
}

/**
 * Runs several processes of this program that share one port, and starts those again that die.
 * @throws Error when one ends instead of listening
 */
export async function runWorkers(count: number, log: Logger): Promise<Workers> {
  let stopping = false;
  const ended = new Set<Promise<void>>();
  const start = (): Worker => {
    const startedAt = performance.now();
    const worker = cluster.fork();
    const end = new Promise<void>((resolve) => {
      worker.once('exit', (code, signal) => {
        ended.delete(end);
        resolve();
        if (stopping) return;
        log.error({ code, signal, pid: worker.process.pid }, 'a worker ended and is started again');
        const pause = performance.now() - startedAt < SHORT_LIFE_MS ? PAUSE_MS : 0;
        setTimeout(() => {
          if (!stopping) start();
        }, pause);
      });
    });
    ended.add(end);
    return worker;
  };
  const stop = async (): Promise<void> => {
    stopping = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
    await Promise.all(ended);
  };
  try {
    const [port = 0] = await Promise.all(Array.from({ length: count }, () => listening(start())));
    return { port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @returns its port */
function listening(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once('listening', ({ port }) => resolve(port));
    worker.once('exit', (code) => reject(new Error(`A worker ended with ${code} instead of listening.`)));
  });
}
