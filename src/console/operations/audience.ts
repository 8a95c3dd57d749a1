import type { AccountRole, BroadcastTarget, RoomSummaryFragment } from '../gql/graphql.ts';
import type { Texts } from '../i18n/en.ts';

export const TARGETS = ['everyone', 'role', 'room', 'users'] as const;

/** Whom a broadcast is for, as the form has it. */
export interface Audience {
  readonly kind: (typeof TARGETS)[number];
  readonly role: AccountRole;
  readonly roomId: string;
  readonly users: string;
}

export const usersOf = ({ users }: Audience): string[] => [
  ...new Set(
    users
      .split(/[,，\s]+/)
      .map((user) => user.trim())
      .filter(Boolean),
  ),
];

/** @returns undefined: nobody yet */
export function targetOf(audience: Audience): BroadcastTarget | undefined {
  switch (audience.kind) {
    case 'everyone':
      return { everyone: true };
    case 'role':
      return { role: audience.role };
    case 'room':
      return audience.roomId === '' ? undefined : { room: audience.roomId };
    case 'users': {
      const users = usersOf(audience);
      return users.length === 0 ? undefined : { users };
    }
  }
}

export interface AudienceFacts {
  /** users that are connected now */
  readonly online: number;
  readonly rooms: readonly RoomSummaryFragment[];
  readonly texts: Texts['operations'];
}

/** Whom it will reach, in a sentence. */
export function describeAudience(audience: Audience, { online, rooms, texts }: AudienceFacts): string {
  if (!targetOf(audience)) return texts.audienceNobody;
  switch (audience.kind) {
    case 'everyone':
      return texts.audienceEveryone(online);
    case 'role':
      return texts.audienceRole(audience.role);
    case 'room': {
      const room = rooms.find(({ id }) => id === audience.roomId);
      return room ? texts.audienceRoom(room.name, room.memberCount) : texts.audienceNobody;
    }
    case 'users':
      return texts.audienceUsers(usersOf(audience).length);
  }
}
