import type { Membership, RoomRole } from '../room.ts';

/** An invitation that was neither accepted nor declined. Times in epoch ms. */
export interface Invitation {
  readonly roomId: string;
  readonly userId: string;
  /** of the membership that it becomes */
  readonly role: RoomRole;
  readonly invitedBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Invitations that may be pending at one time. */
export interface InvitationBounds {
  readonly ofUser: number;
  readonly ofRoom: number;
  readonly ofInviter: number;
}

export type InviteOutcome =
  /** @property isNew it was not pending before */
  | { readonly kind: 'pending'; readonly isNew: boolean }
  /** the user does not want invitations of this inviter: nothing is stored, and the inviter does not learn of it */
  | { readonly kind: 'blocked' }
  | { readonly kind: 'member'; readonly membership: Membership }
  | { readonly kind: 'gone' | 'inactive' | 'full' }
  | { readonly kind: 'too-many'; readonly of: keyof InvitationBounds };

export type AcceptOutcome =
  | { readonly kind: 'joined'; readonly membership: Membership; readonly added: boolean }
  | { readonly kind: 'none' | 'inactive' | 'full' };

/**
 * Keeps invitations. Every call is atomic; an invitation that has expired counts as none.
 * @throws TickroomError SERVICE_UNAVAILABLE, from every call, when the database cannot be reached
 */
export interface InvitationStore {
  /** Stores an invitation; one of the same user to the same room is replaced. */
  invite(invitation: Invitation, bounds: InvitationBounds): Promise<InviteOutcome>;
  /** Makes the user a member, and forgets the invitation. */
  accept(roomId: string, userId: string, at: number): Promise<AcceptOutcome>;
  /** Forgets an invitation. @returns it; undefined: there was none */
  decline(roomId: string, userId: string, at: number): Promise<Invitation | undefined>;
  /** Pending invitations of a user, the newest first, with the names of the rooms. */
  pending(userId: string, at: number): Promise<readonly (Invitation & { readonly roomName: string })[]>;
  /** Forgets invitations of an inviter, and takes no further ones. @returns false: `most` inviters are blocked already */
  block(userId: string, inviterId: string, at: number, most: number): Promise<boolean>;
  unblock(userId: string, inviterId: string): Promise<void>;
  /** Whom a user has blocked, by id. */
  blocked(userId: string): Promise<readonly string[]>;
}
