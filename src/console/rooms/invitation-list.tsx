import { useTexts } from '../i18n/texts.ts';
import { mutate } from '../session/mutate.ts';
import { useSession } from '../session/use-session.ts';
import { go } from '../state/route.ts';
import { useStore } from '../state/store.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAction } from '../ui/use-action.ts';
import { AcceptInvitation, DeclineInvitation } from './documents.ts';
import { useRoomBook } from './use-room-book.ts';

/** Pending invitations, each with what one can answer; nothing when there are none. */
export function InvitationList() {
  const texts = useTexts();
  const session = useSession();
  const book = useRoomBook();
  const { invitations } = useStore(book.state);
  const { run, isBusy, error } = useAction(async (answer: () => Promise<unknown>) => {
    await answer();
    await book.refresh();
  });
  if (invitations.length === 0) return null;
  const accept = async (roomId: string): Promise<void> => {
    await mutate(session, AcceptInvitation, { roomId });
    go('rooms', roomId);
  };
  const decline = (roomId: string, block: boolean) => mutate(session, DeclineInvitation, { roomId, block });
  return (
    <>
      <h2 id="invitations">{texts.rooms.invitations}</h2>
      <ErrorNote error={error} />
      <ul aria-labelledby="invitations">
        {invitations.map(({ roomId, roomName, inviter }) => (
          <li key={roomId} className="room-item">
            <span className="room-name">
              <span>
                <b>{roomName}</b>
                <small className="muted">{texts.rooms.invitedBy(inviter.id)}</small>
              </span>
            </span>
            <span className="answers">
              <button
                type="button"
                className="button primary"
                disabled={isBusy}
                onClick={() => void run(() => accept(roomId))}
              >
                {texts.rooms.accept}
              </button>
              <button
                type="button"
                className="button"
                disabled={isBusy}
                onClick={() => void run(() => decline(roomId, false))}
              >
                {texts.rooms.decline}
              </button>
              <button
                type="button"
                className="button quiet"
                disabled={isBusy}
                title={texts.rooms.blockTitle(inviter.id)}
                onClick={() => void run(() => decline(roomId, true))}
              >
                {texts.rooms.block}
              </button>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
