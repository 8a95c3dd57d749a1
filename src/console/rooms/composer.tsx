import { type KeyboardEvent, useRef } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { type Store, useStore } from '../state/store.ts';

const MOST = 10_000;

interface ComposerProps {
  readonly room: string;
  readonly draft: Store<string>;
  readonly onSend: (content: string) => void;
}

/** Where one writes: Enter sends, Shift and Enter begins a new line. */
export function Composer({ room, draft, onSend }: ComposerProps) {
  const texts = useTexts();
  const text = useStore(draft);
  const input = useRef<HTMLTextAreaElement>(null);
  const content = text.trim();
  const send = (): void => {
    if (content === '' || content.length > MOST) return;
    onSend(content);
    draft.set('');
    input.current?.focus();
  };
  const handleKey = (event: KeyboardEvent): void => {
    // while an input method composes, Enter chooses a word
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={input}
        rows={1}
        aria-label={texts.rooms.write(room)}
        placeholder={texts.rooms.write(room)}
        value={text}
        onChange={({ target }) => draft.set(target.value)}
        onKeyDown={handleKey}
      />
      <button type="submit" className="button primary" disabled={content === '' || content.length > MOST}>
        {texts.rooms.send}
      </button>
      {content.length > MOST && <p className="muted">{texts.rooms.tooLong}</p>}
    </form>
  );
}
