import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSchema, parse, print, validate } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { freePort } from '../../src/bench/free-port.ts';
import { readConfig } from '../../src/config.ts';
import { openBrowser } from '../support/browser.ts';
import { type ChildServer, startChild } from '../support/child-server.ts';
import { FaultyNetwork } from '../support/faulty-network.ts';
import { SnippetBook, snippetsOf } from '../support/markdown.ts';
import { freshPostgres } from '../support/places.ts';
import { startRedis } from '../support/redis.ts';
import { at, type RunningSnippet, runShell, runTypeScript } from '../support/run-snippet.ts';
import { SECRET, signFor } from '../support/server.ts';

const AWAY_MS = 6500;
const POLL = { timeout: 30_000, interval: 50 };
/** Every page whose snippets are run here; those of the other guides are run by tests/docs/guides.test.ts. */
const PAGES = [
  'docs/getting-started.md',
  'docs/guides/market-data.md',
  'docs/guides/publishing.md',
  'docs/guides/inbox.md',
  'docs/guides/console.md',
  'docs/guides/codegen.md',
  'docs/feeds/README.md',
  'docs/operations/production.md',
  'docs/operations/cluster.md',
  'docs/operations/storage.md',
  'docs/operations/outages.md',
  'docs/operations/security.md',
  'docs/operations/upgrading.md',
  'docs/reference/protocol.md',
  'docs/benchmarks.md',
  'docs/compatibility.md',
  'docs/limitations.md',
];
const book = new SnippetBook(...PAGES);
/** Its snippets are among those of the pages. */
const readme = new SnippetBook('README.md');

/** A server at one port, which may be away for a while. */
class Restartable {
  readonly env: Record<string, string>;
  readonly url: string;
  #child: ChildServer | undefined;

  constructor(port: number, dataDir: string) {
    this.url = `http://127.0.0.1:${port}`;
    this.env = {
      WEBSOCKET_PORT: String(port),
      DATA_DIR: dataDir,
      AUTH_SECRET: SECRET,
      FEEDS: 'simulator?rate=20',
    };
  }

  async start(): Promise<void> {
    this.#child = await startChild(this.env);
  }

  async kill(): Promise<void> {
    await this.#child?.kill();
  }
}

