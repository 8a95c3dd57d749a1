import { type FormEvent, useState } from 'react';
import type { RoomType } from '../gql/graphql.ts';
import { useTexts } from '../i18n/texts.ts';
import { mutate } from '../session/mutate.ts';
import { useSession } from '../session/use-session.ts';
import { go } from '../state/route.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAction } from '../ui/use-action.ts';
import { CreateRoom } from './documents.ts';
import { useRoomBook } from './use-room-book.ts';

const TYPES: readonly RoomType[] = ['PUBLIC', 'PROTECTED', 'PRIVATE'];

/** Creates a room and goes there. */
export function CreateRoomDialog({ onClose }: { readonly onClose: () => void }) {
  const texts = useTexts();
  const session = useSession();
  const book = useRoomBook();
  const [type, setType] = useState<RoomType>('PUBLIC');
  const { run, isBusy, error } = useAction(async (form: FormData) => {
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const input = {
      name: text('name'),
      description: text('description'),
      type,
      password: type === 'PROTECTED' ? text('password') : null,
      maxMembers: text('most') ? Number(text('most')) : null,
    };
    const { createRoom } = await mutate(session, CreateRoom, { input });
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
        <label className="field">
          {texts.rooms.name}
          <input name="name" required maxLength={100} autoComplete="off" />
        </label>
        <label className="field">
          {texts.rooms.description}
          <input name="description" maxLength={1000} autoComplete="off" />
        </label>
        <fieldset className="choices">
          <legend>{texts.rooms.type}</legend>
          {TYPES.map((choice) => (
            <label key={choice}>
              <input type="radio" name="type" checked={type === choice} onChange={() => setType(choice)} />
              {texts.rooms[choice]}
            </label>
          ))}
        </fieldset>
        {type === 'PROTECTED' && (
          <label className="field">
            {texts.rooms.password}
            <input name="password" type="password" required maxLength={256} autoComplete="new-password" />
          </label>
        )}
        <label className="field">
          {texts.rooms.maxMembers}
          <input name="most" type="number" min={1} max={1_000_000} />
        </label>
        <ErrorNote error={error} />
        <button type="submit" className="button primary" disabled={isBusy}>
          {texts.rooms.createTitle}
        </button>
      </form>
    </Dialog>
  );
}
