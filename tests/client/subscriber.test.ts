import { ApolloClient, gql, InMemoryCache } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { subscriptionExchange, Client as Urql } from '@urql/core';
import { createClient } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startServer } from '../support/server.ts';

const BOOK = `subscription ($symbol: Symbol!, $subscriber: ID) {
  orderBookChanges(symbol: $symbol, subscriber: $subscriber) { __typename }
}`;
const QUOTE = `subscription ($symbol: Symbol!, $subscriber: ID) {
  streamData(symbols: [$symbol], subscriber: $subscriber) { __typename price }
}`;

/** Begins a subscription of one component. @returns what it hears, and how it ends */
type Subscribe = (
  query: string,
  variables: Record<string, unknown>,
) => { readonly heard: unknown[]; end(): void };

function withApollo(url: string): { subscribe: Subscribe; close(): void } {
  const socket = createClient({ url, webSocketImpl: WebSocket });
  const apollo = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
  return {
    subscribe(query, variables) {
      const heard: unknown[] = [];
      const subscription = apollo
        .subscribe({ query: gql(query), variables })
        .subscribe(({ data }) => heard.push(data));
      return { heard, end: () => subscription.unsubscribe() };
    },
    close: () => {
      apollo.stop();
      void socket.dispose();
    },
  };
}

function withUrql(url: string): { subscribe: Subscribe; close(): void } {
  const socket = createClient({ url, webSocketImpl: WebSocket });
  const urql = new Urql({
    url,
    preferGetMethod: false,
    exchanges: [
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe<Record<string, unknown>>(
              { query: query ?? '', variables: variables as Record<string, unknown> },
              { ...sink, next: (result) => sink.next({ data: result.data, errors: undefined }) },
            ),
          }),
        }),
      }),
    ],
  });
  return {
    subscribe(query, variables) {
      const heard: unknown[] = [];
      const subscription = urql.subscription(query, variables).subscribe(({ data }) => heard.push(data));
      return { heard, end: () => subscription.unsubscribe() };
    },
    close: () => void socket.dispose(),
  };
}

describe.each([
  ['Apollo Client', withApollo],
  ['urql', withUrql],
])('two components of %s', (_name, connect) => {
  it('F16 have a snapshot each when each is a subscriber of its own, and share one group', async () => {
    await using server = await startServer();
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
    await server.publish('publishOrderBook', {
      symbol: 'AAPL',
      bids: [{ price: '1', size: '1' }],
      asks: [{ price: '2', size: '1' }],
    });
    const client = connect(server.wsUrl);
    const begin = async (query: string, first: unknown): Promise<void> => {
      await expect.poll(() => server.app.stats().streaming.groups).toBe(0);
      const one = client.subscribe(query, { symbol: 'AAPL', subscriber: 'chart' });
      await expect.poll(() => one.heard).toEqual([first]);
      const two = client.subscribe(query, { symbol: 'AAPL', subscriber: 'ladder' });
      await expect.poll(() => two.heard).toEqual([first]);
      expect(server.app.stats().streaming).toMatchObject({ groups: 1 });
      for (const { end } of [one, two]) end();
    };
    await begin(QUOTE, { streamData: { __typename: 'Quote', price: '1' } });
    await begin(BOOK, { orderBookChanges: { __typename: 'OrderBookSnapshot' } });
    client.close();
  });
});
