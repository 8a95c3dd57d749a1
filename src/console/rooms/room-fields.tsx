import { useState } from 'react';
import type { RoomSummaryFragment, RoomType } from '../gql/graphql.ts';
import { useTexts } from '../i18n/texts.ts';

const TYPES: readonly RoomType[] = ['PUBLIC', 'PROTECTED', 'PRIVATE'];

/** What is said of a room when it is created or changed: see `readRoomFields`. */
export function RoomFields({ room }: { readonly room?: RoomSummaryFragment }) {
  const texts = useTexts();
  const [type, setType] = useState<RoomType>(room?.type ?? 'PUBLIC');
  const hasPassword = room?.type === 'PROTECTED';
  return (
    <>
      <label className="field">
        {texts.rooms.name}
        <input name="name" required maxLength={100} autoComplete="off" defaultValue={room?.name} />
      </label>
      <label className="field">
        {texts.rooms.description}
        <input name="description" maxLength={1000} autoComplete="off" defaultValue={room?.description} />
      </label>
      <fieldset className="choices">
        <legend>{texts.rooms.type}</legend>
        {TYPES.map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name="type"
              value={choice}
              checked={type === choice}
              onChange={() => setType(choice)}
            />
            {texts.rooms[choice]}
          </label>
        ))}
      </fieldset>
      {type === 'PROTECTED' && (
        <label className="field">
          {hasPassword ? texts.rooms.newPassword : texts.rooms.password}
          <input
            name="password"
            type="password"
            required={!hasPassword}
            maxLength={256}
            autoComplete="new-password"
          />
        </label>
      )}
      <label className="field">
        {texts.rooms.maxMembers}
        <input name="most" type="number" min={1} max={1_000_000} defaultValue={room?.maxMembers ?? ''} />
      </label>
    </>
  );
}

export function readRoomFields(form: FormData) {
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  const type = TYPES.find((known) => known === text('type')) ?? 'PUBLIC';
  return {
    name: text('name'),
    description: text('description'),
    type,
    password: text('password') || null,
    maxMembers: text('most') ? Number(text('most')) : null,
  };
}
