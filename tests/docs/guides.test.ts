import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildSchema, parse, validate } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type ChildServer, startChild } from '../support/child-server.ts';
import { FaultyNetwork } from '../support/faulty-network.ts';
import { SnippetBook } from '../support/markdown.ts';
import { at, type RunningSnippet, runShell, runTypeScript } from '../support/run-snippet.ts';
import { SECRET, signFor } from '../support/server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const POLL = { timeout: 30_000, interval: 50 };
const PAGES = ['clients', 'order-book', 'resume', 'rooms'] as const;
const books = new Map(PAGES.map((page) => [page, new SnippetBook(`docs/guides/${page}.md`)]));
const bookOf = (page: (typeof PAGES)[number]): SnippetBook => books.get(page) as SnippetBook;

/** What the guides leave to their reader. */
const session = (token: string): string =>
  `export const currentToken = (): string => ${JSON.stringify(token)};\n`;

/** The TypeScript of all guides in one folder, each file under the name that its first line gives. */
function writeFiles(folder: string, url: string, token: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'session.ts'), session(token));
  for (const [page, book] of books) {
    for (const { language, text, line } of [...book.all('ts'), ...book.all('tsx')]) {
      const name = /^\/\/ (\S+\.tsx?)$/m.exec(text.split('\n', 1)[0] ?? '')?.[1];
      writeFileSync(path.join(folder, name ?? `${page}-${line}.${language}`), at(text, url));
    }
  }
}

