import { lazy, Suspense, useEffect, useMemo } from 'react';
import { Provider, useQuery } from 'urql';
import { InboxPage } from './inbox/inbox-page.tsx';
import { useInbox } from './inbox/use-inbox.ts';
import { MarketsPage } from './markets/markets-page.tsx';
import { RoomsPage } from './rooms/rooms-page.tsx';
import { RoomBookContext, useStartedRoomBook, useUnreadTotal } from './rooms/use-room-book.ts';
import { SessionContext, useSession } from './session/use-session.ts';
import { useTokenSession } from './session/use-token-session.ts';
import { WhoAmI } from './shell/documents.ts';
import { Shell } from './shell/shell.tsx';
import { useTitle } from './shell/use-title.ts';
import { type Viewer, ViewerContext } from './shell/use-viewer.ts';
import { route } from './state/route.ts';
import { useStore } from './state/store.ts';

const ASK_AGAIN_MS = 2000;
const OperationsPage = lazy(() => import('./operations/operations-page.tsx'));

/** Somebody else begins a new session: nothing of the one before is left. */
export function App() {
  const session = useTokenSession();
  if (!session) return null;
  return (
    <SessionContext.Provider value={session}>
      <Provider value={session.client} key={session.id}>
        <SignedIn />
      </Provider>
    </SessionContext.Provider>
  );
}

function SignedIn() {
  const [{ data, error }, ask] = useQuery({ query: WhoAmI });
  const viewer = useMemo(() => (data ? (data.viewer ?? null) : undefined), [data]);
  // a page that was opened while the server was away learns it when the server is back
  useEffect(() => {
    if (!error?.networkError) return;
    const timer = setTimeout(() => ask({ requestPolicy: 'network-only' }), ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [error, ask]);
  // another token of the same user may come with other roles
  const { token } = useSession();
  useEffect(() => token.subscribe(() => ask({ requestPolicy: 'network-only' })), [token, ask]);
  return (
    <ViewerContext.Provider value={viewer}>
      <Pages viewer={viewer} />
    </ViewerContext.Provider>
  );
}

function Pages({ viewer }: { readonly viewer: Viewer | null | undefined }) {
  const { page, detail } = useStore(route);
  const inbox = useInbox(viewer?.id);
  const book = useStartedRoomBook(viewer?.id);
  const unread = useUnreadTotal(book);
  useTitle(unread + inbox.items.length);
  return (
    <RoomBookContext.Provider value={book}>
      <Shell page={page} badges={{ inbox: inbox.items.length, rooms: unread }}>
        {page === 'markets' && <MarketsPage symbol={detail} />}
        {page === 'rooms' && <RoomsPage roomId={detail} />}
        {page === 'inbox' && <InboxPage {...inbox} />}
        {page === 'operations' && (
          <Suspense fallback={null}>
            <OperationsPage />
          </Suspense>
        )}
      </Shell>
    </RoomBookContext.Provider>
  );
}
