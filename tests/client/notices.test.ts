import { ApolloClient, gql, InMemoryCache } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { subscriptionExchange, Client as Urql } from '@urql/core';
import { type Client, createClient, type ExecutionResult } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { FaultyNetwork } from '../support/faulty-network.ts';
import { startServer, type TestServer } from '../support/server.ts';

const NOTICES =
  'subscription { notices { id kind topic from to reason recovered replayed operationId dropped at } }';
const trades = (symbol: string) => `subscription { trades(symbols: ["${symbol}"]) { sequence } }`;

interface Told {
  readonly id: string;
  readonly kind: string;
  readonly recovered: boolean | null;
  readonly replayed: number | null;
  readonly reason: string | null;
}

describe('notices as data', () => {
  let server: TestServer;
  let network: FaultyNetwork;
  beforeAll(async () => {
    server = await startServer();
    network = await FaultyNetwork.start(() => Number(new URL(server.url).port));
  });
  afterAll(async () => {
    await network[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const trade = (symbol: string, count = 1) =>
    server.publish(
      'publishTrades',
      Array.from({ length: count }, () => ({ symbol, price: '1', size: '1' })),
    );
  const socketOf = async (user: string): Promise<Client> => {
    const token = await server.token(user);
    return createClient({
      url: network.wsUrl,
      webSocketImpl: WebSocket,
      connectionParams: { token },
      shouldRetry: () => true,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 20)),
    });
  };

  /** The client's connection is cut, three trades happen meanwhile, and thirty more when it is back. */
  async function comeBack(symbol: string, sequences: () => readonly number[], told: () => readonly Told[]) {
    await expect
      .poll(async () => {
        await trade(symbol);
        return sequences().length;
      })
      .toBeGreaterThan(0);
    const before = sequences().at(-1) ?? 0;
    network.cut();
    await trade(symbol, 3);
    await expect.poll(() => sequences().at(-1), { timeout: 10_000 }).toBeGreaterThanOrEqual(before + 3);
    await trade(symbol, 30);
    await expect.poll(() => sequences().at(-1)).toBeGreaterThanOrEqual(before + 33);
    await expect.poll(() => told().length).toBe(1);
    expect(told()[0]).toMatchObject({ kind: 'RESUME', recovered: true, reason: null });
    expect(told()[0]?.replayed).toBeGreaterThanOrEqual(3);
  }

  it('U13 graphql-ws: the notice and the extension of a resumption have one id', async () => {
    const client = await socketOf('ada');
    const told: Told[] = [];
    const heard: ExecutionResult<{ trades: { sequence: number } }>[] = [];
    client.subscribe<{ notices: Told }>(
      { query: NOTICES },
      { next: ({ data }) => data && told.push(data.notices), error: () => {}, complete: () => {} },
    );
    client.subscribe<{ trades: { sequence: number } }>(
      { query: trades('NTA') },
      { next: (result) => heard.push(result as never), error: () => {}, complete: () => {} },
    );
    await comeBack(
      'NTA',
      () => heard.map(({ data }) => data?.trades.sequence ?? 0),
      () => told,
    );
    const resumed = heard.filter(({ extensions }) => extensions?.resume);
    expect(resumed).toMatchObject([{ extensions: { resume: { id: told[0]?.id } } }]);
    await client.dispose();
  });

  it('U13 urql repeats extensions on later results, and notices come once', async () => {
    const socket = await socketOf('bob');
    const urql = new Urql({
      url: `${server.url}/graphql`,
      preferGetMethod: false,
      exchanges: [
        subscriptionExchange({
          forwardSubscription: ({ query, variables }) => ({
            subscribe: (sink) => ({
              unsubscribe: socket.subscribe<Record<string, unknown>>(
                { query: query ?? '', variables: variables as Record<string, unknown> },
                { ...sink, next: (result) => sink.next(result as ExecutionResult<Record<string, unknown>>) },
              ),
            }),
          }),
        }),
      ],
    });
    const told: Told[] = [];
    const sequences: number[] = [];
    const repeated = new Set<unknown>();
    let repeats = 0;
    urql.subscription(NOTICES, {}).subscribe(({ data }) => data && told.push(data.notices));
    urql.subscription(trades('NTB'), {}).subscribe(({ data, extensions }) => {
      if (data) sequences.push(data.trades.sequence);
      if (!extensions?.resume) return;
      repeats += 1;
      repeated.add(extensions.resume.id);
    });
    await comeBack(
      'NTB',
      () => sequences,
      () => told,
    );
    // what a client has to know to count it once
    expect(repeats).toBeGreaterThan(1);
    expect([...repeated]).toEqual([told[0]?.id]);
    await socket.dispose();
  });

  it('U13 Apollo shows no extensions, and gets notices', async () => {
    const socket = await socketOf('cy');
    const apollo = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
    const told: Told[] = [];
    const sequences: number[] = [];
    apollo
      .subscribe<{ notices: Told }>({ query: gql(NOTICES) })
      .subscribe(({ data }) => data && told.push(data.notices));
    apollo
      .subscribe<{ trades: { sequence: number } }>({ query: gql(trades('NTC')) })
      .subscribe(({ data }) => data && sequences.push(data.trades.sequence));
    await comeBack(
      'NTC',
      () => sequences,
      () => told,
    );
    apollo.stop();
    await socket.dispose();
  });

  it('U13 event streams of one session get the notices of each other, and need one', async () => {
    const stream = async (
      query: string,
      session: string | undefined,
      headers: Record<string, string> = {},
    ) => {
      const aborting = new AbortController();
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
        body: JSON.stringify({ query, extensions: session ? { session } : undefined }),
        signal: aborting.signal,
      });
      let text = '';
      const reading = (async () => {
        const decoder = new TextDecoder();
        for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
      })().catch(() => {});
      return {
        text: () => text,
        status: response.status,
        async close() {
          aborting.abort();
          await reading;
        },
      };
    };
    const session = 'b7-a-session-of-one-page';
    const first = await stream(trades('NTD'), session);
    await expect
      .poll(async () => {
        await trade('NTD');
        return first.text();
      })
      .toContain('id: ');
    const id = /id: (\S+)/.exec(first.text())?.[1] ?? '';
    await first.close();
    await trade('NTD', 2);
    const notices = await stream(NOTICES, session);
    const second = await stream(trades('NTD'), session, { 'last-event-id': id });
    await expect.poll(() => notices.text()).toContain('"kind":"RESUME"');
    expect(notices.text()).toContain('"recovered":true');
    const nameless = await stream(NOTICES, undefined);
    await expect.poll(() => nameless.text()).toContain('need a session');
    await Promise.all([notices, second, nameless].map((one) => one.close()));
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(0);
  });
});
