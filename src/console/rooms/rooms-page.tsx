import { useEffect } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { SignInNeeded } from '../shell/sign-in-needed.tsx';
import { useViewer } from '../shell/use-viewer.ts';
import { hrefOf } from '../state/route.ts';
import { useStore } from '../state/store.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { useWide } from '../ui/use-media.ts';
import { openRooms, showRoom } from './open-rooms.ts';
import { RoomList } from './room-list.tsx';
import { RoomPanel } from './room-panel.tsx';

/** Rooms side by side where there is space, else one at a time. */
export function RoomsPage({ roomId }: { readonly roomId: string | undefined }) {
  const texts = useTexts();
  const viewer = useViewer();
  const isWide = useWide();
  const open = useStore(openRooms);
  useEffect(() => {
    if (roomId !== undefined) showRoom(roomId);
  }, [roomId]);
  if (viewer === undefined) return null;
  if (viewer === null) return <SignInNeeded why={texts.signIn.needRooms} />;
  const shown = isWide ? open : open.filter((id) => id === roomId);
  return (
    <div className="rooms">
      {(isWide || roomId === undefined) && <RoomList current={roomId} />}
      {!isWide && roomId !== undefined && (
        <a className="back" href={hrefOf('rooms')}>
          ‹ {texts.nav.rooms}
        </a>
      )}
      {isWide && shown.length === 0 && (
        <section className="panel">
          <EmptyState title={texts.rooms.pick} hint={texts.rooms.pickHint} />
        </section>
      )}
      {shown.length > 0 && (
        <div className="room-panels">
          {shown.map((id) => (
            <RoomPanel key={id} roomId={id} viewer={viewer} isCurrent={id === roomId} />
          ))}
        </div>
      )}
    </div>
  );
}
