import { createClient } from 'graphql-ws';
import { Client, fetchExchange, subscriptionExchange } from 'urql';

const server: string = import.meta.env.TICKROOM_URL ?? 'http://127.0.0.1:8002';
const token: string | undefined = import.meta.env.TICKROOM_TOKEN;
const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};

/** One WebSocket for all subscriptions. */
const socket = createClient({
  url: `${server.replace(/^http/, 'ws')}/graphql`,
  connectionParams: () => headers,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true, // without it one failed attempt ends every subscription
});

/** Queries and mutations over HTTP, subscriptions over the WebSocket. */
export const client = new Client({
  url: `${server}/graphql`,
  preferGetMethod: false,
  fetchOptions: { headers },
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query, variables }) => ({
        subscribe: (sink) => ({
          unsubscribe: socket.subscribe<Record<string, unknown>>(
            { query: query ?? '', variables: variables as Record<string, unknown> },
            { ...sink, next: (result) => sink.next(result as Parameters<typeof sink.next>[0]) },
          ),
        }),
      }),
    }),
  ],
});
