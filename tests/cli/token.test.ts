import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../src/auth/authenticate.ts';
import { developmentKey } from '../../src/auth/signing-key.ts';
import { readConfig } from '../../src/config.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dataDir = mkdtempSync(path.join(tmpdir(), 'tickroom-token-'));
// as a start of the server makes it
beforeAll(() => developmentKey(dataDir));
afterAll(() => rmSync(dataDir, { recursive: true }));

const AS_WRITTEN = ['--import', 'tsx', 'src/cli.ts', 'token'];
/** Starts in a fraction of the time. */
const AS_BUILT = ['dist/cli.js', 'token'];

function tokenCommand(args: string[], env: Record<string, string> = {}, command = AS_BUILT) {
  const variables = { PATH: process.env.PATH, DATA_DIR: dataDir, ...env };
  const { stdout, stderr, status } = spawnSync(process.execPath, [...command, ...args], {
    cwd: root,
    env: variables,
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

describe('the token command', () => {
  it('A6 prints a token that the server takes, and nothing else', async () => {
    const { stdout, stderr, status } = tokenCommand(
      ['ada', '--role', 'PUBLISHER', '--ttl', '15m'],
      {},
      AS_WRITTEN,
    );
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const authenticate = await createAuthenticate(readConfig({ DATA_DIR: dataDir }));
    const token = stdout.trim();
    expect(await authenticate(token)).toMatchObject({ id: 'ada', roles: ['USER', 'PUBLISHER'] });
    const { exp = 0, iat = 0 } = decodeJwt(token);
    expect(exp - iat).toBe(15 * 60);
  });

  it.each([
    [[], "missing required argument 'user'"],
    [['ada', 'bob'], 'too many arguments'],
    [['ada', '--role', 'KING'], 'There is no role "KING"'],
    [['ada', '--ttl', '1w'], '"1w" is not a duration'],
    [['ada', '--forever'], "unknown option '--forever'"],
  ])('A6 %o exits 2 and says on standard error what is wrong', (args, complaint) => {
    const { stdout, stderr, status } = tokenCommand(args);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    expect(stderr).toContain(complaint);
  });

  it('A6 makes no key where no server has one: its token would be good nowhere', () => {
    const other = path.join(dataDir, 'other');
    const { stdout, stderr, status } = tokenCommand(['ada'], { DATA_DIR: other });
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    expect(stderr).toBe(
      `There is no signing key in ${other}, so no server takes a token from here: start the server first, or set DATA_DIR or AUTH_SECRET to those of the server.\n`,
    );
    expect(existsSync(other)).toBe(false);
  });

  it('A6 says what is wrong with the environment', () => {
    const { stderr, status } = tokenCommand(['ada'], { ENVIRONMENT: 'production' });
    expect({ stderr, status }).toEqual({
      stderr: 'ENVIRONMENT=production needs AUTH_SECRET or AUTH_JWKS_URL.\n',
      status: 2,
    });
  });

  it('A6 refuses where an identity provider issues the tokens', () => {
    const { stderr, status } = tokenCommand(['ada'], { AUTH_JWKS_URL: 'https://id.example/keys' });
    expect({ stderr, status }).toEqual({
      stderr: 'AUTH_JWKS_URL is set: tokens come from your identity provider.\n',
      status: 2,
    });
  });
});
