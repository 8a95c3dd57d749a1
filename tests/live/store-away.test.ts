import { createClient, type ExecutionResult } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { FaultyNetwork } from '../support/faulty-network.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type MessageEvent, ROOM_MESSAGES, User } from '../support/rooms.ts';
import { listen, startServer, type TestServer } from '../support/server.ts';

const TRADES = 'subscription { trades(symbols: ["AAPL"]) { sequence } }';
const INBOX = 'subscription { inbox { sequence } }';

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const sequencesOf = ({ results }: { readonly results: readonly ExecutionResult[] }): number[] =>
  results.map(({ data }) => (Object.values(data ?? {})[0] as { sequence: number }).sequence);

describe('while PostgreSQL is away', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  let network: FaultyNetwork;
  let isAway = false;
  beforeAll(async () => {
    postgres = await startPostgres();
    await postgres.createDatabase('tickroom');
    server = await startServer({ DATABASE_URL: postgres.url('tickroom') });
    network = await FaultyNetwork.start(() => Number(new URL(server.url).port));
  });
  afterAll(async () => {
    await network[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await postgres.stop();
  });
  const away = async () => {
    await postgres.kill();
    isAway = true;
    // so that the server has noticed
    await expect
      .poll(async () => (await (await fetch(`${server.url}/health`)).json()) as unknown, { timeout: 15_000 })
      .toMatchObject({ status: 'degraded' });
  };
  const back = async () => {
    if (isAway) await postgres.restart();
    isAway = false;
  };

  const client = async (userId: string) =>
    createClient({
      url: network.wsUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${await server.token(userId)}` },
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: () => pause(50),
      shouldRetry: () => true,
    });
  const trade = () => server.publish('publishTrades', [{ symbol: 'AAPL', price: '1', size: '1' }]);

  it('U11 rooms and inboxes that come back are held open, and then get everything; market data goes on at once, and says what it does not know', {
    timeout: 90_000,
  }, async () => {
    const ann = await User.at(server, 'ann');
    const root = await User.at(server, 'root', 'ADMIN');
    const room = await ann.createRoom();
    const write = () =>
      root.ask('mutation { broadcast(to: { user: "ann" }, input: { content: "hi" }) { queued } }');
    await trade();

    const returning = await client('ann');
    const messages = listen<{ roomMessages: MessageEvent }>(returning, ROOM_MESSAGES, { room });
    const inbox = listen(returning, INBOX);
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(2);
    for (const _ of upTo(3)) {
      await ann.send(room, 'before');
      await write();
    }
    const heard = () => [
      [...new Set(messages.data.map(({ roomMessages }) => roomMessages.message.sequence))],
      [...new Set(sequencesOf(inbox))],
    ];
    await expect.poll(heard).toEqual([upTo(3), upTo(3)]);
    network.close();
    network.cut();
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(0);
    for (const _ of upTo(2)) {
      await ann.send(room, 'while it was away');
      await write();
    }

    await away();
    network.close(false);
    await expect.poll(() => server.app.stats().connections.total, { timeout: 5000 }).toBe(1);
    const newcomer = await client('ben');
    const trades = listen(newcomer, TRADES);
    // it may have been there before: at once, with a repeat of the last trade
    await expect
      .poll(() => trades.results, { timeout: 5000 })
      .toMatchObject([
        {
          data: { trades: { sequence: 1 } },
          extensions: {
            resume: { id: expect.any(String), recovered: false, replayed: 0, reason: 'POSITION_UNKNOWN' },
          },
        },
      ]);
    await trade();
    await expect.poll(() => sequencesOf(trades)).toEqual([1, 2]);
    expect([...messages.errors, ...inbox.errors, messages.completed, inbox.completed]).toEqual([
      false,
      false,
    ]);

    await back();
    await expect.poll(heard, { timeout: 20_000 }).toEqual([upTo(5), upTo(5)]);
    await ann.send(room, 'after');
    await write();
    await expect.poll(heard, { timeout: 5000 }).toEqual([upTo(6), upTo(6)]);
    for (const { results } of [messages, inbox]) {
      const told = results.flatMap(({ extensions }) => (extensions ? [extensions] : []));
      // what the server did not know to have arrived comes again
      expect(told).toMatchObject([{ resume: { recovered: true, reason: null } }]);
    }
    await returning.dispose();
    await newcomer.dispose();
  });
});
