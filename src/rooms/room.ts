export const ROOM_TYPES = ['PUBLIC', 'PRIVATE', 'PROTECTED'] as const;
/** PUBLIC: anybody may join. PRIVATE: by invitation, and others do not learn that it exists. PROTECTED: with a password. */
export type RoomType = (typeof ROOM_TYPES)[number];

export const ROOM_STATUSES = ['ACTIVE', 'INACTIVE', 'ARCHIVED', 'CLOSED'] as const;
/** Only an ACTIVE room is joined and written to; all are read. */
export type RoomStatus = (typeof ROOM_STATUSES)[number];

/** Lowest first: who is higher may do all that who is lower may. */
export const ROOM_ROLES = ['GUEST', 'MEMBER', 'MODERATOR', 'ADMIN', 'OWNER'] as const;
export type RoomRole = (typeof ROOM_ROLES)[number];

/** Times in epoch ms. */
export interface Room {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: RoomType;
  readonly status: RoomStatus;
  /** null: no limit */
  readonly maxMembers: number | null;
  readonly memberCount: number;
  /** of the newest message; 0: there is none */
  readonly lastSequence: number;
  /** of the newest event; 0: there is none */
  readonly lastPosition: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Membership {
  readonly roomId: string;
  readonly userId: string;
  readonly role: RoomRole;
  readonly joinedAt: number;
}
