import http from 'node:http';
import { describe, expect, it } from 'vitest';
import { SECRET, startServer } from '../support/server.ts';

const post = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/dev/token`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('tokens for the asking', () => {
  it('K13 in development anybody on this machine gets a token for anybody', async () => {
    await using server = await startServer();
    const response = await post(server.url, '{"user": "alice", "roles": ["ADMIN"]}');
    const { token } = (await response.json()) as { token: string };
    const { data } = await server.post('{ viewer { id roles } }', undefined, token);
    expect(data).toEqual({ viewer: { id: 'alice', roles: ['ADMIN'] } });
    expect((await fetch(`${server.url}/dev/token`)).status).toBe(200);
  });

  it.each([
    '',
    '{}',
    '{"user": ""}',
    '{"user": 7}',
    '{"user": "a", "roles": ["KING"]}',
    `{"user": "${'a'.repeat(5000)}"}`,
  ])('K13 what names nobody, or no role, is refused: %.40s', async (body) => {
    await using server = await startServer();
    const response = await post(server.url, body);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toContain('"user"');
  });

  it('K13 pages of strangers get none', async () => {
    await using server = await startServer();
    const body = '{"user": "alice"}';
    expect((await post(server.url, body, { origin: 'http://evil.example' })).status).toBe(403);
    const byOtherName = await new Promise<number | undefined>((resolve, reject) => {
      const request = http.request(
        `${server.url}/dev/token`,
        { method: 'POST', headers: { host: 'evil.example' } },
        (response) => resolve(response.resume().statusCode),
      );
      request.on('error', reject).end(body);
    });
    expect(byOtherName).toBe(403);
  });

  it('K13 in production, and where an identity provider signs, there is no such thing', async () => {
    await using production = await startServer({
      ENVIRONMENT: 'production',
      AUTH_SECRET: SECRET,
      DRAIN_SECONDS: '0',
    });
    expect((await post(production.url, '{"user": "alice"}')).status).not.toBe(200);
    expect((await fetch(`${production.url}/dev/token`)).status).toBe(404);
    await using provided = await startServer({ AUTH_SECRET: '', AUTH_JWKS_URL: 'http://127.0.0.1:9/keys' });
    expect((await fetch(`${provided.url}/dev/token`)).status).toBe(404);
  });
});
