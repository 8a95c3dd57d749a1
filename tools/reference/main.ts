/**
 * Writes the generated pages of docs/reference.
 * `--check` writes nothing, and fails when a page is not what the code says.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema } from 'graphql';
import { configurationPage } from './configuration.ts';
import { errorsPage } from './errors.ts';
import { limitsPage } from './limits.ts';
import { schemaPage } from './schema.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const pages: Readonly<Record<string, string>> = {
  'docs/reference/configuration.md': configurationPage(),
  'docs/reference/errors.md': errorsPage(),
  'docs/reference/limits.md': limitsPage(),
  'docs/reference/schema.md': schemaPage(buildSchema(readFileSync(file('schema.graphql'), 'utf8'))),
};

if (process.argv.includes('--check')) {
  const drifted = Object.entries(pages).filter(([path, text]) => readFileSync(file(path), 'utf8') !== text);
  for (const [path] of drifted) console.error(`${path} is not what the code says: run "npm run reference".`);
  process.exitCode = drifted.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of Object.entries(pages)) writeFileSync(file(path), text);
}
