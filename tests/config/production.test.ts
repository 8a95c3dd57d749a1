import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { isWeakSecret } from '../../src/config/weak-secret.ts';
import { readConfig } from '../../src/config.ts';

const STRONG = '5b9e1cf07a8d4e26913fd0c7b2a46e88';
const production = (secret: string) => () => readConfig({ ENVIRONMENT: 'production', AUTH_SECRET: secret });

describe('secrets in production', () => {
  it.each([
    'a'.repeat(32),
    'ab'.repeat(16),
    '0'.repeat(64),
    '0123456789abcdef0123456789abcdef',
    '01234567890123456789012345678901',
    'abcdefghijklmnopqrstuvwxyz0123456789',
    'zyxwvutsrqponmlkjihgfedcba9876543210',
    'secretsecretsecretsecretsecretsecret',
    'changemechangemechangemechangemechangeme',
    'change-me-change-me-change-me-change-me',
    'please_change_this_secret_key_in_production',
    'your-super-secret-jwt-signing-key-example',
    'my-default-development-auth-secret-token',
    'CHANGE_ME_TO_A_SECRET_OF_32_BYTES_AT_LEAST',
    'tickroom-tickroom-tickroom-tickroom-1234',
    'set a secret of at least 32 bytes',
    'passwordpasswordpasswordpassword1',
    'qwertyuiopasdfghjklzxcvbnm123456',
    '                                ',
  ])('N8 %s is refused, and not shown', (secret) => {
    expect(production(secret)).toThrow(ConfigError);
    expect(production(secret)).toThrow(
      'ENVIRONMENT=production needs an AUTH_SECRET that nobody can guess, such as `openssl rand -hex 32` prints.',
    );
  });

  it('N8 what a generator prints is taken, every time', () => {
    for (let round = 0; round < 2000; round += 1) {
      const bytes = randomBytes(32);
      for (const format of ['hex', 'base64', 'base64url'] as const) {
        const secret = bytes.toString(format);
        expect(isWeakSecret(secret) ? secret : undefined).toBeUndefined();
      }
      expect(isWeakSecret(bytes.subarray(0, 16).toString('hex'))).toBe(false);
    }
    expect(production('correct horse battery staple on the moon')).not.toThrow();
  });

  it('N8 development takes any that is long enough', () => {
    expect(readConfig({ AUTH_SECRET: 'a'.repeat(32) }).authSecret).toHaveLength(32);
  });
});

describe('the schema', () => {
  it.each([
    [{}, true],
    [{ INTROSPECTION: 'refused' }, false],
    [{ ENVIRONMENT: 'production', AUTH_SECRET: STRONG }, false],
    [{ ENVIRONMENT: 'production', AUTH_SECRET: STRONG, INTROSPECTION: 'allowed' }, true],
  ])('N5 with %o may be asked for: %s', (env, introspection) => {
    expect(readConfig(env)).toMatchObject({ introspection });
  });
});
