import type { AnyVariables, CombinedError, TypedDocumentNode } from 'urql';
import { readOnce } from './read-once.ts';
import type { Session } from './session.ts';

export interface Listener<Data> {
  readonly next: (data: Data, extensions: Record<string, unknown> | undefined) => void;
  /** It is over: the server refused it or ended it. Lost connections are none of this, they mend themselves. */
  readonly error?: (error: CombinedError) => void;
}

/**
 * Subscribes outside of React's rendering: for what comes faster than it should be rendered, and goes into a store.
 * Where each message may render, `useSubscription` of urql does.
 * @returns ends it
 */
export function listen<Data, Variables extends AnyVariables>(
  session: Session,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { next, error }: Listener<Data>,
): () => void {
  const fresh = readOnce();
  const { unsubscribe } = session.client.subscription(document, variables).subscribe((result) => {
    const extensions = fresh(result.extensions);
    session.noteExtensions(extensions);
    // what the connection is like is told by the connection
    if (result.error && !result.error.networkError) error?.(result.error);
    else if (result.data) next(result.data, extensions);
  });
  return unsubscribe;
}
