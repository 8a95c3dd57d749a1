import { useCallback, useEffect, useState } from 'react';
import type { InboxSubscription } from '../gql/graphql.ts';
import { listen } from '../session/listen.ts';
import { mutate } from '../session/mutate.ts';
import { useSession } from '../session/use-session.ts';
import { Acknowledge, Inbox } from './documents.ts';

export type InboxItem = InboxSubscription['inbox'];

export interface InboxState {
  /** oldest first, as they come */
  readonly items: readonly InboxItem[];
  /** older items that the server had to drop */
  readonly dropped: number;
  /** @throws CombinedError */
  acknowledge(upTo: InboxItem): Promise<void>;
}

/** What waits for somebody. The subscription begins with it, and after a reconnect tells it again. */
export function useInbox(userId: string | undefined): InboxState {
  const session = useSession();
  const [items, setItems] = useState<readonly InboxItem[]>([]);
  const [dropped, setDropped] = useState(0);
  useEffect(() => {
    setItems([]);
    setDropped(0);
    if (userId === undefined) return;
    return listen(
      session,
      Inbox,
      {},
      {
        next: ({ inbox }, extensions) => {
          const gap = extensions?.gap as { from?: number; to?: number } | undefined;
          if (typeof gap?.from === 'number' && typeof gap.to === 'number') setDropped(gap.to - gap.from + 1);
          setItems((known) => (known.some(({ id }) => id === inbox.id) ? known : [...known, inbox]));
        },
      },
    );
  }, [session, userId]);
  const acknowledge = useCallback(
    async ({ cursor, sequence, id }: InboxItem): Promise<void> => {
      // what was for this connection only is kept nowhere
      if (cursor) await mutate(session, Acknowledge, { upTo: cursor });
      setItems((known) => known.filter((item) => item.id !== id && item.sequence > sequence));
      setDropped(0);
    },
    [session],
  );
  return { items, dropped, acknowledge };
}
