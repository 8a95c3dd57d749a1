import { startApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { createLogger } from './telemetry/logger.ts';

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger(config.logLevel);
  const app = await startApp(config, log);
  console.log(`Tickroom is ready: GraphiQL and GraphQL at ${app.url}/graphql`);

  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping; again to stop at once');
    app[Symbol.asyncDispose]().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  const known = error instanceof ConfigError || (error instanceof Error && 'code' in error);
  console.error(known ? error.message : error);
  process.exitCode = 1;
});
