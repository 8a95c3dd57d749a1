import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ERROR_CODES } from '../src/errors.ts';

it('E2 README has the same table of error codes, each with its meaning, what to do, and whether to retry', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const table = readme.split('## Error codes')[1]?.split('\n## ')[0] ?? '';
  const rows = [...table.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| ([^|]+) \| ([^|]+) \| (yes|no) \|$/gm)];
  const documented = rows.map(([, code, status, , , retry]) => ({ code, status, retry }));
  expect(documented).toEqual(
    Object.entries(ERROR_CODES).map(([code, { status, retry }]) => ({
      code,
      status: String(status),
      retry: retry ? 'yes' : 'no',
    })),
  );
});
