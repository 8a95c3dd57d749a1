import { useState } from 'react';
import type { RoomSummaryFragment } from '../gql/graphql.ts';
import { useTexts } from '../i18n/texts.ts';
import { hrefOf } from '../state/route.ts';
import { useStore } from '../state/store.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAction } from '../ui/use-action.ts';
import { CreateRoomDialog } from './create-room.tsx';
import { InvitationList } from './invitation-list.tsx';
import { JoinButton } from './join-room.tsx';
import { useFoundRooms } from './use-found-rooms.ts';
import { useRoomBook } from './use-room-book.ts';

interface RoomListProps {
  readonly current: string | undefined;
}

/** The rooms one is in, with what is unread, and those one may join. */
export function RoomList({ current }: RoomListProps) {
  const texts = useTexts();
  const book = useRoomBook();
  const { mine, others, error } = useStore(book.state);
  const [search, setSearch] = useState('');
  const [isCreating, setCreating] = useState(false);
  const found = useFoundRooms(search);
  const more = useAction(() => book.more());
  return (
    <section className="panel room-list" aria-label={texts.nav.rooms}>
      <header className="panel-head">
        <h1>{texts.nav.rooms}</h1>
        <button type="button" className="button" onClick={() => setCreating(true)}>
          + {texts.rooms.create}
        </button>
        <input
          type="search"
          aria-label={texts.rooms.search}
          placeholder={texts.rooms.search}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
      </header>
      <ErrorNote error={error} />
      <div className="scroller">
        {!found && !error && <p className="foot muted">{texts.common.loading}</p>}
        <InvitationList />
        <h2 id="my-rooms">{texts.rooms.mine}</h2>
        {found?.mine.length === 0 && (
          <p className="foot muted">{search ? texts.rooms.noneFound : texts.rooms.noneMine}</p>
        )}
        <ul aria-labelledby="my-rooms">
          {found?.mine.map((room) => (
            <MyRoom key={room.id} room={room} isCurrent={room.id === current} />
          ))}
        </ul>
        {mine?.hasMore && search.trim() === '' && (
          <p className="foot muted">{texts.rooms.firstOfMine(mine.rooms.length)}</p>
        )}
        <h2 id="other-rooms">{texts.rooms.others}</h2>
        {found?.others.length === 0 && (
          <p className="foot muted">{search ? texts.rooms.noneFound : texts.rooms.noneOthers}</p>
        )}
        <ul aria-labelledby="other-rooms">
          {found?.others.map((room) => (
            <li key={room.id} className="room-item">
              <RoomName room={room} />
              <JoinButton room={room} />
            </li>
          ))}
        </ul>
        {others?.hasMore && search.trim() === '' && (
          <button
            type="button"
            className="link-button more-rooms"
            disabled={more.isBusy}
            onClick={() => void more.run()}
          >
            {texts.common.more}
          </button>
        )}
      </div>
      {isCreating && <CreateRoomDialog onClose={() => setCreating(false)} />}
    </section>
  );
}

interface MyRoomProps {
  readonly room: RoomSummaryFragment;
  readonly isCurrent: boolean;
}

function MyRoom({ room, isCurrent }: MyRoomProps) {
  const texts = useTexts();
  const unread = room.unreadCount;
  return (
    <li>
      <a className="room-item" href={hrefOf('rooms', room.id)} aria-current={isCurrent ? 'page' : undefined}>
        <RoomName room={room} />
        {unread > 0 && (
          <span className="count-badge">
            {unread > 99 ? '99+' : unread}
            <span className="sr-only"> {texts.nav.unread(unread)}</span>
          </span>
        )}
      </a>
    </li>
  );
}

const LOCK = (
  <svg viewBox="0 0 16 16" width="13" height="13" aria-hidden="true">
    <path d="M4 7V5a4 4 0 0 1 8 0v2h1v7H3V7zm2 0h4V5a2 2 0 0 0-4 0z" fill="currentColor" fillRule="evenodd" />
  </svg>
);
const MARKS = { PUBLIC: '#', PROTECTED: LOCK, PRIVATE: '◆' } as const;

function RoomName({ room }: { readonly room: RoomSummaryFragment }) {
  const texts = useTexts();
  return (
    <span className="room-name">
      <span className="mark" title={texts.rooms[room.type]}>
        <span aria-hidden="true">{MARKS[room.type]}</span>
        <span className="sr-only">{texts.rooms[room.type]}</span>
      </span>
      <span>
        <b>{room.name}</b>
        <small className="muted">
          {texts.rooms.members(room.memberCount)}
          {room.description && ` · ${room.description}`}
        </small>
      </span>
    </span>
  );
}
