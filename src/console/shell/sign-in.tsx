import { type FormEvent, useEffect, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { devTokensExist, requestDevToken, signInWith } from '../session/token.ts';
import { useSession } from '../session/use-session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAction } from '../ui/use-action.ts';

const ROLES = ['USER', 'PUBLISHER', 'ADMIN'] as const;
const SUGGESTED = ['alice', 'bob', 'carol', 'operator'];

/** Signing in: by a token, or in development as anybody. */
export function SignInDialog({ onClose }: { readonly onClose: () => void }) {
  const texts = useTexts();
  const [isDevelopment, setDevelopment] = useState(false);
  useEffect(() => void devTokensExist().then(setDevelopment), []);
  const session = useSession();
  const { run, isBusy, error } = useAction(async (token: string) => {
    await signInWith(session, token, false);
    onClose();
  });
  return (
    <Dialog title={texts.signIn.title} onClose={onClose}>
      {isDevelopment && <DevelopmentForm onClose={onClose} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run(String(new FormData(event.currentTarget).get('token')).trim());
        }}
      >
        <label className="field">
          {texts.signIn.token}
          <textarea name="token" required rows={3} spellCheck={false} autoComplete="off" />
        </label>
        <p className="muted">{texts.signIn.tokenHint}</p>
        <ErrorNote error={error} />
        <button type="submit" className={isDevelopment ? 'button' : 'button primary'} disabled={isBusy}>
          {texts.signIn.useToken}
        </button>
      </form>
    </Dialog>
  );
}

function DevelopmentForm({ onClose }: { readonly onClose: () => void }) {
  const texts = useTexts();
  const session = useSession();
  const { run, isBusy, error } = useAction(async (form: FormData) => {
    const roles = form.getAll('role').map(String);
    await signInWith(session, await requestDevToken(String(form.get('user')).trim(), roles), true);
    onClose();
  });
  const handleSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void run(new FormData(event.currentTarget));
  };
  return (
    <form onSubmit={handleSubmit} className="development">
      <h3>{texts.signIn.development}</h3>
      <p className="muted">{texts.signIn.developmentHint}</p>
      <label className="field">
        {texts.signIn.user}
        <input
          name="user"
          required
          maxLength={100}
          list="suggested-users"
          defaultValue="alice"
          autoComplete="off"
        />
      </label>
      <datalist id="suggested-users">
        {SUGGESTED.map((user) => (
          <option key={user} value={user} />
        ))}
      </datalist>
      <fieldset className="choices in-line">
        <legend>{texts.signIn.roles}</legend>
        {ROLES.map((role) => (
          <label key={role}>
            <input type="checkbox" name="role" value={role} defaultChecked={role === 'USER'} />
            {role}
          </label>
        ))}
      </fieldset>
      <ErrorNote error={error} />
      <button type="submit" className="button primary" disabled={isBusy}>
        {texts.signIn.become}
      </button>
    </form>
  );
}
