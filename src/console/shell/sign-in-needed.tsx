import { useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { SignInDialog } from './sign-in.tsx';

/** Instead of a page that needs somebody with a name. */
export function SignInNeeded({ why }: { readonly why: string }) {
  const texts = useTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="panel">
      <EmptyState title={texts.signIn.needed} hint={why}>
        <button type="button" className="button primary" onClick={() => setOpen(true)}>
          {texts.signIn.open}
        </button>
      </EmptyState>
      {isOpen && <SignInDialog onClose={() => setOpen(false)} />}
    </section>
  );
}
