import { Command } from 'commander';

/** `tickroom migrate`: brings the schema of the database up to date, as a start of the server does, and ends. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      'apply the migrations that the database does not have yet; a start of the server does this too',
    )
    .option('--status', 'only print which migrations are applied and which are pending')
    .action(async ({ status = false }: { status?: boolean }) => {
      const [{ readConfig }, { migrateDatabase }] = await Promise.all([
        import('../config.ts'),
        import('../storage/migrations/migrate-database.ts'),
      ]);
      const { databaseUrl: url, dataDir } = readConfig(process.env);
      const { applied, pending } = await migrateDatabase({ url, dataDir, apply: !status });
      for (const name of applied) console.log(`applied  ${name}`);
      for (const name of pending) console.log(`pending  ${name}`);
      if (pending.length > 0)
        console.log('Run `tickroom migrate` or start the server to apply what is pending.');
      else console.log('The database is up to date.');
    });
}
