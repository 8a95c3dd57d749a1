import { ApolloClient, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';

const server: string = import.meta.env.TICKROOM_URL ?? 'http://127.0.0.1:8002';
const token: string | undefined = import.meta.env.TICKROOM_TOKEN;

/** Queries, mutations and subscriptions all use one WebSocket. */
export const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: new GraphQLWsLink(
    createClient({
      url: `${server.replace(/^http/, 'ws')}/graphql`,
      connectionParams: () => (token ? { authorization: `Bearer ${token}` } : {}),
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true, // without it one failed attempt ends every subscription
    }),
  ),
});
