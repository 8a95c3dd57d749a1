import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { applyPreferences } from './state/preferences.ts';
import './styles/tokens.css';
import './styles/elements.css';
import './styles/panel.css';
import './styles/controls.css';
import './styles/overlays.css';
import './styles/marks.css';
import './styles/shell.css';
import './styles/markets.css';
import './styles/symbol-search.css';
import './styles/bandwidth.css';
import './styles/quotes.css';
import './styles/price.css';
import './styles/symbol-tables.css';
import './styles/symbol.css';
import './styles/chart.css';
import './styles/rooms.css';
import './styles/messages.css';
import './styles/inbox.css';
import './styles/operations.css';

applyPreferences();
const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
