import cluster from 'node:cluster';
import { environmentNotices } from '../config/unknown-variables.ts';
import { readConfig, VARIABLES } from '../config.ts';
import { createLogger, type Logger, terminalLines } from '../telemetry/logger.ts';
import { checkWorkers, runWorkers } from '../workers.ts';
import { checkPort } from './port.ts';

/**
 * Starts the server, or a server with several processes, and stops it when the process gets a signal.
 * @throws ConfigError when the environment cannot be used, or when the port is taken
 */
export async function startServer(workers: number, env: NodeJS.ProcessEnv): Promise<void> {
  const config = readConfig(env);
  // programs read JSON lines, and people read sentences
  const lines = process.stdout.isTTY ? terminalLines() : undefined;
  const log = createLogger(config.logLevel, lines);
  // said whatever LOG_LEVEL is: scripts and people wait for it
  const announce = (text: string): void => createLogger('info', lines).info(text);
  if (!cluster.isWorker) {
    for (const notice of environmentNotices(env, VARIABLES)) log.warn(notice);
    await checkPort(config);
  }
  if (workers > 1 && cluster.isPrimary) {
    checkWorkers(config);
    const { port, stop } = await runWorkers(workers, log);
    stopOnSignal(log, stop);
    announce(`Tickroom is ready: ${workers} processes at http://${config.host}:${port}/graphql`);
    return;
  }
  // after the checks above: a mistake in the environment is reported without loading the server
  const { startApp } = await import('../app.ts');
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
