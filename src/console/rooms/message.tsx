import { memo, useState } from 'react';
import type { MessageFragment, RoomRole } from '../gql/graphql.ts';
import { useTexts } from '../i18n/texts.ts';
import type { Viewer } from '../shell/use-viewer.ts';
import type { Language } from '../state/preferences.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { clock } from '../ui/format.ts';
import { useAction } from '../ui/use-action.ts';
import { mayModerate, maySend } from './roles.ts';
import type { RoomFeed } from './room-feed.ts';
import type { Pending } from './room-state.ts';

interface MessageProps {
  readonly message: MessageFragment;
  /** by the same sender as the one above */
  readonly isContinued: boolean;
  readonly viewer: Viewer;
  readonly role: RoomRole | null | undefined;
  readonly feed: RoomFeed;
  readonly inLanguage: Language;
}

/** One message, with what one may do to it. */
export const Message = memo(function Message(props: MessageProps) {
  const { message, isContinued, viewer, role, feed, inLanguage } = props;
  const texts = useTexts();
  const [isEditing, setEditing] = useState(false);
  const remove = useAction(() => feed.delete(message.id));
  const isOwn = message.sender.id === viewer.id;
  const isDeleted = message.deletedAt !== null;
  const mayChange = !isDeleted && ((isOwn && maySend(role)) || mayModerate(role));
  return (
    <li
      className={`message is-${message.type.toLowerCase()} ${isContinued ? 'is-continued' : ''}`}
      data-sequence={message.sequence}
    >
      {!isContinued && (
        <p className="message-head">
          <b>{message.sender.id}</b>
          {message.type !== 'TEXT' && <span className="badge">{texts.inbox.types[message.type]}</span>}
          <time className="muted num" dateTime={message.createdAt}>
            {clock(message.createdAt, inLanguage)}
          </time>
        </p>
      )}
      {isEditing ? (
        <EditForm message={message} feed={feed} onDone={() => setEditing(false)} />
      ) : (
        <p className={`message-body ${isDeleted ? 'muted' : ''}`}>
          {isDeleted ? <i>{texts.rooms.deleted}</i> : message.content}
          {message.editedAt !== null && !isDeleted && (
            <small className="muted"> ({texts.common.edited})</small>
          )}
        </p>
      )}
      {mayChange && !isEditing && (
        <div className="message-actions">
          <button type="button" className="link-button" onClick={() => setEditing(true)}>
            {texts.rooms.edit}
          </button>
          <button
            type="button"
            className="link-button"
            disabled={remove.isBusy}
            onClick={() => confirm(texts.rooms.deleteSure) && void remove.run()}
          >
            {texts.rooms.delete}
          </button>
        </div>
      )}
      <ErrorNote error={remove.error} />
    </li>
  );
});

interface EditFormProps {
  readonly message: MessageFragment;
  readonly feed: RoomFeed;
  readonly onDone: () => void;
}

function EditForm({ message, feed, onDone }: EditFormProps) {
  const texts = useTexts();
  const { run, isBusy, error } = useAction(async (content: string) => {
    if (content !== message.content) await feed.edit(message.id, content);
    onDone();
  });
  return (
    <form
      className="edit-form"
      onSubmit={(event) => {
        event.preventDefault();
        void run(String(new FormData(event.currentTarget).get('content')).trim());
      }}
      onKeyDown={(event) => event.key === 'Escape' && onDone()}
    >
      <textarea
        name="content"
        required
        rows={2}
        aria-label={texts.rooms.edit}
        defaultValue={message.content ?? ''}
        // biome-ignore lint/a11y/noAutofocus: who pressed Edit wants to write here
        autoFocus
      />
      <ErrorNote error={error} />
      <div className="message-actions is-shown">
        <button type="submit" className="link-button" disabled={isBusy}>
          {texts.common.save}
        </button>
        <button type="button" className="link-button" onClick={onDone}>
          {texts.common.cancel}
        </button>
      </div>
    </form>
  );
}

interface PendingMessageProps {
  readonly pending: Pending;
  readonly feed: RoomFeed;
}

/** A message on its way, shown before the server has it. */
export function PendingMessage({ pending, feed }: PendingMessageProps) {
  const texts = useTexts();
  return (
    <li className="message is-pending">
      <p className="message-body">{pending.content}</p>
      {pending.refusal === undefined ? (
        <small className="muted">{texts.rooms.sending}</small>
      ) : (
        <p className="error-note" role="alert">
          <strong>{texts.rooms.notSent}.</strong> {pending.refusal}{' '}
          <button type="button" className="link-button" onClick={() => feed.sendAgain(pending)}>
            {texts.rooms.tryAgain}
          </button>{' '}
          <button type="button" className="link-button" onClick={() => feed.discard(pending)}>
            {texts.rooms.discard}
          </button>
        </p>
      )}
    </li>
  );
}
