import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider } from 'urql';
import { client } from './client.ts';
import { TradeTape } from './trade-tape.tsx';
import { Watchlist } from './watchlist.tsx';

// outside of the component: a new list on each render would be a new subscription
const SYMBOLS = ['AAPL', '600519', 'HK.00700'];

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Provider value={client}>
      <Watchlist symbols={SYMBOLS} />
      <TradeTape symbol="AAPL" />
    </Provider>
  </StrictMode>,
);
