import { SnippetBook } from '../support/markdown.ts';
import { type RunningSnippet, runShell } from '../support/run-snippet.ts';
import { SECRET } from '../support/server.ts';

/**
 * Runs an example by the command that its README names.
 * @param url of the server
 * @param options `holding`: a text of the command, where the README has several; `extra`: more arguments
 */
export function runExample(
  folder: string,
  url: string,
  { holding = '', extra = '', env = {} }: { holding?: string; extra?: string; env?: NodeJS.ProcessEnv } = {},
): RunningSnippet {
  const command = new SnippetBook(`examples/${folder}/README.md`).one('sh', holding).text.trimEnd();
  return runShell(`${command} ${extra}`, { url, env: { AUTH_SECRET: SECRET, TICKROOM_URL: url, ...env } });
}
