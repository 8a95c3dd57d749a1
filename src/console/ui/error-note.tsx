import type { CombinedError } from 'urql';
import { useTexts } from '../i18n/texts.ts';

/** What the server said, in its own words: its messages say what to do next. */
export const messageOf = (error: CombinedError): string =>
  error.graphQLErrors[0]?.message ?? error.networkError?.message ?? error.message;

interface ErrorNoteProps {
  readonly title?: string;
  readonly error: CombinedError | Error | undefined;
}

export function ErrorNote({ title, error }: ErrorNoteProps) {
  const texts = useTexts();
  if (!error) return null;
  const message = 'graphQLErrors' in error ? messageOf(error) : error.message;
  return (
    <p className="error-note" role="alert">
      <strong>{title ?? texts.common.wentWrong}.</strong> {message}
    </p>
  );
}
