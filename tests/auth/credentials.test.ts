import { describe, expect, it } from 'vitest';
import { bearerToken, tokenFromConnectionParams } from '../../src/auth/credentials.ts';

const refused = expect.objectContaining({ code: 'AUTH_FAILED' });

describe('the Authorization header', () => {
  it.each([null, undefined])('A4 %s is anonymous', (header) => {
    expect(bearerToken(header)).toBeUndefined();
  });

  it.each(['Bearer abc', 'bearer abc', 'BEARER   abc'])('A4 "%s" carries a token', (header) => {
    expect(bearerToken(header)).toBe('abc');
  });

  it.each(['', 'Bearer', 'Bearer ', 'abc', 'Basic YTpi', 'Bearer a b', 'Bearer\u00a0abc'])(
    'A1 "%s" is refused, never anonymous',
    (header) => {
      expect(() => bearerToken(header)).toThrow(refused);
    },
  );
});

describe('connection_init', () => {
  it.each([undefined, null, {}, { locale: 'de' }, { authorization: undefined }, { token: null }])(
    'A4 %o is anonymous',
    (params) => {
      expect(tokenFromConnectionParams(params)).toBeUndefined();
    },
  );

  it.each([
    { authorization: 'Bearer abc' },
    { Authorization: 'bearer abc' },
    { token: 'abc' },
    { locale: 'de', token: 'abc' },
  ])('A4 %o carries a token', (params) => {
    expect(tokenFromConnectionParams(params)).toBe('abc');
  });

  it.each([
    { authorization: 'abc' },
    { authorization: '' },
    { authorization: 7 },
    { authorization: ['Bearer abc'] },
    { token: '' },
    { token: {} },
    { token: 'Bearer abc' },
    { token: false },
  ])('A1 %o is refused, never anonymous', (params) => {
    expect(() => tokenFromConnectionParams(params)).toThrow(refused);
  });
});
