import type { FormEvent } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { mutate } from '../session/mutate.ts';
import { useSession } from '../session/use-session.ts';
import { go } from '../state/route.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAction } from '../ui/use-action.ts';
import { CreateRoom } from './documents.ts';
import { RoomFields, readRoomFields } from './room-fields.tsx';
import { useRoomBook } from './use-room-book.ts';

/** Creates a room and goes there. */
export function CreateRoomDialog({ onClose }: { readonly onClose: () => void }) {
  const texts = useTexts();
  const session = useSession();
  const book = useRoomBook();
  const { run, isBusy, error } = useAction(async (form: FormData) => {
    const { createRoom } = await mutate(session, CreateRoom, { input: readRoomFields(form) });
    await book.refresh();
    go('rooms', createRoom.id);
    onClose();
  });
  const handleSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void run(new FormData(event.currentTarget));
  };
  return (
    <Dialog title={texts.rooms.createTitle} onClose={onClose}>
      <form onSubmit={handleSubmit}>
        <RoomFields />
        <ErrorNote error={error} />
        <button type="submit" className="button primary" disabled={isBusy}>
          {texts.rooms.createTitle}
        </button>
      </form>
    </Dialog>
  );
}
