import type { FormEvent } from 'react';
import type { RoomStatus, RoomSummaryFragment } from '../gql/graphql.ts';
import { useTexts } from '../i18n/texts.ts';
import { mutate } from '../session/mutate.ts';
import { useSession } from '../session/use-session.ts';
import { go } from '../state/route.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAction } from '../ui/use-action.ts';
import { DeleteRoom, UpdateRoom } from './documents.ts';
import { hideRoom } from './open-rooms.ts';
import { mayDeleteRoom } from './roles.ts';
import { RoomFields, readRoomFields } from './room-fields.tsx';
import { useRoomBook } from './use-room-book.ts';

const STATUSES: readonly RoomStatus[] = ['ACTIVE', 'INACTIVE', 'ARCHIVED', 'CLOSED'];

interface RoomSettingsProps {
  readonly room: RoomSummaryFragment;
  readonly onClose: () => void;
}

/** What those above may change about a room; its owner may end it here, who could not leave it otherwise. */
export function RoomSettings({ room, onClose }: RoomSettingsProps) {
  const texts = useTexts();
  const session = useSession();
  const book = useRoomBook();
  const change = useAction(async (form: FormData) => {
    const status = STATUSES.find((known) => known === form.get('status'));
    await mutate(session, UpdateRoom, { id: room.id, input: { ...readRoomFields(form), status } });
    await book.refresh();
    onClose();
  });
  const remove = useAction(async () => {
    await mutate(session, DeleteRoom, { id: room.id });
    onClose();
    hideRoom(room.id);
    book.forget(room.id);
    await book.refresh();
    go('rooms');
  });
  const handleSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void change.run(new FormData(event.currentTarget));
  };
  return (
    <Dialog title={texts.rooms.settingsOf(room.name)} onClose={onClose}>
      <form onSubmit={handleSubmit}>
        <RoomFields room={room} />
        <label className="field">
          {texts.rooms.status}
          <select name="status" defaultValue={room.status}>
            {STATUSES.map((status) => (
              <option key={status} value={status}>
                {texts.rooms.statuses[status]}
              </option>
            ))}
          </select>
        </label>
        <ErrorNote error={change.error ?? remove.error} />
        <p className="dialog-actions">
          <button type="submit" className="button primary" disabled={change.isBusy}>
            {texts.common.save}
          </button>
          {mayDeleteRoom(room.viewerRole) && (
            <button
              type="button"
              className="button danger"
              disabled={remove.isBusy}
              onClick={() => confirm(texts.rooms.deleteRoomSure(room.name)) && void remove.run()}
            >
              {texts.rooms.deleteRoom}
            </button>
          )}
        </p>
      </form>
    </Dialog>
  );
}
