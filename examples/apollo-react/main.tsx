import { ApolloProvider } from '@apollo/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { client } from './client.ts';
import { Notices } from './notices.tsx';
import { Watchlist } from './watchlist.tsx';

// outside of the component: a new list on each render would be a new subscription
const SYMBOLS = ['AAPL', '600519', 'HK.00700'];

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <ApolloProvider client={client}>
      <Notices />
      <Watchlist symbols={SYMBOLS} />
    </ApolloProvider>
  </StrictMode>,
);
