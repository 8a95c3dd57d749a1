import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../../src/config.ts';

const HEAD = `# Every environment variable of the server, with its meaning and default. An empty variable has its default.
# Use it with \`node --env-file=.env dist/cli.js start\`, or with \`env_file\` of Docker Compose.
`;

/** As the file names a variable: one line that explains it, and one that sets it. */
const entry = ({ name, default: byDefault, meaning }: (typeof VARIABLES)[number]): string =>
  `\n# ${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}. Default: ${byDefault}\n${name}=\n`;

describe('.env.example', () => {
  it('E6 names every variable with its meaning and default', async () => {
    // `npx vitest run tests/docs/env-example.test.ts -u` writes it anew
    await expect(HEAD + VARIABLES.map(entry).join('')).toMatchFileSnapshot('../../.env.example');
  });
});
