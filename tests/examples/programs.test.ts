import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { freePort } from '../../src/bench/free-port.ts';
import { type ChildServer, startChild } from '../support/child-server.ts';
import { freshPostgres } from '../support/places.ts';
import type { RunningSnippet } from '../support/run-snippet.ts';
import { SECRET, signFor } from '../support/server.ts';
import { runExample } from './example.ts';

const POLL = { timeout: 45_000, interval: 50 };

describe('the programs among the examples', () => {
  let env: Record<string, string>;
  let server: ChildServer;
  let token = '';
  beforeAll(async () => {
    env = {
      WEBSOCKET_PORT: String(await freePort()),
      DATABASE_URL: await freshPostgres(),
      AUTH_SECRET: SECRET,
      FEEDS: 'simulator?rate=5',
    };
    server = await startChild(env);
    token = await signFor('alice');
  });
  afterAll(() => server.kill());

  const lines = ({ printed }: RunningSnippet, pattern: RegExp): number =>
    printed.split('\n').filter((line) => pattern.test(line)).length;
  /** Waits for three more lines than there are. */
  const more = async (run: RunningSnippet, pattern: RegExp): Promise<void> => {
    const before = lines(run, pattern);
    await expect.poll(() => run.exitCode ?? lines(run, pattern), POLL).toBeGreaterThan(before + 2);
  };

  const ask = async <Data>(query: string, variables: object): Promise<Data> => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return ((await response.json()) as { data: Data }).data;
  };

  it('E5 run by the command of their README, and go on after the server was restarted', async () => {
    const { url } = server;
    await using book = runExample('order-book', url);
    await using stream = runExample('sse', url, { holding: 'event-source.ts' });
    await using typescript = runExample('publisher-typescript', url);
    await using python = runExample('publisher-python', url);
    await using bot = runExample('room-bot', url);
    const runs: [RunningSnippet, RegExp][] = [
      [book, /^AAPL [\d.]+ \| [\d.]+ checksum \d+/],
      [stream, /^(AAPL|600519) \d+ @ [\d.]+ #\d+$/],
      [typescript, /^BTC\/USDT #\d+: 1 accepted, 0 duplicates$/],
      [python, /^ETH\/USDT #\d+: 1 accepted, 0 duplicates$/],
    ];
    for (const [run, pattern] of runs) await more(run, pattern);
    await expect.poll(() => bot.printed, POLL).toMatch(/listening in Trading floor \(\S+\)/);

    const sequences = new Map<string, number[]>();
    const reader = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { token },
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
    });
    reader.subscribe<{ trades: { symbol: string; sequence: number } }>(
      { query: 'subscription { trades(symbols: ["BTC/USDT", "ETH/USDT"]) { symbol sequence } }' },
      {
        next: ({ data }) => {
          const of = data?.trades;
          if (of) sequences.set(of.symbol, [...(sequences.get(of.symbol) ?? []), of.sequence]);
        },
        error: () => sequences.clear(),
        complete: () => {},
      },
    );
    await expect.poll(() => sequences.size, POLL).toBe(2);

    const roomId = /listening in Trading floor \((\S+)\)/.exec(bot.printed)?.[1] ?? '';
    await ask('mutation ($roomId: ID!) { joinRoom(roomId: $roomId) { role } }', { roomId });
    const answers = async (): Promise<string[]> => {
      const { room } = await ask<{ room: { messages: { edges: { node: { content: string } }[] } } }>(
        'query ($roomId: ID!) { room(id: $roomId) { messages(last: 50) { edges { node { content } } } } }',
        { roomId },
      );
      return room.messages.edges
        .map(({ node }) => node.content)
        .filter((content) => !content.startsWith('!price'));
    };
    const question = (content: string) =>
      ask(
        'mutation ($roomId: ID!, $content: String!) { sendRoomMessage(roomId: $roomId, input: { content: $content }) { id } }',
        { roomId, content },
      );
    await question('!price aapl');
    await expect.poll(answers, POLL).toEqual([expect.stringMatching(/^AAPL [\d.]+$/)]);

    await server.kill();
    await expect.poll(() => python.printed, POLL).toContain('Sending the same trades again.');
    server = await startChild(env);
    // asked before the bot is back, perhaps
    await question('!price nothing?');
    for (const [run, pattern] of runs) await more(run, pattern);
    await expect
      .poll(answers, POLL)
      .toEqual([expect.any(String), expect.stringContaining('"nothing?" is not a symbol')]);
    expect(book.printed).not.toContain('Subscribing again');
    await reader.dispose();
    // nine processes start in it, two of them servers
  }, 150_000);

  it('E5 curl prints quotes as server-sent events', async () => {
    await using curl = runExample('sse', server.url, { holding: 'quotes.sh' });
    await expect
      .poll(() => curl.printed, POLL)
      .toMatch(/event: next\ndata: {"data":{"streamData":{"symbol":"AAPL"/);
  });
});
