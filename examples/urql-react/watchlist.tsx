import { useId } from 'react';
import { gql, useSubscription } from 'urql';

/** Prices are strings: show them as they are, and do not compute with them as numbers. */
interface Quote {
  readonly symbol: string;
  readonly price: string | null;
  readonly changePercent: string | null;
  readonly stale: boolean;
}

const QUOTES = gql<{ streamData: Quote }, { symbols: readonly string[]; subscriber: string }>`
  subscription ($symbols: [Symbol!]!, $subscriber: ID) {
    streamData(symbols: $symbols, subscriber: $subscriber) { symbol price changePercent stale }
  }
`;

/** The newest quote of each symbol. Each event carries one symbol, so the handler merges it into those before it. */
export function Watchlist({ symbols }: { symbols: readonly string[] }) {
  // with a text of its own each component gets its first quotes, although urql shares one operation between them
  const subscriber = useId();
  const [{ data: quotes = {}, error }] = useSubscription(
    { query: QUOTES, variables: { symbols, subscriber } },
    (before: Record<string, Quote> = {}, { streamData }) => ({ ...before, [streamData.symbol]: streamData }),
  );
  if (error) return <p role="alert">{error.message}</p>;
  return (
    <table>
      <tbody>
        {Object.values(quotes).map(({ symbol, price, changePercent, stale }) => (
          <tr key={symbol} data-symbol={symbol} style={{ opacity: stale ? 0.5 : 1 }}>
            <th>{symbol}</th>
            <td>{price ?? '–'}</td>
            <td>{changePercent === null ? '–' : `${changePercent} %`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
