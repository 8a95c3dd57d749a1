import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';

const APP = 'https://app.example';
const EVIL = 'https://evil.example';
const MUTATION = 'mutation { createRoom(input: { name: "x" }) { id } }';

let server: TestServer;
let headers: Record<string, string>;
beforeAll(async () => {
  server = await startServer({ ENVIRONMENT: 'production', ALLOWED_ORIGINS: APP });
  headers = { authorization: `Bearer ${await server.token('ada')}` };
});
afterAll(() => server[Symbol.asyncDispose]());

const get = (query: string, more: Record<string, string> = {}) =>
  fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, { headers: { ...headers, ...more } });
const post = (body: string | FormData | URLSearchParams, more: Record<string, string> = {}) =>
  fetch(`${server.url}/graphql`, { method: 'POST', headers: { ...headers, ...more }, body });

/** `fetch` says of itself what browsers say of pages; this says what it is told. */
function getMarked(marks: Record<string, string>): Promise<[status: number | undefined, text: string]> {
  return new Promise((resolve, reject) => {
    const url = `${server.url}/graphql?query=${encodeURIComponent('{ serverTime }')}`;
    request(url, { headers: { accept: 'application/json', ...headers, ...marks } }, (response) => {
      text(response).then((body) => resolve([response.statusCode, body]), reject);
    })
      .on('error', reject)
      .end();
  });
}

async function refusalOf(response: Response): Promise<[status: number, code: unknown]> {
  const { errors } = (await response.json()) as { errors?: { extensions: { code: unknown } }[] };
  return [response.status, errors?.[0]?.extensions.code];
}

describe('what a page of a stranger makes a browser send', () => {
  it('N6 mutations over GET are refused', async () => {
    expect(await refusalOf(await get(MUTATION))).toEqual([405, 'INVALID_INPUT']);
    const stream = await get(MUTATION, { accept: 'text/event-stream' });
    expect([stream.status, await stream.text()]).toEqual([405, expect.stringContaining('INVALID_INPUT')]);
  });

  it('N6 forms are refused: whatever a page can send without asking first', async () => {
    const multipart = new FormData();
    multipart.set('operations', JSON.stringify({ query: MUTATION }));
    multipart.set('map', '{}');
    const json = JSON.stringify({ query: MUTATION });
    for (const request of [
      post(new URLSearchParams({ query: MUTATION })),
      post(multipart),
      post(json, { 'content-type': 'text/plain' }),
      post(json, { 'content-type': 'text/plain; application/json' }),
      post(json, { 'content-type': 'text/plain, application/json' }),
      post(json, { 'content-type': 'application/x-www-form-urlencoded' }),
      post(MUTATION, { 'content-type': 'application/graphql' }),
    ]) {
      expect(await refusalOf(await request)).toEqual([415, 'INVALID_INPUT']);
    }
    expect((await post(json, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  });

  it('N6 images, scripts and links of other sites get nothing', async () => {
    for (const site of ['cross-site', 'same-site']) {
      for (const mode of ['no-cors', 'navigate']) {
        const marked = { 'sec-fetch-site': site, 'sec-fetch-mode': mode };
        expect(await getMarked(marked)).toEqual([403, expect.stringContaining('PERMISSION_DENIED')]);
      }
    }
    const own = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'no-cors' };
    expect((await getMarked(own))[0]).toBe(200);
  });

  it('N6 EventSource follows a subscription from an allowed origin', async () => {
    const asBrowsersDo = {
      accept: 'text/event-stream',
      'cache-control': 'no-store',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'cors',
    };
    const stream = await get('subscription { stats { instance } }', { ...asBrowsersDo, origin: APP });
    expect([stream.status, stream.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/event-stream'),
    ]);
    expect(stream.headers.get('access-control-allow-origin')).toBe(APP);
    const reader = stream.body?.getReader();
    expect((await reader?.read())?.value).toBeDefined();
    await reader?.cancel();
    const foreign = await get('subscription { stats { instance } }', { ...asBrowsersDo, origin: EVIL });
    expect([null, APP]).toContain(foreign.headers.get('access-control-allow-origin'));
    await foreign.body?.cancel();
  });

  it('N1 a body that is too large is refused with its limit', async () => {
    const body = JSON.stringify({ query: '{ serverTime }', variables: { x: 'x'.repeat(1_100_000) } });
    const response = await post(body, { 'content-type': 'application/json' });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      errors: [
        { message: expect.stringContaining('1,048,576 bytes'), extensions: { code: 'INVALID_INPUT' } },
      ],
    });
  });
});
