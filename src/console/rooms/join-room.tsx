import { useState } from 'react';
import type { RoomSummaryFragment } from '../gql/graphql.ts';
import { useTexts } from '../i18n/texts.ts';
import { mutate } from '../session/mutate.ts';
import { useSession } from '../session/use-session.ts';
import { go } from '../state/route.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAction } from '../ui/use-action.ts';
import { JoinRoom } from './documents.ts';
import { useRoomBook } from './use-room-book.ts';

interface JoinButtonProps {
  readonly room: RoomSummaryFragment;
}

/** Joins a room; where it takes a password, asks for it first. */
export function JoinButton({ room }: JoinButtonProps) {
  const texts = useTexts();
  const session = useSession();
  const book = useRoomBook();
  const [isAsking, setAsking] = useState(false);
  const { run, isBusy, error } = useAction(async (password: string | null) => {
    await mutate(session, JoinRoom, { roomId: room.id, password });
    await book.refresh();
    go('rooms', room.id);
  });
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={isBusy}
        aria-label={texts.rooms.joinTitle(room.name)}
        onClick={() => (room.type === 'PROTECTED' ? setAsking(true) : void run(null))}
      >
        {texts.rooms.join}
      </button>
      {!isAsking && <ErrorNote error={error} />}
      {isAsking && (
        <Dialog title={texts.rooms.joinTitle(room.name)} onClose={() => setAsking(false)}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void run(String(new FormData(event.currentTarget).get('password')));
            }}
          >
            <label className="field">
              {texts.rooms.password}
              <input name="password" type="password" required autoComplete="off" />
            </label>
            <ErrorNote error={error} />
            <button type="submit" className="button primary" disabled={isBusy}>
              {texts.rooms.join}
            </button>
          </form>
        </Dialog>
      )}
    </>
  );
}
