import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { brokenLinks } from '../support/links.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it('E8 every relative link leads to a file and a heading that exist', () => {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const pages = listed.split('\n').filter((file) => file !== '');
  expect(pages).toContain('docs/guides/clients.md');
  for (const page of pages) {
    const file = path.join(ROOT, page);
    expect({ page, broken: brokenLinks(file, readFileSync(file, 'utf8')) }).toEqual({ page, broken: [] });
  }
});

it('E8 a link to a missing file or heading is found, and one in code is none', () => {
  const file = path.join(ROOT, 'README.md');
  const markdown =
    '# A title\n[a](#a-title) [b](#none) [c](docs/none.md) [d](docs/guides/resume.md#cursors) `[e](none.md)`';
  expect(brokenLinks(file, markdown)).toEqual(['#none', 'docs/none.md']);
});

it('E8 every page of docs is in the sidebar of the site', () => {
  const site = readFileSync(path.join(ROOT, 'docs/.vitepress/config.ts'), 'utf8');
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', 'docs/*.md'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  const missing = listed
    .split('\n')
    .filter((file) => file !== '' && file !== 'docs/index.md')
    .filter((file) => !site.includes(`'${file.replace(/^docs/, '').replace(/\.md$/, '')}'`));
  expect(missing).toEqual([]);
});
