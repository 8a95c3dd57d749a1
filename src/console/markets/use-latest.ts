import { useEffect, useState } from 'react';
import type { AnyVariables, CombinedError, TypedDocumentNode } from 'urql';
import { listen } from '../session/listen.ts';
import { useSession } from '../session/use-session.ts';
import { onNextFrame } from '../state/frames.ts';

/** The newest result of a subscription whose results replace one another, rendered at most once per frame. */
export function useLatest<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): { data: Data | undefined; error: CombinedError | undefined } {
  const session = useSession();
  const [data, setData] = useState<Data>();
  const [error, setError] = useState<CombinedError>();
  const key = JSON.stringify(variables);
  useEffect(() => {
    let newest: Data | undefined;
    const show = (): void => setData(newest);
    setError(undefined);
    return listen(session, document, JSON.parse(key) as Variables, {
      next: (result) => {
        newest = result;
        onNextFrame(show);
      },
      error: setError,
    });
  }, [session, document, key]);
  return { data, error };
}
