import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const TITLE = /\(\s*['"`]((?:[A-Z]\d+ )+)/g;

it('H5 every number that a title quotes is a promise in RULES.md, and each promise has one number', () => {
  const rules = readFileSync(new URL('RULES.md', import.meta.url), 'utf8');
  const promised = [...rules.matchAll(/^- \*\*([A-Z]\d+)\*\* \S.*\.$/gm)].map((match) => match[1]);
  expect(promised.length).toBeGreaterThan(40);
  expect(promised).toEqual([...new Set(promised)]);

  const files = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' });
  const unknown = files
    .filter((file) => /\.(test|contract)\.ts$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(new URL(file, import.meta.url), 'utf8');
      const quoted = [...text.matchAll(TITLE)].flatMap((match) => (match[1] ?? '').trim().split(' '));
      return quoted
        .filter((number) => !promised.includes(number))
        .map((number) => `${file} quotes ${number}`);
    });
  expect(unknown).toEqual([]);
});
