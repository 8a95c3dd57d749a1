import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from './http-server.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};
const COMPRESSIBLE = /^(text|application|image\/svg)/;
/** Vite puts what it names by content here. */
const HASHED = '/assets/';
/** `style` elements are the chart library's own. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const NOT_BUILT =
  'The console has not been built. Run `npm run build`, or `npm start`, which builds it, and restart the server.\nGraphQL is at /graphql.\n';

interface StaticFile {
  readonly body: Buffer;
  readonly zipped: Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Serves the console from memory: `/` is its page, everything else has its path. What is no file of the folder as it
 * was at the start is not found, however it is spelled.
 *
 * It is not sirv (3.0.2) because sirv streams each file from the disk without an error handler: a file that a new build
 * removes while the server runs would end the process. sirv also compresses nothing by itself.
 * @param folder where `npm run build` puts it
 */
export function consoleFiles(folder: string): Page {
  const files = readFiles(folder);
  return (request, response, pathname) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const file = files.get(pathname);
    if (!file) {
      if (pathname !== '/') return false;
      response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
      response.end(NOT_BUILT);
      return true;
    }
    if (request.headers['if-none-match'] === file.headers.etag) {
      response.writeHead(304, file.headers).end();
      return true;
    }
    const zip = file.zipped && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    const body = zip && file.zipped ? file.zipped : file.body;
    response.writeHead(200, {
      ...file.headers,
      ...(zip ? { 'content-encoding': 'gzip' } : {}),
      'content-length': body.length,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
    return true;
  };
}

function readFiles(folder: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  for (const name of namesIn(folder)) {
    const pathname = `/${name.replaceAll('\\', '/')}`;
    const file = staticFile(pathname, readFileSync(path.join(folder, name)));
    files.set(pathname === '/index.html' ? '/' : pathname, file);
  }
  return files;
}

function namesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  } catch {
    return [];
  }
}

function staticFile(pathname: string, body: Buffer): StaticFile {
  const type = TYPES[path.extname(pathname)] ?? 'application/octet-stream';
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return {
    body,
    zipped: COMPRESSIBLE.test(type) ? gzipSync(body) : undefined,
    headers: {
      'content-type': type,
      'cache-control': pathname.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: `"${hash}"`,
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      ...(type.startsWith('text/html') ? { 'content-security-policy': POLICY } : {}),
    },
  };
}
