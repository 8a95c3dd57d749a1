import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultyNetwork } from '../support/faulty-network.ts';
import { SnippetBook } from '../support/markdown.ts';
import { at, type RunningSnippet, runShell, runTypeScript } from '../support/run-snippet.ts';
import { startServer, type TestServer } from '../support/server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const POLL = { timeout: 30_000, interval: 50 };
const book = new SnippetBook('docs/guides/migrating.md');
const nameOf = (text: string): string => /^(?:\/\/|#) (\S+)$/m.exec(text)?.[1] ?? '';

describe('the snippets of docs/guides/migrating.md, from their text', () => {
  const folder = path.join(ROOT, '.cache', 'snippets', `migrating-${process.pid}`);
  const scratch = mkdtempSync(path.join(tmpdir(), 'tickroom-migrating-'));
  let server: TestServer;
  let network: FaultyNetwork;
  beforeAll(async () => {
    server = await startServer({ FEEDS: 'simulator?rate=20', COMPAT: 'orderbook,socketio' });
    network = await FaultyNetwork.start(() => Number(new URL(server.url).port));
    mkdirSync(folder, { recursive: true });
    for (const { text } of book.all('ts')) {
      writeFileSync(path.join(folder, nameOf(text)), at(text, network.httpUrl));
    }
  });
  afterAll(async () => {
    await network[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    for (const place of [folder, scratch]) rmSync(place, { recursive: true, force: true });
  });

  const run = (file: string): RunningSnippet =>
    runTypeScript(`await import(${JSON.stringify(path.join(folder, file))});`, { url: network.httpUrl });

  it('E9 TypeScript passes the type check, and GraphQL is valid', async () => {
    const options = {
      extends: path.join(ROOT, 'tsconfig.json'),
      compilerOptions: { lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable'] },
      include: ['*.ts'],
      exclude: [],
    };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(options));
    const check = promisify(execFile)('npx', ['tsc', '-p', folder], { cwd: ROOT });
    const problems = await check.then(
      () => '',
      ({ stdout, message }: { stdout?: string; message: string }) => stdout || message,
    );
    expect(problems).toBe('');
    const schema = buildSchema(readFileSync(path.join(ROOT, 'schema.graphql'), 'utf8'));
    for (const { text } of book.all('graphql')) expect(validate(schema, parse(text))).toEqual([]);
  });

  it('E9 each client goes on after a lost connection, and those with a cursor miss no trade', {
    timeout: 90_000,
  }, async () => {
    const files = [
      'watch-order-book.ts',
      'watch-order-book-graphql.ts',
      'apollo-http.ts',
      'apollo-retry.ts',
      'sse-single.ts',
      'watch-stream.ts',
    ];
    const running = files.map((file) => ({ file, snippet: run(file) }));
    const lines = (text: string): number => text.split('\n').length;
    try {
      for (const { file, snippet } of running) {
        await expect.poll(() => [file, lines(snippet.printed) > 10], POLL).toEqual([file, true]);
      }
      network.cut();
      const before = running.map(({ snippet }) => lines(snippet.printed));
      for (const [n, { file, snippet }] of running.entries()) {
        await expect
          .poll(() => [file, lines(snippet.printed) > (before[n] ?? 0) + 40], POLL)
          .toEqual([file, true]);
        expect([file, snippet.exitCode]).toEqual([file, null]);
      }
      const apollo = running[2]?.snippet.printed ?? '';
      const sequences = [...apollo.matchAll(/sequence: (\d+)/g)].map(([, text]) => Number(text));
      expect(sequences).toEqual(sequences.map((_, i) => (sequences[0] ?? 0) + i));
      for (const symbol of ['AAPL', 'TSLA', 'MSFT']) {
        expect(running[4]?.snippet.printed).toContain(`symbol: '${symbol}'`);
      }
    } finally {
      await Promise.all(running.map(({ snippet }) => snippet[Symbol.asyncDispose]()));
    }
  });

  it('E9 the publisher in Python publishes, and every snippet was looked at', {
    timeout: 20_000,
  }, async () => {
    const python = path.join(scratch, 'publish.py');
    writeFileSync(python, at(book.one('python', 'publishOrderBook').text, server.url));
    const TOKEN = await server.token('feed', 'PUBLISHER');
    await using publisher = runShell(`exec python3 ${python}`, { url: server.url, env: { TOKEN } });
    await expect.poll(() => publisher.printed, POLL).toContain("{'publishOrderBook': {'accepted': 1}}");
    expect(book.untaken()).toEqual([]);
  });
});
