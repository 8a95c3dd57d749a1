import { Command } from 'commander';
import { UsageError } from './exit-codes.ts';

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
      const { startServer } = await import('./start-server.ts');
      await startServer(Number(workers), process.env);
    });
}
