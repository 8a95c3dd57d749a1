/** Yoga + graphql-ws + graphql-redis-subscriptions as their documentation puts them together. */
import { createServer } from 'node:http';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { PubSub, type PubSubEngine } from 'graphql-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { createSchema, createYoga } from 'graphql-yoga';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';

const redisUrl = process.env.REDIS_URL;
const pubsub: PubSubEngine = redisUrl
  ? new RedisPubSub({ publisher: new Redis(redisUrl), subscriber: new Redis(redisUrl) })
  : new PubSub();

interface QuoteInput {
  readonly symbol: string;
  readonly price: string;
  readonly volume: string;
  readonly exchangeTime: string;
}
let sequence = 0;

const schema = createSchema({
  typeDefs: /* GraphQL */ `
    type Quote { symbol: String! price: String volume: String exchangeTime: String sequence: Int! }
    input QuoteInput { symbol: String! price: String volume: String exchangeTime: String }
    type Receipt { accepted: Int! }
    type Query { ok: Boolean }
    type Mutation { publishQuotes(input: [QuoteInput!]!): Receipt! }
    type Subscription { streamData(symbols: [String!]!): Quote! }
  `,
  resolvers: {
    Mutation: {
      publishQuotes: async (_root: unknown, { input }: { input: QuoteInput[] }) => {
        for (const quote of input) {
          sequence += 1;
          await pubsub.publish(`quote:${quote.symbol}`, { streamData: { ...quote, sequence } });
        }
        return { accepted: input.length };
      },
    },
    Subscription: {
      streamData: {
        subscribe: (_root: unknown, { symbols }: { symbols: string[] }) =>
          pubsub.asyncIterableIterator(symbols.map((symbol) => `quote:${symbol}`)),
      },
    },
  },
});

const yoga = createYoga({ schema, graphiql: { subscriptionsProtocol: 'WS' }, logging: false });
const server = createServer(yoga);
const webSockets = new WebSocketServer({ server, path: yoga.graphqlEndpoint });

// https://the-guild.dev/graphql/yoga-server/docs/features/subscriptions#graphql-over-websocket-protocol-via-graphql-ws
useServer(
  {
    execute: (args) =>
      (args as unknown as { rootValue: { execute: (args: unknown) => never } }).rootValue.execute(args),
    subscribe: (args) =>
      (args as unknown as { rootValue: { subscribe: (args: unknown) => never } }).rootValue.subscribe(args),
    onSubscribe: async (ctx, _id, params) => {
      const {
        schema: enveloped,
        execute,
        subscribe,
        contextFactory,
        parse,
        validate,
      } = yoga.getEnveloped({
        ...ctx,
        req: ctx.extra.request,
        socket: ctx.extra.socket,
        params,
      });
      const args = {
        schema: enveloped,
        operationName: params.operationName,
        document: parse(params.query),
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
      const errors = validate(args.schema, args.document);
      return errors.length > 0 ? errors : args;
    },
  },
  webSockets,
);
server.listen(Number(process.env.WEBSOCKET_PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
