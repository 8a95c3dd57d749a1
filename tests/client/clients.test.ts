import { ApolloClient, InMemoryCache } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { print } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient, type ExecutionResult } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { WatchSubscription } from '../gql/graphql.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TopOfBook, Watch } from './documents.ts';

const variables = { symbols: ['600519', 'AAPL'] };

/** Publishes until the client has heard two events of AAPL, and checks what it heard. */
async function expectMoves(server: TestServer, prices: (string | null | undefined)[]): Promise<void> {
  await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
  await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '189.10' }]);
  await expect.poll(() => prices).toEqual(['189.10']);
  await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '189.20' }]);
  await expect.poll(() => prices).toEqual(['189.10', '189.20']);
}

describe('clients of every kind see prices move', () => {
  it('C1 Apollo Client, with a typed document', async () => {
    await using server = await startServer();
    const socket = createClient({ url: server.wsUrl, webSocketImpl: WebSocket });
    const apollo = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
    const prices: (string | null | undefined)[] = [];
    const subscription = apollo
      .subscribe({ query: Watch, variables })
      .subscribe((result) => prices.push(result.data?.streamData.price));
    await expectMoves(server, prices);
    subscription.unsubscribe();
    apollo.stop();
    await socket.dispose();
  });

  it('C2 urql with subscriptionExchange, and a typed query over HTTP', async () => {
    await using server = await startServer();
    const socket = createClient({ url: server.wsUrl, webSocketImpl: WebSocket });
    const urql = new Client({
      url: `${server.url}/graphql`,
      preferGetMethod: false,
      exchanges: [
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: ({ query, variables: values }) => ({
            subscribe: (sink) => ({
              unsubscribe: socket.subscribe<Record<string, unknown>>(
                { query: query ?? '', variables: values as Record<string, unknown> },
                { ...sink, next: (result) => sink.next(result as ExecutionResult<Record<string, unknown>>) },
              ),
            }),
          }),
        }),
      ],
    });
    const prices: (string | null | undefined)[] = [];
    const { unsubscribe } = urql
      .subscription(Watch, variables)
      .subscribe(({ data }) => prices.push(data?.streamData.price));
    await expectMoves(server, prices);
    unsubscribe();

    await server.publish('publishOrderBook', {
      symbol: 'AAPL',
      bids: [{ price: '189.10', size: '300' }],
      asks: [{ price: '189.12', size: '100' }],
    });
    const { data, error } = await urql.query(TopOfBook, { symbol: 'AAPL' });
    expect(error).toBeUndefined();
    expect(data?.orderBook).toMatchObject({ bids: [{ price: '189.10', size: '300' }], spread: '0.02' });
    await socket.dispose();
  });

  it('C3 graphql-sse', async () => {
    await using server = await startServer();
    const client = createSseClient({ url: `${server.url}/graphql`, retryAttempts: 0 });
    const prices: (string | null | undefined)[] = [];
    const query = print(Watch);
    client.subscribe<WatchSubscription>(
      { query, variables },
      { next: ({ data }) => prices.push(data?.streamData.price), error: () => {}, complete: () => {} },
    );
    await expectMoves(server, prices);
    client.dispose();
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(0);
    await expect.poll(() => server.app.stats().connections.total).toBe(0);
  });

  it('C4 an EventSource, by its GET request and event format', async () => {
    await using server = await startServer();
    const url = new URL(`${server.url}/graphql`);
    url.searchParams.set('query', 'subscription { streamData(symbols: ["AAPL"]) { price } }');
    const stop = new AbortController();
    const response = await fetch(url, { headers: { accept: 'text/event-stream' }, signal: stop.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    const reading = (async () => {
      for await (const chunk of response.body ?? []) text += new TextDecoder().decode(chunk as Uint8Array);
    })().catch(() => {});
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '189.10' }]);
    await expect
      .poll(() => text)
      .toContain('event: next\ndata: {"data":{"streamData":{"price":"189.10"}}}\n\n');
    stop.abort();
    await reading;
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(0);
  });
});
