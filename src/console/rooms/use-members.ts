import { useCallback, useEffect, useRef, useState } from 'react';
import type { CombinedError } from 'urql';
import type { MembersQuery } from '../gql/graphql.ts';
import { useSession } from '../session/use-session.ts';
import { Members } from './documents.ts';

export type RoomMember = NonNullable<MembersQuery['room']>['members']['edges'][number]['node'];

interface Known {
  readonly members: readonly RoomMember[];
  readonly hasMore: boolean;
  readonly error: CombinedError | undefined;
}

/** While a crowd comes in, it is asked for once. */
const PAUSE_MS = 300;

/** Members of a room, page by page. @param present changes when somebody comes, who may be a new one */
export function useMembers(roomId: string, present: number) {
  const { client } = useSession();
  const [known, setKnown] = useState<Known>({ members: [], hasMore: false, error: undefined });
  const [pages, setPages] = useState(1);
  const [asked, setAsked] = useState(0);
  const presentBefore = useRef(present);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of `asked` is why it is asked again
  useEffect(() => {
    let isCurrent = true;
    const read = async (): Promise<void> => {
      const members: RoomMember[] = [];
      let after: string | null | undefined;
      let hasMore = true;
      for (let page = 0; page < pages && hasMore; page += 1) {
        const { data, error } = await client.query(Members, { id: roomId, after }).toPromise();
        if (!isCurrent) return;
        const found = data?.room?.members;
        if (!found) return setKnown((before) => ({ ...before, error }));
        members.push(...found.edges.map(({ node }) => node));
        hasMore = found.pageInfo.hasNextPage;
        after = found.pageInfo.endCursor;
      }
      setKnown({ members, hasMore, error: undefined });
    };
    const timer = setTimeout(() => void read(), present === presentBefore.current ? 0 : PAUSE_MS);
    presentBefore.current = present;
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [client, roomId, pages, asked, present]);
  const refresh = useCallback(() => setAsked((before) => before + 1), []);
  const more = useCallback(() => setPages((before) => before + 1), []);
  return { ...known, refresh, more };
}
