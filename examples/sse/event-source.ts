// In a browser EventSource is built in: leave out this import, and the token, for which it has no option.
import { EventSource } from 'eventsource';

const server = process.env.TICKROOM_URL ?? 'http://127.0.0.1:8002';
const token = process.env.TICKROOM_TOKEN;
const symbols = process.argv.length > 2 ? process.argv.slice(2) : ['AAPL', '600519'];

interface Trade {
  readonly symbol: string;
  readonly price: string;
  readonly size: string;
  readonly sequence: number;
}

interface Result {
  readonly data?: { readonly trades: Trade } | null;
  readonly errors?: readonly { readonly message: string }[];
  readonly extensions?: { readonly gap?: object; readonly resume?: object };
}

const address = new URL('/graphql', server);
address.searchParams.set(
  'query',
  'subscription ($symbols: [Symbol!]!) { trades(symbols: $symbols) { symbol price size sequence } }',
);
address.searchParams.set('variables', JSON.stringify({ symbols }));

const source = new EventSource(address, {
  fetch: (url, init) =>
    fetch(url, {
      ...init,
      headers: { ...init.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
    }),
});
source.addEventListener('next', ({ data: text }) => {
  const { data, errors, extensions } = JSON.parse(text) as Result;
  // EventSource connects again by itself and sends the id of the last event, so the server goes on where it was
  if (extensions?.gap) console.log(`gap: ${JSON.stringify(extensions.gap)}`);
  if (extensions?.resume) console.log(`resumed: ${JSON.stringify(extensions.resume)}`);
  for (const { message } of errors ?? []) console.error(message);
  if (data)
    console.log(`${data.trades.symbol} ${data.trades.size} @ ${data.trades.price} #${data.trades.sequence}`);
});
// without it, EventSource would subscribe again after the end
source.addEventListener('complete', () => source.close());
