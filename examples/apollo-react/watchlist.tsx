import { gql, type TypedDocumentNode } from '@apollo/client';
import { useSubscription } from '@apollo/client/react';
import { useId, useState } from 'react';

/** Prices are strings: show them as they are, and do not compute with them as numbers. */
interface Quote {
  readonly symbol: string;
  readonly price: string | null;
  readonly changePercent: string | null;
  readonly stale: boolean;
}

const QUOTES: TypedDocumentNode<{ streamData: Quote }, { symbols: readonly string[]; subscriber: string }> =
  gql`
  subscription ($symbols: [Symbol!]!, $subscriber: ID) {
    streamData(symbols: $symbols, subscriber: $subscriber) { symbol price changePercent stale }
  }
`;

/** The newest quote of each symbol. Each event carries one symbol. */
export function Watchlist({ symbols }: { symbols: readonly string[] }) {
  // with a text of its own each component gets its first quotes, although Apollo shares one operation between them
  const subscriber = useId();
  const [quotes, setQuotes] = useState<Readonly<Record<string, Quote>>>({});
  const { error } = useSubscription(QUOTES, {
    variables: { symbols, subscriber },
    // events are kept here: the result of the hook would be the newest one only
    ignoreResults: true,
    // quotes of many symbols have no place in the cache
    fetchPolicy: 'no-cache',
    onData: ({ data: { data } }) => {
      if (data) setQuotes((before) => ({ ...before, [data.streamData.symbol]: data.streamData }));
    },
  });
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
