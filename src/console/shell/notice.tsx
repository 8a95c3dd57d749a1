import { useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import type { Connection } from '../session/connection.ts';
import type { Ending } from '../session/ending.ts';
import { language } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { hourAndMinute } from '../ui/format.ts';
import { SignInDialog } from './sign-in.tsx';

interface NoticeProps {
  readonly connection: Connection;
  readonly ending: Ending | undefined;
}

/** Why what is shown is not live, or soon no longer will be, and what to do about it. */
export function Notice({ connection, ending }: NoticeProps) {
  const texts = useTexts();
  const inLanguage = useStore(language);
  const [isOpen, setOpen] = useState(false);
  const at = ending && hourAndMinute(ending.at, inLanguage);
  return (
    <div>
      {(connection.kind === 'refused' || connection.kind === 'reconnecting') && (
        <p className="notice" role="alert">
          {connection.kind === 'refused'
            ? texts.connection.refusedBecause(connection.reason)
            : texts.connection.frozen}
        </p>
      )}
      {at && (
        <p className="notice" role="alert">
          {ending.isOver ? texts.signIn.ended(at) : texts.signIn.endsAt(at)}{' '}
          <button type="button" className="link-button" onClick={() => setOpen(true)}>
            {texts.signIn.renew}
          </button>
        </p>
      )}
      {isOpen && <SignInDialog onClose={() => setOpen(false)} />}
    </div>
  );
}