describe('the snippets of docs/guides, from their text', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tickroom-guides-'));
  const folder = path.join(ROOT, '.cache', 'snippets', `guides-${process.pid}`);
  let server: ChildServer;
  let network: FaultyNetwork;
  let token = '';
  beforeAll(async () => {
    server = await startChild({ DATA_DIR: dataDir, AUTH_SECRET: SECRET, FEEDS: 'simulator?rate=20' });
    network = await FaultyNetwork.start(() => Number(new URL(server.url).port));
    token = await signFor('ada');
    writeFiles(folder, network.httpUrl, token);
  });
  afterAll(async () => {
    await network[Symbol.asyncDispose]();
    await server.kill();
    for (const place of [dataDir, folder]) rmSync(place, { recursive: true, force: true });
  });

  /** A program beside the files of the guides. */
  const run = (text: string): RunningSnippet => {
    const beside = text.replaceAll("from './", `from '${folder}/`);
    return runTypeScript(beside, { url: network.httpUrl });
  };

  it('E7 TypeScript passes the type check', async () => {
    const options = {
      extends: path.join(ROOT, 'tsconfig.json'),
      compilerOptions: { lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable'], jsx: 'react-jsx' },
      include: ['*.ts', '*.tsx'],
      exclude: [],
    };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(options));
    const check = promisify(execFile)('npx', ['tsc', '-p', folder], { cwd: ROOT });
    const problems = await check.then(
      () => '',
      ({ stdout, message }: { stdout?: string; message: string }) => stdout || message,
    );
    expect(problems).toBe('');
  });

  it('E7 graphql-ws, urql and Apollo Client share a socket, renew its token, and continue after a lost connection', async () => {
    await using client = run(`
      import { socket, renew } from './socket.ts';
      import { watchNotices } from './notices.ts';
      import { client } from './urql.ts';
      import { apollo } from './apollo.ts';
      import { gql } from '@apollo/client/core';
      const trades = 'subscription { trades(symbols: ["AAPL"]) { price sequence } }';
      const failed = (error) => console.log('ENDED', error);
      watchNotices((notice) => console.log('RELOAD', notice));
      socket.subscribe({ query: trades }, { next: ({ data }) => console.log('ws', data.trades.sequence), error: failed, complete: failed });
      client.subscription(trades, {}).subscribe(({ data, error }) => console.log('urql', data?.trades.sequence ?? error));
      apollo.subscribe({ query: gql(trades) }).subscribe(({ data }) => console.log('apollo', data?.trades.sequence));
      client.query('{ viewer { id } }', {}).then(({ data }) => console.log('urql is', data?.viewer.id));
      apollo.query({ query: gql('{ viewer { id } }') }).then(({ data }) => console.log('apollo is', data?.viewer.id));
      socket.on('pong', (received, payload) => { if (payload) console.log('renewed', payload.authenticated); });
      socket.on('connected', () => renew(${JSON.stringify(token)}));
    `);
    const names = ['ws', 'urql', 'apollo'];
    const sequences = (name: string): number[] =>
      [...client.printed.matchAll(new RegExp(`^${name} (\\d+)$`, 'gm'))].map(([, text]) => Number(text));
    const fewest = (): number => Math.min(...names.map((name) => sequences(name).length));
    await expect.poll(fewest, POLL).toBeGreaterThan(2);
    for (const line of ['urql is ada', 'apollo is ada', 'renewed true']) {
      await expect.poll(() => client.printed, POLL).toContain(line);
    }
    network.cut();
    const last = Math.max(...names.flatMap(sequences));
    await expect
      .poll(() => Math.min(...names.map((name) => sequences(name).at(-1) ?? 0)), POLL)
      .toBeGreaterThan(last + 20);
    for (const name of names) {
      const distinct = [...new Set(sequences(name))];
      expect(distinct).toEqual(distinct.map((_, i) => (distinct[0] ?? 0) + i));
    }
    expect(client.printed).not.toMatch(/ENDED|RELOAD|CombinedError|undefined/);
  });

  it('E7 graphql-sse and Python continue after a lost connection, and a cursor leaves no trade out', async () => {
    const python = path.join(folder, 'trades.py');
    writeFileSync(python, at(bookOf('clients').one('python', 'def subscribe').text, network.httpUrl));
    await using sse = run(bookOf('clients').one('ts', '// sse.ts').text);
    await using cursor = run(bookOf('resume').one('ts', 'request.variables.after').text);
    await using lines = runShell(`exec python3 ${python}`, { url: network.httpUrl });
    const clients = [sse, cursor, lines];
    const sequences = ({ printed }: RunningSnippet): number[] =>
      [...printed.matchAll(/'?sequence'?: (\d+)/g)].map(([, text]) => Number(text));
    await expect
      .poll(() => Math.min(...clients.map((one) => sequences(one).length)), POLL)
      .toBeGreaterThan(2);
    network.cut();
    const last = Math.max(...clients.flatMap(sequences));
    for (const client of clients) {
      await expect.poll(() => sequences(client).at(-1), POLL).toBeGreaterThan(last + 40);
      const distinct = [...new Set(sequences(client))];
      expect(distinct).toEqual(distinct.map((_, i) => (distinct[0] ?? 0) + i));
    }
  });

  it('E7 the order book that is kept has the checksum of the server, and refuses a delta that does not follow', async () => {
    const query = bookOf('order-book').one('graphql', 'orderBookChanges').text;
    await using client = run(`
      import { Book } from './book.ts';
      import { socket } from './socket.ts';
      const book = new Book();
      const late = new Book();
      const variables = { symbol: 'AAPL', subscriber: 'one' };
      socket.subscribe({ query: ${JSON.stringify(query)}, variables }, {
        next: ({ data }) => {
          const event = data.orderBookChanges;
          console.log(event.__typename, book.apply(event));
          if (event.__typename === 'OrderBookDelta') console.log('without a snapshot', late.apply(event));
        },
        error: console.error,
        complete: () => {},
      });
    `);
    const count = (text: string): number => client.printed.split(text).length - 1;
    await expect.poll(() => count('OrderBookDelta true'), POLL).toBeGreaterThan(20);
    network.cut();
    await expect.poll(() => count('OrderBookSnapshot true'), POLL).toBe(2);
    expect(count('OrderBookSnapshot false') + count('OrderBookDelta false')).toBe(0);
    expect(count('without a snapshot true')).toBe(0);
    expect(count('without a snapshot false')).toBeGreaterThan(20);
  });

  it('E7 each GraphQL operation is valid, and answers', async () => {
    const schema = buildSchema(readFileSync(path.join(ROOT, 'schema.graphql'), 'utf8'));
    const variables: Record<string, unknown> = { symbol: 'AAPL', subscriber: 'one' };
    for (const page of PAGES) {
      for (const { text, line } of bookOf(page).all('graphql')) {
        const where = `${page}.md:${line}`;
        expect({ where, problems: validate(schema, parse(text)).map(String) }).toEqual({
          where,
          problems: [],
        });
        const user = /^# as (\w+)$/m.exec(text)?.[1] ?? 'ada';
        const used = Object.fromEntries(
          Object.entries(variables).filter(([name]) => text.includes(`$${name}:`)),
        );
        if (text.includes('subscription')) {
          // those of a room say nothing until something happens in it
          await expect(opens(text, used, await signFor(user))).resolves.toBe('open');
          continue;
        }
        const response = await fetch(`${server.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${await signFor(user)}` },
          body: JSON.stringify({ query: text, variables: used }),
        });
        const answer = (await response.json()) as {
          data?: { createRoom?: { id: string } };
          errors?: unknown;
        };
        expect({ where, errors: answer.errors }).toEqual({ where, errors: undefined });
        variables.room ??= answer.data?.createRoom?.id;
        if (variables.room === undefined) delete variables.room;
      }
    }
  });

  /** 'open' when a subscription gets an event, or is not refused before a query that follows it is answered. */
  async function opens(query: string, variables: object, bearer: string): Promise<unknown> {
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { token: bearer },
    });
    try {
      return await new Promise((resolve) => {
        const refused = (error: unknown): void => resolve(error);
        client.subscribe(
          { query, variables: { ...variables } },
          {
            next: ({ errors }) => resolve(errors ?? 'open'),
            error: refused,
            complete: () => resolve('completed'),
          },
        );
        const after = { next: () => resolve('open'), error: refused, complete: () => {} };
        client.subscribe({ query: '{ rooms(first: 1) { edges { node { id } } } }' }, after);
      });
    } finally {
      await client.dispose();
    }
  }

  it('E7 JSON is JSON', () => {
    for (const page of PAGES) for (const { text } of bookOf(page).all('json')) JSON.parse(text);
  });

  it('E7 no snippet is left out', () => {
    for (const page of PAGES) expect({ page, left: bookOf(page).untaken() }).toEqual({ page, left: [] });
  });
});
