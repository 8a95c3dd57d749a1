import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { developmentKey, signingKey } from '../../src/auth/signing-key.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tickroom-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the development key', () => {
  it('A6 is made once, long enough, and readable by its owner only', async () => {
    const dataDir = path.join(folder, 'not', 'there', 'yet');
    const made = await developmentKey(dataDir);
    expect(made.length).toBeGreaterThanOrEqual(32);
    expect(await developmentKey(dataDir)).toEqual(made);
    const { mode } = await stat(path.join(dataDir, 'signing-key'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('A6 is the same for all who start at once, and nothing is left behind', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => developmentKey(folder)));
    expect(new Set(keys.map(String)).size).toBe(1);
    expect(await readdir(folder)).toEqual(['signing-key']);
  });

  it('A6 differs from folder to folder', async () => {
    const [a, b] = await Promise.all(['a', 'b'].map((name) => developmentKey(path.join(folder, name))));
    expect(a).not.toEqual(b);
  });

  it('A6 is refused when damaged, saying what to do', async () => {
    await writeFile(path.join(folder, 'signing-key'), '');
    await expect(developmentKey(folder)).rejects.toThrow(/damaged: delete it/);
  });

  it('A6 is not made when a secret is configured', async () => {
    const authSecret = '0123456789abcdef0123456789abcdef';
    const key = await signingKey({ authSecret, dataDir: folder });
    expect(new TextDecoder().decode(key)).toBe(authSecret);
    expect(await readdir(folder)).toEqual([]);
  });
});
