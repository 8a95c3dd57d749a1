import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const TITLE = /\(\s*['"`]((?:[A-Z]\d+ )+)/g;

it('H5 every number that a title quotes is a promise in RULES.md, and each promise has a test and one number', () => {
  const rules = readFileSync(new URL('RULES.md', import.meta.url), 'utf8');
  const promised = [...rules.matchAll(/^- \*\*([A-Z]\d+)\*\* \S.*\.$/gm)].map((match) => match[1]);
  expect(promised.length).toBeGreaterThan(40);
  expect(promised).toEqual([...new Set(promised)]);

  const files = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' });
  const quoted = files
    .filter((file) => /\.(test|contract|suite)\.ts$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(new URL(file, import.meta.url), 'utf8');
      const numbers = [...text.matchAll(TITLE)].flatMap((match) => (match[1] ?? '').trim().split(' '));
      return numbers.map((number) => ({ file, number }));
    });
  expect(quoted.filter(({ number }) => !promised.includes(number))).toEqual([]);
  expect(promised.filter((promise) => !quoted.some(({ number }) => number === promise))).toEqual([]);
});
