import { useTexts } from '../i18n/texts.ts';
import { useRoomBook } from '../rooms/use-room-book.ts';
import { SignInNeeded } from '../shell/sign-in-needed.tsx';
import { useViewer } from '../shell/use-viewer.ts';
import { language } from '../state/preferences.ts';
import { hrefOf } from '../state/route.ts';
import { useStore } from '../state/store.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { moment } from '../ui/format.ts';
import { useAction } from '../ui/use-action.ts';
import type { InboxItem, InboxState } from './use-inbox.ts';

/** What is addressed to somebody, the newest first, until they have read it. */
export function InboxPage({ items, dropped, acknowledge }: InboxState) {
  const texts = useTexts();
  const viewer = useViewer();
  const { run, isBusy, error } = useAction(acknowledge);
  if (viewer === undefined) return null;
  if (viewer === null) return <SignInNeeded why={texts.signIn.needInbox} />;
  const newest = items.at(-1);
  return (
    <section className="panel inbox" aria-label={texts.inbox.title}>
      <header className="panel-head">
        <h1>
          {texts.inbox.title} <span className="count">{items.length}</span>
        </h1>
        {newest && (
          <button type="button" className="button" disabled={isBusy} onClick={() => void run(newest)}>
            {texts.inbox.acknowledgeAll}
          </button>
        )}
      </header>
      <ErrorNote error={error} />
      {dropped > 0 && <p className="foot muted">{texts.inbox.dropped(dropped)}</p>}
      {items.length === 0 ? (
        <EmptyState title={texts.inbox.empty} hint={texts.inbox.emptyHint} />
      ) : (
        <ul className="scroller">
          {items.toReversed().map((item) => (
            <Item key={item.id} item={item} onRead={() => void run(item)} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Item({ item, onRead }: { readonly item: InboxItem; readonly onRead: () => void }) {
  const texts = useTexts();
  const inLanguage = useStore(language);
  const room = useStore(useRoomBook().state).mine?.rooms.find(({ id }) => id === item.roomId);
  return (
    <li className={`inbox-item is-${item.type.toLowerCase()}`}>
      <p className="message-head">
        <span className="badge">{texts.inbox.types[item.type]}</span>
        <span className="muted">{texts.inbox.from(item.sender.id)}</span>
        {item.roomId && (
          <a className="link-button" href={hrefOf('rooms', item.roomId)}>
            {room?.name ?? texts.nav.rooms}
          </a>
        )}
        <time className="muted num" dateTime={item.createdAt}>
          {moment(item.createdAt, inLanguage)}
        </time>
      </p>
      <p className="message-body">{item.content}</p>
      <button type="button" className="link-button" onClick={onRead}>
        {texts.inbox.acknowledge}
      </button>
    </li>
  );
}
