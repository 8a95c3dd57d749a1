import { useEffect, useState } from 'react';
import type { RoomPresenceSubscription } from '../gql/graphql.ts';
import { listen } from '../session/listen.ts';
import { useSession } from '../session/use-session.ts';
import { RoomPresence } from './documents.ts';

/** Who has a room open now. */
export interface Presence {
  readonly users: number;
  /** as far as they are known: of a large crowd only some are */
  readonly present: ReadonlySet<string>;
}

const NOBODY: Presence = { users: 0, present: new Set() };

export function usePresence(roomId: string): Presence {
  const session = useSession();
  const [presence, setPresence] = useState(NOBODY);
  useEffect(() => {
    setPresence(NOBODY);
    return listen(
      session,
      RoomPresence,
      { roomId },
      { next: ({ roomPresence }) => setPresence((known) => apply(known, roomPresence)) },
    );
  }, [session, roomId]);
  return presence;
}

function apply({ present }: Presence, event: RoomPresenceSubscription['roomPresence']): Presence {
  const { kind, users, user, members } = event;
  if (kind === 'SNAPSHOT') return { users, present: new Set(members?.map((member) => member.user.id)) };
  const after = new Set(present);
  if (kind === 'USER_JOINED' && user) after.add(user.id);
  if (kind === 'USER_LEFT' && user) after.delete(user.id);
  return { users, present: after };
}
