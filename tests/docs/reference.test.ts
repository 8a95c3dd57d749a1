import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../../src/config.ts';
import { ERROR_CODES } from '../../src/errors.ts';
import { configurationPage } from '../../tools/reference/configuration.ts';
import { errorsPage } from '../../tools/reference/errors.ts';
import { limitsPage } from '../../tools/reference/limits.ts';
import { schemaPage } from '../../tools/reference/schema.ts';

const read = (file: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');

/** The rows of the tables of a page, each a list of cells. */
const rowsOf = (page: string): string[][] =>
  [...read(`docs/reference/${page}.md`).matchAll(/^\| (`.*) \|$/gm)].map(([, row = '']) => row.split(' | '));

describe('the generated pages of docs/reference', () => {
  it.each([
    ['configuration', configurationPage],
    ['errors', errorsPage],
    ['limits', limitsPage],
    ['schema', () => schemaPage(buildSchema(read('schema.graphql')))],
  ] as const)('E2 %s is what the code says: "npm run reference" writes it', (page, make) => {
    expect(read(`docs/reference/${page}.md`)).toBe(make());
  });

  it('E2 configuration has every variable, with its default and meaning', () => {
    expect(rowsOf('configuration').map((row) => row.slice(0, 3))).toEqual(
      VARIABLES.map(({ name, default: byDefault, meaning }) => [
        `\`${name}\``,
        byDefault,
        meaning.replaceAll('|', '\\|'),
      ]),
    );
  });

  it('E2 errors has every code, each with its meaning, what to do, and whether to retry', () => {
    expect(rowsOf('errors')).toEqual(
      Object.entries(ERROR_CODES).map(([code, { status, retry, meaning, advice }]) => [
        `\`${code}\``,
        String(status),
        meaning,
        advice,
        retry ? 'yes' : 'no',
      ]),
    );
  });

  it('E2 no variable, code or limit has a second table elsewhere', () => {
    const names = [...VARIABLES.map(({ name }) => name), ...Object.keys(ERROR_CODES)];
    const readme = read('README.md');
    expect(names.filter((name) => readme.includes(`| \`${name}\` |`))).toEqual([]);
  });
});
