import cluster from 'node:cluster';
import { Command } from 'commander';
import { startApp } from '../app.ts';
import { environmentNotices } from '../config/unknown-variables.ts';
import { type Config, readConfig, VARIABLES } from '../config.ts';
import { createLogger, type Logger, terminalLines } from '../telemetry/logger.ts';
import { checkWorkers, runWorkers } from '../workers.ts';
import { UsageError } from './exit-codes.ts';
import { checkPort } from './port.ts';

/** `tickroom start`: runs the server until it gets a signal. */
export function startCommand(): Command {
  return new Command('start')
    .description('start the server, configured by environment variables')
    .option(
      '--workers <count>',
      'processes that share the port, 1 to 64; more than 1 needs Redis and PostgreSQL',
      '1',
    )
    .action(async ({ workers }: { workers: string }) => {
      if (!/^([1-9]|[1-5]\d|6[0-4])$/.test(workers)) {
        throw new UsageError(
          `--workers must be a whole number from 1 to 64, not ${JSON.stringify(workers)}.`,
        );
      }
      await start(Number(workers), readConfig(process.env));
    });
}

async function start(workers: number, config: Config): Promise<void> {
  // programs read JSON lines, and people read sentences
  const lines = process.stdout.isTTY ? terminalLines() : undefined;
  const log = createLogger(config.logLevel, lines);
  // said whatever LOG_LEVEL is: scripts and people wait for it
  const announce = (text: string): void => createLogger('info', lines).info(text);
  if (!cluster.isWorker) {
    for (const notice of environmentNotices(process.env, VARIABLES)) log.warn(notice);
    await checkPort(config);
  }
  if (workers > 1 && cluster.isPrimary) {
    checkWorkers(config);
    const { port, stop } = await runWorkers(workers, log);
    stopOnSignal(log, stop);
    announce(`Tickroom is ready: ${workers} processes at http://${config.host}:${port}/graphql`);
    return;
  }
  const app = await startApp(config, log);
  stopOnSignal(log, () => app[Symbol.asyncDispose]());
  if (cluster.isWorker) return;
  const graphql = config.introspection ? 'GraphiQL and GraphQL' : 'GraphQL';
  announce(`Tickroom is ready: console at ${app.consoleUrl}, ${graphql} at ${app.url}/graphql`);
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
