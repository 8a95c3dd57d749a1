import { useEffect, useMemo, useState } from 'react';
import { Provider, useQuery } from 'urql';
import { MarketsPage } from './markets/markets-page.tsx';
import { openSession, type Session } from './session/session.ts';
import { savedToken } from './session/token.ts';
import { SessionContext } from './session/use-session.ts';
import { WhoAmI } from './shell/documents.ts';
import { Shell } from './shell/shell.tsx';
import { ViewerContext } from './shell/use-viewer.ts';
import { route } from './state/route.ts';
import { useStore } from './state/store.ts';

/** Signing in or out begins a new session: nothing of the one before is left. */
export function App() {
  const token = useStore(savedToken) || undefined;
  const [session, setSession] = useState<Session>();
  useEffect(() => {
    const opened = openSession(token);
    setSession(opened);
    return () => opened.dispose();
  }, [token]);
  if (!session || session.token !== token) return null;
  return (
    <SessionContext.Provider value={session}>
      <Provider value={session.client} key={token}>
        <Pages />
      </Provider>
    </SessionContext.Provider>
  );
}

function Pages() {
  const { page, detail } = useStore(route);
  const [{ data }] = useQuery({ query: WhoAmI });
  const viewer = useMemo(() => (data ? (data.viewer ?? null) : undefined), [data]);
  return (
    <ViewerContext.Provider value={viewer}>
      <Shell page={page} inboxCount={0}>
        {page === 'markets' && <MarketsPage symbol={detail} />}
      </Shell>
    </ViewerContext.Provider>
  );
}
