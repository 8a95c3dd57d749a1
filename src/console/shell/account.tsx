import { useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { savedToken } from '../session/token.ts';
import { language, theme } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { Popover } from '../ui/popover.tsx';
import { SignInDialog } from './sign-in.tsx';
import { useViewer } from './use-viewer.ts';

const THEMES = ['system', 'light', 'dark'] as const;

/** Who is signed in, and how they like it to look. */
export function Account() {
  const texts = useTexts();
  const viewer = useViewer();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {viewer ? null : (
        <button type="button" className="button primary" onClick={() => setOpen(true)}>
          {texts.signIn.open}
        </button>
      )}
      <Popover label={viewer?.id ?? texts.signIn.account} className="at-right">
        <p className="muted">
          {viewer ? `${texts.signIn.as(viewer.id)} · ${viewer.roles.join(', ')}` : texts.signIn.anonymous}
        </p>
        <Preferences />
        {viewer && (
          <button type="button" className="button" onClick={() => savedToken.set('')}>
            {texts.signIn.out}
          </button>
        )}
      </Popover>
      {isOpen && <SignInDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function Preferences() {
  const texts = useTexts();
  const chosenTheme = useStore(theme);
  const chosenLanguage = useStore(language);
  return (
    <>
      <fieldset className="choices in-line">
        <legend>{texts.preferences.theme}</legend>
        {THEMES.map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="theme"
              checked={chosenTheme === name}
              onChange={() => theme.set(name)}
            />
            {texts.preferences[name]}
          </label>
        ))}
      </fieldset>
      <fieldset className="choices in-line">
        <legend>{texts.preferences.language}</legend>
        {(['en', 'zh'] as const).map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="language"
              checked={chosenLanguage === name}
              onChange={() => language.set(name)}
            />
            {name === 'en' ? 'English' : '中文'}
          </label>
        ))}
      </fieldset>
    </>
  );
}
