import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startServer, type TestServer } from '../support/server.ts';

const QUOTES = encodeURIComponent('subscription { streamData(symbols: ["AAPL"]) { price } }');

/** What a page of an origin gets, each way: whether it was let in, and what CORS says. */
async function each(server: TestServer, origin: string) {
  const controller = new AbortController();
  const of = async (path: string, init: RequestInit) => {
    const response = await fetch(`${server.url}${path}`, { ...init, signal: controller.signal });
    return { status: response.status, cors: response.headers.get('access-control-allow-origin') };
  };
  const post = await of('/graphql', {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: '{"query":"{ serverTime }"}',
  });
  const preflight = await of('/graphql', {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
  const stream = await of(`/graphql?query=${QUOTES}`, { headers: { origin, accept: 'text/event-stream' } });
  controller.abort();
  const socket = await new Promise((resolve) => {
    const webSocket = new WebSocket(server.wsUrl, 'graphql-transport-ws', { origin });
    webSocket.once('open', () => {
      resolve(101);
      webSocket.close();
    });
    webSocket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
    webSocket.on('error', () => {});
  });
  return { post, preflight, stream, socket };
}

const refused = { status: 403, cors: null };
const allNotIn = { post: refused, preflight: refused, stream: refused, socket: 403 };
const allIn = (cors: string) => ({
  post: { status: 200, cors },
  preflight: { status: 204, cors },
  stream: { status: 200, cors },
  socket: 101,
});

describe('pages of other origins', () => {
  it('Q11 T8 are let in by HTTP, event streams and WebSocket if they are listed, and by none otherwise', async () => {
    await using server = await startServer({ ALLOWED_ORIGINS: 'https://app.example,https://two.example' });
    expect(await each(server, 'https://app.example')).toEqual(allIn('https://app.example'));
    expect(await each(server, 'https://two.example')).toEqual(allIn('https://two.example'));
    const foreign = [
      'https://evil.example',
      'http://app.example',
      'https://app.example.evil.example',
      'https://app.example:444',
      'null',
    ];
    for (const origin of foreign) expect([origin, await each(server, origin)]).toEqual([origin, allNotIn]);
    const { post, socket } = await each(server, server.url);
    expect([post.status, socket]).toEqual([200, 101]);
    expect(server.app.stats().rooms.created).toBe(0);
  });

  it('Q11 are not let in at all where none is listed, and the error says what to do', async () => {
    await using server = await startServer({
      ENVIRONMENT: 'production',
    });
    expect(await each(server, 'https://app.example')).toEqual(allNotIn);
    const response = await fetch(`${server.url}/graphql?query={serverTime}`, {
      headers: { origin: 'https://app.example' },
    });
    expect(await response.json()).toMatchObject({
      errors: [
        { message: expect.stringContaining('ALLOWED_ORIGINS'), extensions: { code: 'PERMISSION_DENIED' } },
      ],
    });
  });

  it('Q11 are all let in where any is', async () => {
    await using server = await startServer();
    expect(await each(server, 'https://app.example')).toEqual(allIn('https://app.example'));
  });
});
