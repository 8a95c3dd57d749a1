import { type FormEvent, useState } from 'react';
import type { AccountRole, MessageType } from '../gql/graphql.ts';
import { useTexts } from '../i18n/texts.ts';
import { useRoomBook } from '../rooms/use-room-book.ts';
import { mutate } from '../session/mutate.ts';
import { useSession } from '../session/use-session.ts';
import { useViewer } from '../shell/use-viewer.ts';
import { useStore } from '../state/store.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAction } from '../ui/use-action.ts';
import { type Audience, describeAudience, TARGETS, targetOf } from './audience.ts';
import { Broadcast } from './documents.ts';

const KINDS: readonly MessageType[] = ['NOTIFICATION', 'ALERT', 'SYSTEM', 'TEXT'];
const ROLES: readonly AccountRole[] = ['USER', 'PUBLISHER', 'ADMIN'];

/** Writes to many at once; who they are is said before it is sent. */
export function BroadcastForm({ online }: { readonly online: number }) {
  const texts = useTexts();
  const session = useSession();
  const viewer = useViewer();
  const { mine, others } = useStore(useRoomBook().state);
  const rooms = [...(mine?.rooms ?? []), ...(others?.rooms ?? [])];
  const [audience, setAudience] = useState<Audience>({
    kind: 'everyone',
    role: 'USER',
    roomId: '',
    users: '',
  });
  const [content, setContent] = useState('');
  const [type, setType] = useState<MessageType>('NOTIFICATION');
  const [receipt, setReceipt] = useState('');
  const to = targetOf(audience);
  const { run, isBusy, error } = useAction(async () => {
    if (!to) return;
    setReceipt('');
    const { broadcast } = await mutate(session, Broadcast, { to, input: { content: content.trim(), type } });
    setReceipt(texts.operations.receipt(broadcast.recipients, broadcast.deliveredNow, broadcast.queued));
    setContent('');
  });
  const change = (part: Partial<Audience>): void => setAudience({ ...audience, ...part });
  const handleSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void run();
  };
  return (
    <section className="panel broadcast" aria-label={texts.operations.broadcast}>
      <header className="panel-head">
        <h2>{texts.operations.broadcast}</h2>
      </header>
      <form onSubmit={handleSubmit}>
        <fieldset className="choices in-line">
          <legend>{texts.operations.to}</legend>
          {TARGETS.map((kind) => (
            <label key={kind}>
              <input
                type="radio"
                name="to"
                checked={audience.kind === kind}
                onChange={() => change({ kind })}
              />
              {texts.operations.targets[kind]}
            </label>
          ))}
        </fieldset>
        {audience.kind === 'role' && (
          <select
            aria-label={texts.operations.targets.role}
            value={audience.role}
            onChange={({ target }) => change({ role: target.value as AccountRole })}
          >
            {ROLES.map((role) => (
              <option key={role}>{role}</option>
            ))}
          </select>
        )}
        {audience.kind === 'room' && (
          <select
            aria-label={texts.operations.targets.room}
            value={audience.roomId}
            onChange={({ target }) => change({ roomId: target.value })}
          >
            <option value="">{texts.rooms.pick}</option>
            {rooms.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
        {audience.kind === 'users' && (
          <input
            aria-label={texts.operations.usersHint}
            placeholder={texts.operations.usersHint}
            value={audience.users}
            onChange={({ target }) => change({ users: target.value })}
          />
        )}
        <label className="field">
          {texts.operations.kind}
          <select value={type} onChange={({ target }) => setType(target.value as MessageType)}>
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {texts.inbox.types[kind]}
              </option>
            ))}
          </select>
        </label>
        <label className="field wide">
          {texts.operations.text}
          <textarea
            required
            rows={2}
            maxLength={10_000}
            value={content}
            onChange={({ target }) => setContent(target.value)}
          />
        </label>
        <div className="audience wide" data-testid="audience">
          <b>{texts.operations.audience}:</b>{' '}
          {describeAudience(audience, { online, rooms, texts: texts.operations })}
        </div>
        {content.trim() !== '' && (
          <div className="preview wide">
            <p className="muted">{texts.operations.preview}</p>
            <div className={`inbox-item is-${type.toLowerCase()}`}>
              <p className="message-head">
                <span className="badge">{texts.inbox.types[type]}</span>
                <span className="muted">{texts.inbox.from(viewer?.id ?? '')}</span>
              </p>
              <p className="message-body">{content.trim()}</p>
            </div>
          </div>
        )}
        <ErrorNote error={error} />
        <p className="wide">
          <button type="submit" className="button primary" disabled={isBusy || !to || content.trim() === ''}>
            {texts.operations.send}
          </button>{' '}
          <span role="status">{receipt}</span>
        </p>
      </form>
    </section>
  );
}
