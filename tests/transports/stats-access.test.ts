import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';

const PRODUCTION = {
  ENVIRONMENT: 'production',
  AUTH_SECRET: 'b7f1d0c94a6e4c22a1e85f3d9c07b6a8e2514d7f',
};

describe('GET /stats', () => {
  let development: TestServer;
  let production: TestServer;
  beforeAll(async () => {
    [development, production] = await Promise.all([startServer(), startServer(PRODUCTION)]);
  });
  afterAll(() => Promise.all([development, production].map((server) => server[Symbol.asyncDispose]())));

  const read = async (server: TestServer, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.url}/stats`, { headers });
    const body = (await response.json()) as { errors?: { extensions: { code: string } }[] };
    return [response.status, body.errors?.[0]?.extensions.code];
  };
  const FORWARDED = { 'x-forwarded-for': '203.0.113.9' };

  it('N5 is for this machine, and in development for everybody', async () => {
    expect(await read(production)).toEqual([200, undefined]);
    expect(await read(development, FORWARDED)).toEqual([200, undefined]);
  });

  it('N5 needs a token in production, as the field stats does', async () => {
    expect(await read(production, FORWARDED)).toEqual([401, 'AUTH_REQUIRED']);
    expect(await read(production, { forwarded: 'for=203.0.113.9' })).toEqual([401, 'AUTH_REQUIRED']);
    expect(await read(production, { ...FORWARDED, authorization: 'Bearer nonsense' })).toEqual([
      401,
      'AUTH_FAILED',
    ]);
    const { SignJWT } = await import('jose');
    const token = await new SignJWT({ roles: ['USER'] })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('ada')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(PRODUCTION.AUTH_SECRET));
    expect(await read(production, { ...FORWARDED, authorization: `Bearer ${token}` })).toEqual([
      200,
      undefined,
    ]);
  });
});
