import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { BookMismatch, type Delta, OrderBook, type Snapshot } from './book.ts';

const server = process.env.TICKROOM_URL ?? 'http://127.0.0.1:8002';
const token = process.env.TICKROOM_TOKEN;
const symbol = process.argv[2] ?? 'AAPL';

/** The checksum covers the ten best levels, so the depth is at least ten. */
const CHANGES = `subscription ($symbol: Symbol!) {
  orderBookChanges(symbol: $symbol, depth: 10) {
    __typename
    ... on OrderBookSnapshot { sequence bids { price size } asks { price size } checksum }
    ... on OrderBookDelta { firstSequence lastSequence bids { price size } asks { price size } checksum }
  }
}`;

const socket = createClient({
  url: `${server.replace(/^http/, 'ws')}/graphql`,
  webSocketImpl: WebSocket, // Node.js 20 has none of its own
  connectionParams: () => (token ? { authorization: `Bearer ${token}` } : {}),
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true, // without it one failed attempt ends every subscription
});

function follow(): void {
  const book = new OrderBook();
  const unsubscribe = socket.subscribe<{ orderBookChanges: Snapshot | Delta }, { resume?: object }>(
    { query: CHANGES, variables: { symbol } },
    {
      next: ({ data, extensions }) => {
        if (extensions?.resume) console.log(`resumed: ${JSON.stringify(extensions.resume)}`);
        if (!data) return;
        const event = data.orderBookChanges;
        try {
          book.apply(event);
        } catch (error) {
          if (!(error instanceof BookMismatch)) throw error;
          console.error(`${error.message} Subscribing again.`);
          unsubscribe();
          follow();
          return;
        }
        const [bid] = book.bids;
        const [ask] = book.asks;
        const kind = event.__typename === 'OrderBookSnapshot' ? 'snapshot' : 'delta';
        console.log(
          `${symbol} ${bid?.price ?? '-'} | ${ask?.price ?? '-'} checksum ${event.checksum} (${kind})`,
        );
      },
      error: (error) => {
        console.error(error);
        process.exitCode = 1;
      },
      complete: () => {},
    },
  );
}

follow();
