import { VARIABLES } from '../../src/config.ts';
import { code, generated, table } from './markdown.ts';

/** The page of environment variables. */
export const configurationPage = (): string => `# Configuration

${generated('src/config.ts')}

Tickroom is configured by environment variables. Each is checked at start: a wrong value stops the start with one sentence
that says what the variable must be, and so does a name that is one or two letters away from one of these. An empty variable
counts as not set. \`PORT\`, which hosting services set, has no effect, and a warning says so.

${'`.env.example`'} has the same list to be copied: ${'`node --env-file=.env dist/cli.js start`'}.

${table(
  ['variable', 'default', 'meaning', 'must be'],
  VARIABLES.map(({ name, default: byDefault, meaning, must }) => [code(name), byDefault, meaning, must]),
)}

What the limits among them bound, and what a client gets beyond them, is in [limits](limits.md).
`;
