import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { snippetsOf } from '../support/markdown.ts';

const read = (file: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');
const hashOf = (file: string): string => createHash('sha256').update(read(file)).digest('hex').slice(0, 16);
const headings = (file: string): number => read(file).match(/^#+ /gm)?.length ?? 0;

describe.each([
  ['README.md', 'README.zh-CN.md', 'e0418261cb3f98f0'],
  ['docs/getting-started.md', 'docs/getting-started.zh-CN.md', '2728d253ee08ceac'],
])('the Chinese page of %s', (english, chinese, translated) => {
  it('E10 has the same snippets and the same sections', () => {
    const texts = (file: string) => snippetsOf(file).map(({ language, text }) => [language, text]);
    expect(texts(chinese)).toEqual(texts(english));
    expect(headings(chinese)).toBe(headings(english));
  });

  it('E10 was looked at since the English page was changed', () => {
    // when this fails: bring the Chinese page up to date, then put the new hash here
    expect(hashOf(english)).toBe(translated);
  });
});
