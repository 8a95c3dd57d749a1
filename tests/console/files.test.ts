import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { consoleFiles } from '../../src/transports/http/console-files.ts';
import { startServer } from '../support/server.ts';

const BUILT = fileURLToPath(new URL('../../dist/console', import.meta.url));
const MAX_ZIPPED_BYTES = 350_000;

async function serve(folder: string): Promise<AsyncDisposable & { url: string; server: Server }> {
  const page = consoleFiles(folder);
  const server = createServer((request, response) => {
    if (!page(request, response, (request.url ?? '/').split('?', 1)[0] ?? '/')) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    server,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

describe('the files of the console', () => {
  it('K11 come with their types, hashed ones for ever, the page never without asking', async () => {
    await using server = await startServer();
    const page = await fetch(`${server.url}/`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const etag = page.headers.get('etag') ?? '';
    expect((await fetch(`${server.url}/`, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const html = await page.text();
    for (const [, asset] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
      const response = await fetch(`${server.url}${asset}`);
      expect(response.headers.get('content-type')).toBe(
        asset?.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
      );
      expect(response.headers.get('cache-control')).toContain('immutable');
      expect(response.headers.get('content-encoding')).toBe('gzip');
      expect((await response.text()).length).toBeGreaterThan(1000);
    }
    expect((await fetch(`${server.url}/markets`)).status).toBe(404);
    expect((await fetch(`${server.url}/index.html`)).status).toBe(404);
  });

  it.each([
    '/../package.json',
    '/..%2fpackage.json',
    '/assets/../../main.js',
    '/%2e%2e/main.js',
    '//etc/passwd',
  ])('K11 are those of the folder and no others: %s', async (target) => {
    await using console = await serve(BUILT);
    // fetch would tidy the path up
    const socket = connect(Number(new URL(console.url).port), '127.0.0.1');
    socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 404/);
  });

  it('K11 that are not built are told to be, in a sentence', async () => {
    await using console = await serve(mkdtempSync(path.join(tmpdir(), 'tickroom-test-')));
    const response = await fetch(`${console.url}/`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });

  it('K12 weigh less than 350 KB together, zipped', () => {
    const files = readdirSync(path.join(BUILT, 'assets')).map((name) => path.join(BUILT, 'assets', name));
    const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(MAX_ZIPPED_BYTES);
  });
});
