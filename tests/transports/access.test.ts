import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { openRaw } from '../support/raw-socket.ts';
import { listen, startServer } from '../support/server.ts';

const PUBLISH = 'mutation { publishQuotes(input: [{ symbol: "AAPL", price: "1" }]) { accepted } }';

const codeOf = ({ errors }: { errors?: readonly { extensions?: { code?: unknown } }[] | undefined }) =>
  errors?.[0]?.extensions?.code;

describe('identity over HTTP', () => {
  it('A1 a bad token is refused, never taken for anonymous', async () => {
    await using server = await startServer();
    const bad = await server.post('{ serverTime }', {}, 'not.a.token');
    expect([bad.status, codeOf(bad as never), bad.data]).toEqual([401, 'AUTH_FAILED', undefined]);
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Basic abc' },
      body: '{"query":"{ serverTime }"}',
    });
    expect(codeOf((await response.json()) as never)).toBe('AUTH_FAILED');
  });

  it('A2 an expired token is refused as such', async () => {
    await using server = await startServer();
    const expired = await server.post('{ serverTime }', {}, await server.token('ada', undefined, -10));
    expect(codeOf(expired as never)).toBe('AUTH_TOKEN_EXPIRED');
  });

  it('A3 publishing needs the PUBLISHER role', async () => {
    await using server = await startServer();
    expect(codeOf((await server.post(PUBLISH)) as never)).toBe('AUTH_REQUIRED');
    expect(codeOf((await server.post(PUBLISH, {}, await server.token('ada'))) as never)).toBe(
      'PERMISSION_DENIED',
    );
    expect((await server.post(PUBLISH, {}, await server.token('ada', 'PUBLISHER'))).data).toEqual({
      publishQuotes: { accepted: 1 },
    });
    expect((await server.post(PUBLISH, {}, await server.token('root', 'ADMIN'))).errors).toBeUndefined();
  });

  it('A4 A5 in production market data and figures need a token, and there is no GraphiQL', async () => {
    await using server = await startServer({ ENVIRONMENT: 'production' });
    expect(codeOf((await server.post('{ quote(symbol: "AAPL") { price } }')) as never)).toBe('AUTH_REQUIRED');
    const figures = '{ stats { connections { total } } }';
    expect(codeOf((await server.post(figures)) as never)).toBe('AUTH_REQUIRED');
    expect((await server.post(figures, {}, await server.token('ada'))).errors).toBeUndefined();
    const client = server.client();
    for (const what of ['streamData(symbols: ["AAPL"]) { price }', 'stats { instance }']) {
      const refused = listen(client, `subscription { ${what} }`);
      await expect.poll(() => refused.errors.length).toBe(1);
      expect(refused.errors[0]).toMatchObject([{ extensions: { code: 'AUTH_REQUIRED' } }]);
    }
    const page = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(await page.text()).not.toContain('graphiql');
  });
});

describe('identity over WebSocket', () => {
  it.each([
    ['AUTH_FAILED', async () => 'rubbish'],
    [
      'AUTH_TOKEN_EXPIRED',
      (server: Awaited<ReturnType<typeof startServer>>) => server.token('ada', undefined, -10),
    ],
  ])('A1 A2 connection_init with a bad token closes with 4401 %s', async (code, token) => {
    await using server = await startServer();
    const raw = await openRaw(server.wsUrl, { payload: { authorization: `Bearer ${await token(server)}` } });
    await expect.poll(() => raw.closeCode).toBe(4401);
    expect(raw.closeReason).toContain(code);
    expect(raw.messages).toEqual([]);
  });

  it('A1 both forms of a good token name the viewer', async () => {
    await using server = await startServer();
    const token = await server.token('ada');
    for (const payload of [{ Authorization: `Bearer ${token}` }, { token }]) {
      const raw = await openRaw(server.wsUrl, { payload });
      raw.subscribe('1', '{ viewer { id } }');
      await expect.poll(() => raw.results('1')).toEqual([{ data: { viewer: { id: 'ada' } } }]);
      raw.socket.destroy();
    }
  });
});

describe('origins', () => {
  const ask = (url: string, origin: string) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: '{"query":"{ serverTime }"}',
    });
  /** `open`, or the status that refused the upgrade. */
  const upgrade = (url: string, origin: string): Promise<string> =>
    new Promise((resolve) => {
      const webSocket = new WebSocket(url, 'graphql-transport-ws', { origin });
      webSocket.once('open', () => resolve('open'));
      webSocket.once('unexpected-response', (_request, { statusCode }) => resolve(String(statusCode)));
      webSocket.on('error', () => {});
    });

  it('A5 T8 in production pages of other origins are refused unless listed', async () => {
    await using closed = await startServer({ ENVIRONMENT: 'production' });
    const refused = await ask(closed.url, 'http://evil.example');
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    expect(await upgrade(closed.wsUrl, 'http://evil.example')).toBe('403');
    expect(await upgrade(closed.wsUrl, closed.url)).toBe('open');
    await using open = await startServer({
      ENVIRONMENT: 'production',
      ALLOWED_ORIGINS: 'https://app.example',
    });
    const allowed = await ask(open.url, 'https://app.example');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(await upgrade(open.wsUrl, 'https://app.example')).toBe('open');
    expect(await upgrade(open.wsUrl, 'https://app.example.evil.example')).toBe('403');
  });
});
