import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/telemetry/logger.ts';
import { startHaproxy, type TestHaproxy } from '../support/haproxy.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TcpClient, upgradeRequest } from '../support/tcp-client.ts';

/** https://www.rfc-editor.org/rfc/rfc5737 */
const ONE = '203.0.113.1';
const OTHER = '203.0.113.2';
const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

let server: TestServer;
let proxy: TestHaproxy;

beforeAll(async () => {
  const trustProxy = /TRUST_PROXY: '(\d+)'/.exec(read('compose.yaml'))?.[1] ?? '0';
  server = await startServer({ TRUST_PROXY: trustProxy });
  proxy = await startHaproxy(Number(new URL(server.url).port));
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** A connection to the proxy that comes from an address. */
function from(address: string): TcpClient {
  const client = new TcpClient(proxy.port);
  client.write(`PROXY TCP4 ${address} 127.0.0.1 40000 8002\r\n`);
  return client;
}

async function statusOf(address: string, request: string): Promise<number | undefined> {
  using client = from(address);
  client.write(request);
  await expect.poll(() => client.status, { interval: 5, timeout: 5000 }).toBeDefined();
  return client.status;
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
const ask = (token: string): string => {
  const body = '{"query":"{ serverTime }"}';
  return `POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};

describe('the HAProxy configuration that is shipped', () => {
  it('V15 305 bad tokens of one client do not refuse another', async () => {
    await expect.poll(() => statusOf(ONE, get('/ready')), { timeout: 10_000 }).toBe(200);
    for (let sent = 0; sent < 305; sent += 61) {
      await Promise.all(Array.from({ length: 61 }, () => statusOf(ONE, ask('bad.bad.bad'))));
    }
    const token = await server.token('honest');
    expect(await statusOf(ONE, ask(token))).toBe(429);
    expect(await statusOf(OTHER, ask(token))).toBe(200);
    using webSocket = from(OTHER);
    webSocket.write(upgradeRequest());
    await expect.poll(() => webSocket.status).toBe(101);
  });

  it('V15 WebSocket goes through', async () => {
    using client = from(OTHER);
    client.write(upgradeRequest());
    await expect.poll(() => client.status).toBe(101);
    client.say({ type: 'connection_init' });
    await expect.poll(() => client.messages).toEqual([{ type: 'connection_ack' }]);
  });

  it('V15 the figures of an instance are not for everybody', async () => {
    for (const path of ['/stats', '/stats?x=1', '/stats/'])
      expect(await statusOf(OTHER, get(path))).toBe(404);
    expect((await fetch(`${server.url}/stats`)).status).not.toBe(404);
  });

  it('V15 a head that comes slowly is cut off', { timeout: 20_000 }, async () => {
    using client = from(OTHER);
    client.write('GET / HTTP/1.1\r\nHost: x\r\nX-Long: ');
    const timer = setInterval(() => client.write('x'), 500);
    await expect.poll(() => client.status, { timeout: 15_000, interval: 50 }).toBe(408);
    clearInterval(timer);
  });
});

describe('a proxy that is not configured', () => {
  it('V15 is told once, with what to set', async () => {
    const lines: string[] = [];
    const log = createLogger('warn', { write: (line: string) => void lines.push(line) });
    await using direct = await startServer({}, log);
    for (let i = 0; i < 3; i += 1) {
      await fetch(`${direct.url}/graphql?query={serverTime}`, { headers: { 'x-forwarded-for': '1.2.3.4' } });
    }
    expect(lines.filter((line) => line.includes('Set TRUST_PROXY'))).toHaveLength(1);
  });
});
