import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { Client, fetchExchange } from '@urql/core';
import { EventSource } from 'eventsource';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultyNetwork } from '../support/faulty-network.ts';
import { startServer, type TestServer } from '../support/server.ts';

const POLL = { timeout: 30_000, interval: 20 };
const EVENTS = 1000;
const query = 'subscription { trades(symbols: ["AAPL"]) { sequence symbol price __typename } }';

interface Trades {
  readonly trades: { readonly sequence: number };
}
type Sink = (data: Trades | null | undefined) => void;
/** Subscribes with an unmodified client. @returns ends it */
type Open = (url: string, sink: Sink) => () => void;

const graphqlSse =
  (singleConnection: boolean): Open =>
  (url, sink) => {
    const client = createClient({ url, singleConnection });
    client.subscribe<Trades>(
      { query },
      { next: ({ data }) => sink(data as Trades), error: () => {}, complete: () => {} },
    );
    return () => client.dispose();
  };

const CLIENTS: Readonly<Record<string, Open>> = {
  'Apollo Client with HttpLink': (url, sink) => {
    const client = new ApolloClient({ link: new HttpLink({ uri: url }), cache: new InMemoryCache() });
    const subscription = client
      .subscribe<Trades>({ query: gql(query), fetchPolicy: 'no-cache' })
      .subscribe(({ data }) => sink(data));
    return () => {
      subscription.unsubscribe();
      client.stop();
    };
  },
  'urql with fetchSubscriptions': (url, sink) => {
    const client = new Client({
      url,
      preferGetMethod: false,
      exchanges: [fetchExchange],
      fetchSubscriptions: true,
    });
    return client.subscription<Trades>(query, {}).subscribe(({ data }) => sink(data)).unsubscribe;
  },
  'graphql-sse, a connection each': graphqlSse(false),
  'graphql-sse, one connection': graphqlSse(true),
  EventSource: (url, sink) => {
    const source = new EventSource(`${url}?query=${encodeURIComponent(query)}`);
    source.addEventListener('next', ({ data }) => sink((JSON.parse(data) as { data: Trades }).data));
    return () => source.close();
  },
};

describe('streamed answers that are cut at any byte', () => {
  let server: TestServer;
  let network: FaultyNetwork;
  beforeAll(async () => {
    server = await startServer({ MAX_QUEUE_FRAMES: '5000' });
    network = await FaultyNetwork.start(() => Number(new URL(server.url).port), 700);
  });
  afterAll(async () => {
    await network[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('T18 each unmodified client gets 1,000 events in order, in bursts', { timeout: 60_000 }, async () => {
    const heard = Object.entries(CLIENTS).map(([name, open]) => {
      const sequences: number[] = [];
      const close = open(network.httpUrl, (data) => data && sequences.push(data.trades.sequence));
      return { name, sequences, close };
    });
    await expect.poll(() => server.app.stats().streaming.subscribers, POLL).toBe(heard.length);
    // Apollo Client and urql add __typename, so all ask for it
    expect(server.app.stats().streaming.groups).toBe(1);
    const before = server.app.stats().streaming.executions;
    for (let n = 0; n < EVENTS; n += 100) {
      const burst = Array.from({ length: 100 }, () => ({ symbol: 'AAPL', price: '1', size: '1' }));
      await server.publish('publishTrades', burst);
    }
    const all = Array.from({ length: EVENTS }, (_, n) => n + 1);
    for (const { name, sequences } of heard) {
      await expect.poll(() => [name, sequences.at(-1)], POLL).toEqual([name, EVENTS]);
      expect([name, sequences]).toEqual([name, all]);
    }
    expect(server.app.stats().streaming.executions - before).toBe(EVENTS);
    for (const { close } of heard) close();
    await expect.poll(() => server.app.stats().streaming.subscribers, POLL).toBe(0);
  });
});