describe('the snippets of README.md and of docs, from their text', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tickroom-readme-'));
  let server: Restartable;
  let token = '';
  beforeAll(async () => {
    server = new Restartable(await freePort(), dataDir);
    await server.start();
    token = await signFor('ada', 'ADMIN');
  });
  afterAll(async () => {
    await server.kill();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const post = async (query: string, variables: object = {}) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { data?: Record<string, unknown>; errors?: unknown };
  };

  it('E4 graphql-ws, urql and Apollo Client go on after the server was away for more than six seconds', async () => {
    const urql = book.one('ts', "from '@urql/core'").text;
    const apollo = book.one('ts', "from '@apollo/client/core'").text;
    const renewing = book.one('ts', 'onNewToken').text;
    const globals = `Object.assign(globalThis, { token: ${JSON.stringify(token)}, currentToken: () => ${JSON.stringify(token)}, onNewToken: (use) => setTimeout(() => use(${JSON.stringify(token)}), 300) });`;
    const listen = `client.subscribe({ query: 'subscription { streamData(symbols: ["AAPL"]) { symbol price } }' }, { next: ({ data }) => console.log(data.streamData), error: (error) => console.log('ENDED', error), complete: () => console.log('ENDED') });`;
    const run = (text: string): RunningSnippet => runTypeScript(text, { url: server.url, prelude: globals });
    await using first = run(urql);
    // as the text says: with the same socket
    await using second = run(
      `${urql}\n${apollo.replace('console.log(data)', "console.log('apollo', data?.streamData)")}`,
    );
    await using third = run(`${renewing}\n${listen}`);
    const clients = [first, second, third];
    const prices = ({ printed }: RunningSnippet): number => printed.split('price:').length;
    const ofApollo = (): number => second.printed.split('apollo').length;
    await expect.poll(() => Math.min(...clients.map(prices), ofApollo()), POLL).toBeGreaterThan(2);
    await server.kill();
    const awayAt = performance.now();
    const before = clients.map(prices);
    const apolloBefore = ofApollo();
    await expect.poll(() => performance.now() - awayAt, POLL).toBeGreaterThan(AWAY_MS);
    await server.start();
    for (const [i, client] of clients.entries()) {
      await expect
        .poll(() => client.printed.includes('ENDED') || prices(client), POLL)
        .toBeGreaterThan((before[i] ?? 0) + 1);
      expect(client.printed).not.toMatch(/ENDED|CombinedError|undefined/);
    }
    await expect.poll(ofApollo, POLL).toBeGreaterThan(apolloBefore + 1);
  });

  it('E4 graphql-ws notices a server that is gone without a word', async () => {
    await using network = await FaultyNetwork.start(() => Number(new URL(server.url).port));
    const recipe = book.one('ts', 'client.terminate()').text;
    const listen = `client.subscribe({ query: 'subscription { streamData(symbols: ["AAPL"]) { price } }' }, { next: ({ data }) => console.log(data.streamData), error: (error) => console.log('ENDED', error), complete: () => console.log('ENDED') });`;
    const faster = recipe.replace('10_000', '500').replace('5_000', '500');
    expect(faster).not.toBe(recipe);
    await using client = runTypeScript(`${faster}\n${listen}`, { url: network.httpUrl });
    const prices = (): number => client.printed.split('price:').length;
    await expect.poll(prices, POLL).toBeGreaterThan(2);
    network.swallow();
    const before = prices();
    await expect.poll(prices, POLL).toBeGreaterThan(before + 2);
    expect(client.printed).not.toContain('ENDED');
  });

  it('E4 U14 graphql-sse goes on after its cursor when its connection was cut', async () => {
    await using network = await FaultyNetwork.start(() => Number(new URL(server.url).port));
    await using client = runTypeScript(
      new SnippetBook('docs/guides/resume.md').one('ts', "from 'graphql-sse'").text,
      {
        url: network.httpUrl,
      },
    );
    const sequences = (): number[] =>
      [...client.printed.matchAll(/sequence: (\d+)/g)].map(([, sequence]) => Number(sequence));
    await expect.poll(() => sequences().length, POLL).toBeGreaterThan(2);
    network.cut();
    const last = sequences().at(-1) ?? 0;
    await expect.poll(() => sequences().at(-1), POLL).toBeGreaterThan(last + 20);
    const [first = 0] = sequences();
    expect([...new Set(sequences())]).toEqual(sequences().map((_, i) => first + i));
  });

  it('E4 EventSource, in a browser', async () => {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      await page.goto(`${server.url}/health`);
      await page.evaluate(at(book.one('ts', 'new EventSource').text, server.url));
      await expect.poll(() => said.length, POLL).toBeGreaterThan(1);
      expect(said[0]).toContain('AAPL');
    } finally {
      await browser.close();
    }
  });

  it('E4 curl subscribes, and publishes with a token of the command', async () => {
    const options = { url: server.url, env: server.env };
    await using stream = runShell(book.one('sh', 'text/event-stream').text, options);
    await expect.poll(() => stream.printed, POLL).toMatch(/event: next\ndata: \{"data":\{"streamData"/);
    await using publishing = runShell(book.one('sh', 'TOKEN=$(npm run -s token').text, options);
    await expect.poll(() => publishing.exitCode, POLL).toBe(0);
    expect(publishing.printed).toContain('{"data":{"publishQuotes":{"accepted":1}}}');
  });

  it('E4 each GraphQL operation is valid, and answers', async () => {
    const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
    const socket = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { token },
    });
    const subscribed: string[] = [];
    // what the text leaves to its reader
    const known = { cursor: '', trade: '' };
    for (const { text, file, line: at } of book.all('graphql')) {
      const line = `${file}:${at}`;
      for (const definition of parse(text).definitions) {
        const document = print(definition).replaceAll('"<that cursor>"', () => JSON.stringify(known.trade));
        expect({ line, problems: validate(schema, parse(document)).map(String) }).toEqual({
          line,
          problems: [],
        });
        if (document.includes('acknowledgeInbox')) await expect.poll(() => known.cursor, POLL).not.toBe('');
        const variables = {
          ...(document.includes('$cursor:') && { cursor: known.cursor }),
          ...(document.includes('publishTrades') && {
            input: [{ symbol: 'AAPL', price: '1', size: '1' }],
          }),
        };
        if (definition.kind !== 'OperationDefinition') continue;
        if (definition.operation === 'subscription') {
          socket.subscribe(
            { query: document, variables },
            {
              next: ({ data, errors }) => {
                const [name = ''] = Object.keys(data ?? {});
                subscribed.push(errors ? `line ${line}: ${JSON.stringify(errors)}` : name);
                const { inbox } = (data ?? {}) as { inbox?: { cursor: string } };
                known.cursor = inbox?.cursor ?? known.cursor;
              },
              error: (error) => subscribed.push(`line ${line}: ${JSON.stringify(error)}`),
              complete: () => {},
            },
          );
          continue;
        }
        const answer = await post(document, variables);
        expect({ line, errors: answer.errors }).toEqual({ line, errors: undefined });
        const { candles } = answer.data as {
          candles?: { lastTrade: { cursor: string } | null };
        };
        known.trade = candles?.lastTrade?.cursor ?? known.trade;
      }
    }
    // of the simulator's symbols none is a crypto pair
    const input = {
      symbol: 'BTC/USDT',
      bids: [{ price: '1', size: '2' }],
      asks: [{ price: '3', size: '4' }],
    };
    await post('mutation ($input: OrderBookInput!) { publishOrderBook(input: $input) { accepted } }', {
      input,
    });
    for (const field of ['streamData', 'trades', 'orderBookChanges', 'inbox']) {
      await expect.poll(() => subscribed, POLL).toContain(field);
    }
    expect(subscribed.filter((text) => text.startsWith('line'))).toEqual([]);
    await socket.dispose();
  });

  it('E4 JSON is JSON, with fields of the schema and reasons that the server gives', () => {
    const schema = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
    for (const { text } of book.all('json')) {
      const { data, extensions } = JSON.parse(text) as { data?: object; extensions?: object };
      for (const field of Object.keys(data ?? {})) expect(schema).toContain(`  ${field}(`);
      for (const name of Object.keys(extensions ?? {})) expect(['gap', 'resume']).toContain(name);
    }
  });

  it('E4 a trusted document runs by its id', async () => {
    const file = path.join(dataDir, 'documents.json');
    const id = 'sha256:5f'.padEnd(71, '0');
    writeFileSync(file, JSON.stringify({ [id]: '{ serverTime }' }));
    const trusted = await startChild({
      ...server.env,
      WEBSOCKET_PORT: '0',
      FEEDS: 'none',
      DATA_DIR: path.join(dataDir, 'trusted'),
      DATABASE_URL: await freshPostgres(),
      TRUSTED_DOCUMENTS: file,
    });
    try {
      const text = book.one('sh', 'documentId').text.replace('sha256:5f…', id);
      await using run = runShell(text, { url: trusted.url });
      await expect.poll(() => run.exitCode, POLL).toBe(0);
      expect(run.printed).toMatch(/\{"data":\{"serverTime":"/);
    } finally {
      await trusted.kill();
    }
  });

  /** As `npm start`, without the build: dist is what the whole run of tests uses. */
  const starting = (line: string): string => line.replace('npm start', 'npm start --ignore-scripts');
  const isReady = ({ printed }: RunningSnippet): string | undefined =>
    / at (http\S+)\/graphql/.exec(printed)?.[1];

  it('E4 npm start, with the feeds that are named', async () => {
    const [first = ''] = book.one('sh', 'npm ci && npm start').text.split('\n');
    // installing is what tests/cli/installation.test.ts does
    const DATABASE_URL = await freshPostgres();
    const own = { DATA_DIR: path.join(dataDir, 'own'), DATABASE_URL, WEBSOCKET_PORT: '0' };
    await using plain = runShell(starting(first.replace('npm ci && ', '')), { url: server.url, env: own });
    await expect.poll(() => isReady(plain), POLL).toBeDefined();
    const recording = path.join(dataDir, 'kraken.ws');
    writeFileSync(recording, '');
    const feeds = book.one('sh', 'FEEDS=').text.replace('recordings/kraken.ws', recording);
    const env = { ...own, DATA_DIR: path.join(dataDir, 'feeds') };
    await using withFeeds = runShell(starting(feeds), { url: server.url, env });
    await expect.poll(() => isReady(withFeeds), POLL).toBeDefined();
    const stats = await (await fetch(`${isReady(withFeeds)}/stats`)).json();
    expect(stats).toMatchObject({
      feeds: [{ name: 'simulator' }, { name: expect.stringContaining('replay:kraken:') }],
    });
  });

  it('E4 several processes and machines over one Redis', async () => {
    const redis = await startRedis();
    try {
      const ports = { first: await freePort(), second: await freePort() };
      const text = book
        .one('sh', '--workers 4')
        .text.replace('redis://localhost:6379', redis.url)
        .replace('postgresql://localhost:5432/tickroom', await freshPostgres())
        .replace('WEBSOCKET_PORT=8003', `WEBSOCKET_PORT=${ports.second}`);
      const [exports = '', many = '', more = ''] = text.split('\n');
      const env = {
        AUTH_SECRET: SECRET,
        DATA_DIR: path.join(dataDir, 'many'),
        FEEDS: 'none',
        WEBSOCKET_PORT: String(ports.first),
      };
      await using processes = runShell(`${exports}\n${starting(many)}`, { url: server.url, env });
      await using another = runShell(`${exports}\n${starting(more)}`, { url: server.url, env });
      for (const run of [processes, another]) await expect.poll(() => isReady(run), POLL).toBeDefined();
      const instances = async () =>
        ((await (await fetch(`http://127.0.0.1:${ports.second}/stats`)).json()) as { instances: unknown[] })
          .instances.length;
      await expect.poll(instances, POLL).toBe(5);
    } finally {
      await redis.stop();
    }
  });

  it('E4 the addresses of a Redis Cluster are taken', () => {
    const { text } = book.one('sh', 'redis://10.0.0.1');
    const url = /REDIS_URL=(\S+)/.exec(text)?.[1] ?? '';
    expect(readConfig({ REDIS_URL: url }).redisUrl).toBe(url);
  });

  it('E4 README has what the pages have, and at most 8 KB', () => {
    const texts = new Set(snippetsOf('docs/getting-started.md').map(({ text }) => text.trim()));
    const [start = '', test = ''] = readme.one('sh', 'npm ci').text.trim().split('\n');
    expect(texts).toContain(start);
    expect(test).toContain('npm cit');
    expect(texts).toContain(readme.one('graphql', 'streamData').text.trim());
    expect(readme.untaken()).toEqual([]);
    expect(readFileSync(new URL('../../README.md', import.meta.url)).length).toBeLessThanOrEqual(8192);
  });

  it('E4 and no other snippet is there', () => {
    expect(book.untaken()).toEqual([]);
  });

  it('E4 every page of docs has a test of its snippets', () => {
    const listed = readdirSync(new URL('../../docs', import.meta.url), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => `docs/${file}`)
      .filter((file) => !PAGES.includes(file) && snippetsOf(file).some(({ language }) => language !== ''));
    expect(listed.sort()).toEqual([
      'docs/architecture.md',
      'docs/getting-started.zh-CN.md',
      // tests/docs/guides.test.ts, and tests/compat/migrating.test.ts
      ...['clients', 'migrating', 'order-book', 'resume', 'rooms'].map((page) => `docs/guides/${page}.md`),
    ]);
  });
});
