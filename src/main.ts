import cluster from 'node:cluster';
import { parseArgs } from 'node:util';
import { startApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { createLogger, type Logger } from './telemetry/logger.ts';
import { checkWorkers, runWorkers } from './workers.ts';

const USAGE = 'Usage: npm start [-- --workers <1-64>]';

/** @throws ConfigError */
function readWorkers(args: string[]): number {
  try {
    const { values } = parseArgs({ args, options: { workers: { type: 'string', default: '1' } } });
    if (/^([1-9]|[1-5]\d|6[0-4])$/.test(values.workers)) return Number(values.workers);
  } catch {
    // an option there is not: said below
  }
  throw new ConfigError(USAGE);
}

/** Stops once when asked, and at once when asked again. */
function stopOnSignal(log: Logger, stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (signal: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping; again to stop at once');
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  if (!cluster.isWorker) {
    process.on('SIGINT', onSignal);
    return;
  }
  // Ctrl+C reaches all processes, and the first one tells the others; without it they are lost
  process.on('SIGINT', () => {});
  process.on('disconnect', () => onSignal('disconnect'));
}

async function main(): Promise<void> {
  const workers = readWorkers(process.argv.slice(2));
  const config = readConfig(process.env);
  const log = createLogger(config.logLevel);
  if (workers > 1 && cluster.isPrimary) {
    checkWorkers(config);
    const { port, stop } = await runWorkers(workers, log);
    stopOnSignal(log, stop);
    console.log(`Tickroom is ready: ${workers} processes at http://${config.host}:${port}/graphql`);
    return;
  }
  const app = await startApp(config, log);
  stopOnSignal(log, () => app[Symbol.asyncDispose]());
  if (cluster.isWorker) return;
  console.log(`Tickroom is ready: console at ${app.url}, GraphiQL and GraphQL at ${app.url}/graphql`);
}

main().catch((error: unknown) => {
  const known = error instanceof ConfigError || (error instanceof Error && 'code' in error);
  console.error(known ? error.message : error);
  process.exitCode = 1;
});
