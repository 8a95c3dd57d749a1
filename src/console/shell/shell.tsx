import type { ReactNode } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useSession } from '../session/use-session.ts';
import { hrefOf, type Route } from '../state/route.ts';
import { useStore } from '../state/store.ts';
import { Account } from './account.tsx';
import { ConnectionChip } from './connection-chip.tsx';
import { Notice } from './notice.tsx';

interface ShellProps {
  readonly page: Route['page'];
  /** how many things wait on a page */
  readonly badges: Readonly<Partial<Record<Route['page'], number>>>;
  readonly children: ReactNode;
}

const PAGES: readonly Route['page'][] = ['markets', 'rooms', 'inbox', 'operations'];

/** What is around every page: where one can go, and how the connection is. */
export function Shell({ page, badges, children }: ShellProps) {
  const texts = useTexts();
  const session = useSession();
  const connection = useStore(session.connection);
  const ending = useStore(session.ending);
  const isLive = connection.kind === 'connected' && !ending?.isOver;
  return (
    <div className="shell" data-live={isLive}>
      <a className="skip" href="#content">
        {texts.nav.skip}
      </a>
      <header className="bar">
        <a className="brand" href={hrefOf('markets')}>
          <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
            <path d="M3 22l7-7 5 4 7-11 7 8" />
          </svg>
          <span>Tickroom</span>
        </a>
        <nav aria-label={texts.nav.main}>
          {PAGES.map((name) => (
            <a key={name} href={hrefOf(name)} aria-current={name === page ? 'page' : undefined}>
              {texts.nav[name]}
              <Badge page={name} count={badges[name] ?? 0} />
            </a>
          ))}
        </nav>
        <ConnectionChip />
        <Account />
      </header>
      <Notice connection={connection} ending={ending} />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

function Badge({ page, count }: { readonly page: Route['page']; readonly count: number }) {
  const texts = useTexts();
  if (count === 0) return null;
  return (
    <span className="count-badge" data-testid={`${page}-badge`}>
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="sr-only"> {texts.nav.unread(count)}</span>
    </span>
  );
}
