import { useEffect, useRef, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { mutate } from '../session/mutate.ts';
import { useSession } from '../session/use-session.ts';
import type { Viewer } from '../shell/use-viewer.ts';
import { go } from '../state/route.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAction } from '../ui/use-action.ts';
import { Composer } from './composer.tsx';
import { LeaveRoom } from './documents.ts';
import { Members } from './members.tsx';
import { MessageList } from './message-list.tsx';
import { hideRoom } from './open-rooms.ts';
import { mayChangeRoom, maySend } from './roles.ts';
import { RoomSettings } from './room-settings.tsx';
import { usePresence } from './use-presence.ts';
import { useReading } from './use-reading.ts';
import { useRoom, useRoomBook } from './use-room-book.ts';

interface RoomPanelProps {
  readonly roomId: string;
  readonly viewer: Viewer;
  readonly isCurrent: boolean;
}

/** One open room. */
export function RoomPanel({ roomId, viewer, isCurrent }: RoomPanelProps) {
  const texts = useTexts();
  const { feed, state } = useRoom(roomId);
  const { room, ended } = state;
  const presence = usePresence(roomId);
  const [showsPeople, setShowsPeople] = useState(false);
  const [isSettingUp, setSettingUp] = useState(false);
  const panel = useRef<HTMLElement>(null);
  const leave = useLeave(roomId);
  const newFrom = useReading(roomId, state);
  useEffect(() => {
    if (isCurrent) panel.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isCurrent]);
  const name = room?.name ?? '…';
  const close = (): void => {
    hideRoom(roomId);
    if (isCurrent) go('rooms');
  };
  return (
    <section
      className={`panel room ${isCurrent ? 'is-current' : ''}`}
      ref={panel}
      aria-label={name}
      data-room={roomId}
    >
      <header className="panel-head">
        <h2 title={room?.description}>{name}</h2>
        <button
          type="button"
          className="button quiet"
          aria-expanded={showsPeople}
          onClick={() => setShowsPeople(!showsPeople)}
        >
          <span className="presence live-data">
            <span className="presence-dot" aria-hidden="true" />
            {texts.rooms.online(presence.users)}
          </span>
        </button>
        {room && mayChangeRoom(room.viewerRole) && (
          <button
            type="button"
            className="icon-button"
            aria-label={texts.rooms.settingsOf(name)}
            onClick={() => setSettingUp(true)}
          >
            ⚙
          </button>
        )}
        {room?.viewerRole && (
          <button
            type="button"
            className="button quiet"
            disabled={leave.isBusy}
            onClick={() => confirm(texts.rooms.leaveSure(name)) && void leave.run()}
          >
            {texts.rooms.leave}
          </button>
        )}
        <button
          type="button"
          className="icon-button"
          aria-label={texts.rooms.closeRoom(name)}
          onClick={close}
        >
          ✕
        </button>
      </header>
      {room && isSettingUp && <RoomSettings room={room} onClose={() => setSettingUp(false)} />}
      <ErrorNote error={leave.error} />
      {showsPeople && (
        <Members roomId={roomId} ownRole={room?.viewerRole} ownId={viewer.id} presence={presence} />
      )}
      {ended ? (
        <EmptyState title={texts.rooms.ended} hint={ended} />
      ) : (
        <>
          <MessageList feed={feed} state={state} viewer={viewer} newFrom={newFrom} />
          {room && (room.status !== 'ACTIVE' || !maySend(room.viewerRole)) ? (
            <p className="foot muted">
              {room.status === 'ACTIVE' ? texts.rooms.readOnly : texts.rooms.notActive}
            </p>
          ) : (
            <Composer room={name} draft={feed.draft} onSend={(content) => feed.send(content)} />
          )}
        </>
      )}
    </section>
  );
}

function useLeave(roomId: string) {
  const session = useSession();
  const book = useRoomBook();
  return useAction(async () => {
    await mutate(session, LeaveRoom, { roomId });
    hideRoom(roomId);
    book.forget(roomId);
    await book.refresh();
    go('rooms');
  });
}
