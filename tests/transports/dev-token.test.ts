import http from 'node:http';
import { describe, expect, it } from 'vitest';
import { SECRET, startServer, type TestServer } from '../support/server.ts';

const NONCE = 'x-tickroom-dev';
const nonceOf = ({ app }: TestServer): string => new URL(app.consoleUrl).searchParams.get('dev') ?? '';
const post = (server: TestServer, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}/dev/token`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', [NONCE]: nonceOf(server), ...headers },
  });

describe('tokens for the asking', () => {
  it('K13 in development anybody on this machine gets a token for anybody', async () => {
    await using server = await startServer();
    const response = await post(server, '{"user": "alice", "roles": ["ADMIN"]}');
    const { token } = (await response.json()) as { token: string };
    const { data } = await server.post('{ viewer { id roles } }', undefined, token);
    expect(data).toEqual({ viewer: { id: 'alice', roles: ['ADMIN'] } });
    const headers = { [NONCE]: nonceOf(server) };
    expect((await fetch(`${server.url}/dev/token`, { headers })).status).toBe(200);
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
    const response = await post(server, body);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toContain('"user"');
  });

  it('K13 who does not know the nonce gets none: behind a proxy of this machine every request looks local', async () => {
    await using server = await startServer();
    const nonce = nonceOf(server);
    expect(nonce.length).toBeGreaterThan(20);
    for (const wrong of ['', 'x', `${nonce}x`, nonce.slice(1), nonce.toLowerCase()]) {
      const response = await post(server, '{"user": "alice"}', { [NONCE]: wrong });
      expect(response.status).toBe(403);
      expect(((await response.json()) as { error: string }).error).toContain('printed');
    }
    expect((await fetch(`${server.url}/dev/token`)).status).toBe(403);
    expect(await (await fetch(`${server.url}/`)).text()).not.toContain(nonce);
  });

  it.each(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'])(
    'K13 nobody gets one through a proxy, which says so in %s',
    async (name) => {
      await using server = await startServer();
      expect((await post(server, '{"user": "alice"}', { [name]: '127.0.0.1' })).status).toBe(403);
    },
  );

  it('K13 pages of strangers get none', async () => {
    await using server = await startServer();
    const body = '{"user": "alice"}';
    expect((await post(server, body, { origin: 'http://evil.example' })).status).toBe(403);
    const byOtherName = await new Promise<number | undefined>((resolve, reject) => {
      const request = http.request(
        `${server.url}/dev/token`,
        { method: 'POST', headers: { host: 'evil.example', [NONCE]: nonceOf(server) } },
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
    expect((await post(production, '{"user": "alice"}')).status).not.toBe(200);
    expect((await fetch(`${production.url}/dev/token`)).status).toBe(404);
    await using provided = await startServer({ AUTH_SECRET: '', AUTH_JWKS_URL: 'http://127.0.0.1:9/keys' });
    expect((await fetch(`${provided.url}/dev/token`)).status).toBe(404);
  });
});
