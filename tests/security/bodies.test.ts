import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bystander, openTcp, portOf } from '../support/hostile.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TcpClient, upgradeRequest } from '../support/tcp-client.ts';

let server: TestServer;
let bystander: Bystander;

beforeAll(async () => {
  server = await startServer();
  bystander = await Bystander.at(server);
});
afterAll(async () => server[Symbol.asyncDispose]());

const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

describe('compression', () => {
  it.each([
    'permessage-deflate',
    'permessage-deflate; client_max_window_bits=15, x-webkit-deflate-frame',
    'permessage-deflate; x',
  ])('V7 over WebSocket is declined: %s', async (offer) => {
    using client = await openTcp(server, { headers: { 'Sec-WebSocket-Extensions': offer } });
    expect(client.head).not.toMatch(/extensions/i);
    client.send({ rsv: 4, payload: gzipSync('x'.repeat(1_000_000)) });
    await expect.poll(() => client.closeCode).toBe(1002);
    await bystander.isServed();
  });

  const bomb = gzipSync(JSON.stringify({ query: '{ serverTime }', padding: 'x'.repeat(50_000_000) }));

  it.each(['gzip', 'deflate', 'br'])('V7 of a body is not undone: %s', async (encoding) => {
    const response = await post(bomb, { 'content-encoding': encoding });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
  });

  it('V7 a body that is too large is refused', async () => {
    const response = await post(
      JSON.stringify({ query: '{ serverTime }', variables: { a: 'x'.repeat(30_000_000) } }),
    );
    expect(response.status).toBe(413);
  });
});

describe('requests that are barely HTTP', () => {
  it.each([
    ['a Host that is none', 'POST /graphql HTTP/1.1\r\nHost: [\r\nContent-Length: 2\r\n\r\n{}', 400],
    [
      'a Host with a port that is none',
      'POST /graphql HTTP/1.1\r\nHost: x:999999\r\nContent-Length: 2\r\n\r\n{}',
      400,
    ],
    ['no Host', 'POST /graphql HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}', 400],
    [
      'two lengths',
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
      400,
    ],
    [
      'a length and chunks',
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a negative length', 'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 400],
    ['a method that is none', 'FOO /graphql HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['TRACE', 'TRACE /graphql HTTP/1.1\r\nHost: x\r\n\r\n', 405],
    ['an address of elsewhere', 'GET http://elsewhere/ HTTP/1.1\r\nHost: x\r\n\r\n', 404],
    ['a path upwards', 'GET /../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n', 404],
    ['a header of line breaks', upgradeRequest({ Origin: 'x\nSet-Cookie: a' }), 400],
  ])('V8 %s is refused and shows nothing of the inside', async (_what, text, status) => {
    using client = new TcpClient(portOf(server));
    client.write(text);
    await expect.poll(() => client.status).toBe(status);
    expect(client.head).not.toMatch(/node_modules|\.ts:|Error:/);
    await bystander.isServed();
  });
});
