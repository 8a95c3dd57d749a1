import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EXIT, fail } from './exit-codes.ts';
import { migrateCommand } from './migrate.ts';
import { startCommand } from './start.ts';
import { tokenCommand } from './token.ts';

/** The same from `src` and from `dist`. */
const PACKAGE = new URL('../../package.json', import.meta.url);

const EXIT_CODES = `
Exit codes: ${EXIT.OK} done, ${EXIT.FAILED} it could not be done, ${EXIT.USAGE} the command line or an environment variable is wrong.
Environment variables are described in docs/reference/configuration.md.`;

/**
 * Runs one command of `tickroom`. A command loads what it needs when it runs: `--help` does not wait for the server's modules. Failures are printed on standard error, and the exit code is set.
 * @param args without the program's own name
 */
export async function run(args: readonly string[]): Promise<void> {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  const program = new Command('tickroom')
    .description('Real-time GraphQL server for market data and rooms.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', EXIT_CODES);
  for (const command of [startCommand(), tokenCommand(), migrateCommand()]) {
    program.addCommand(command.copyInheritedSettings(program).showHelpAfterError());
  }
  program.exitOverride();
  for (const command of program.commands) command.exitOverride();
  if (args.length === 0) {
    program.outputHelp({ error: true });
    process.exitCode = EXIT.USAGE;
    return;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    // commander has printed what is wrong, or the help or version that was asked for
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.OK : EXIT.USAGE;
    else fail(error);
  }
}
