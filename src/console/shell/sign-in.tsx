import { type FormEvent, useEffect, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { devTokensExist, requestDevToken, savedToken } from '../session/token.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/error-note.tsx';

const ROLES = ['USER', 'PUBLISHER', 'ADMIN'] as const;
const SUGGESTED = ['alice', 'bob', 'carol', 'operator'];

/** Signing in: by a token, or in development as anybody. */
export function SignInDialog({ onClose }: { readonly onClose: () => void }) {
  const texts = useTexts();
  const [isDevelopment, setDevelopment] = useState(false);
  useEffect(() => void devTokensExist().then(setDevelopment), []);
  const use = (token: string): void => {
    savedToken.set(token);
    onClose();
  };
  return (
    <Dialog title={texts.signIn.title} onClose={onClose}>
      {isDevelopment && <DevelopmentForm onToken={use} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          use(String(new FormData(event.currentTarget).get('token')).trim());
        }}
      >
        <label className="field">
          {texts.signIn.token}
          <textarea name="token" required rows={3} spellCheck={false} autoComplete="off" />
        </label>
        <p className="muted">{texts.signIn.tokenHint}</p>
        <button type="submit" className={isDevelopment ? 'button' : 'button primary'}>
          {texts.signIn.useToken}
        </button>
      </form>
    </Dialog>
  );
}

function DevelopmentForm({ onToken }: { readonly onToken: (token: string) => void }) {
  const texts = useTexts();
  const [error, setError] = useState<Error>();
  const handleSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    requestDevToken(String(form.get('user')).trim(), form.getAll('role').map(String)).then(onToken, setError);
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
      <button type="submit" className="button primary">
        {texts.signIn.become}
      </button>
    </form>
  );
}
