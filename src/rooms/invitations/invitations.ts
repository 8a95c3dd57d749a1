import { requireViewer } from '../../auth/require-viewer.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { TickroomError } from '../../errors.ts';
import type { Membership, Room, RoomRole } from '../room.ts';
import { parseUserId } from '../room-input.ts';
import { checkGrant, checkJoinable, isFull, isInactive, notFound } from '../room-refusals.ts';
import type { Rooms } from '../rooms.ts';
import type { Invitation, InvitationBounds, InvitationStore, InviteOutcome } from './invitation-store.ts';

export interface InvitationsOptions {
  readonly store: InvitationStore;
  readonly rooms: Rooms;
  /** A user got an invitation that was not pending before. */
  readonly onInvited: (invitation: Invitation, room: Room) => void;
  /** @default 100 of a user, 1,000 of a room, 1,000 of an inviter */
  readonly bounds?: InvitationBounds;
}

/** An invitation as its inviter sees it. */
export interface SentInvitation extends Invitation {
  /** the user is a member already */
  readonly isMember: boolean;
}

/** An invitation ends by itself after so long. */
const EXPIRES_MS = 30 * 86_400_000;
const MAX_BLOCKED = 1000;
const BOUNDS: InvitationBounds = { ofUser: 100, ofRoom: 1000, ofInviter: 1000 };

/** Invitations to rooms: nobody becomes a member without accepting one. Calls throw as those of `Rooms` do. */
export class Invitations {
  readonly #options: InvitationsOptions;

  constructor(options: InvitationsOptions) {
    this.#options = options;
  }

  /** Invites a user. Inviting again renews the invitation, and changes nothing for a member. */
  async invite(
    viewer: Viewer | null,
    roomId: string,
    userId: string,
    role: RoomRole,
  ): Promise<SentInvitation> {
    const { store, rooms, onInvited, bounds = BOUNDS } = this.#options;
    const access = await rooms.access(viewer, roomId, 'invite');
    const invited = parseUserId(userId);
    checkGrant(access.role, role);
    checkJoinable(access.room);
    const createdAt = Date.now();
    const invitation: Invitation = {
      roomId,
      userId: invited,
      role,
      invitedBy: access.viewer.id,
      createdAt,
      expiresAt: createdAt + EXPIRES_MS,
    };
    const outcome = await store.invite(invitation, bounds);
    check(outcome, access.room, bounds);
    if (outcome.kind === 'member') return { ...invitation, role: outcome.membership.role, isMember: true };
    if (outcome.kind === 'pending' && outcome.isNew) onInvited(invitation, access.room);
    return { ...invitation, isMember: false };
  }

  /** Makes the viewer a member with the role of the invitation. */
  async accept(viewer: Viewer | null, roomId: string): Promise<Membership> {
    const user = requireViewer(viewer);
    const { store, rooms } = this.#options;
    const outcome = await store.accept(roomId, user.id, Date.now());
    if (outcome.kind === 'none') throw noInvitation();
    if (outcome.kind === 'joined') {
      if (outcome.added) rooms.counters.joins += 1;
      return outcome.membership;
    }
    throw new TickroomError(
      'CONFLICT',
      outcome.kind === 'full'
        ? 'The room is full. Your invitation stays: try again when a member has left.'
        : 'The room is not ACTIVE. Your invitation stays: try again when its owner has made it ACTIVE.',
    );
  }

  /** Forgets an invitation. @param block takes no further invitations of its inviter */
  async decline(viewer: Viewer | null, roomId: string, block: boolean): Promise<void> {
    const user = requireViewer(viewer);
    const declined = await this.#options.store.decline(roomId, user.id, Date.now());
    if (!declined) throw noInvitation();
    if (block) await this.block(user, declined.invitedBy);
  }

  /** The viewer's pending invitations, the newest first. */
  async pending(viewer: Viewer | null): Promise<readonly (Invitation & { readonly roomName: string })[]> {
    return this.#options.store.pending(requireViewer(viewer).id, Date.now());
  }

  /** Takes no invitations of a user any more, and forgets pending ones. */
  async block(viewer: Viewer | null, inviterId: string): Promise<void> {
    const user = requireViewer(viewer);
    if (await this.#options.store.block(user.id, parseUserId(inviterId), Date.now(), MAX_BLOCKED)) return;
    throw new TickroomError('CONFLICT', `You block ${MAX_BLOCKED} users already: unblock one first.`);
  }

  async unblock(viewer: Viewer | null, inviterId: string): Promise<void> {
    await this.#options.store.unblock(requireViewer(viewer).id, parseUserId(inviterId));
  }

  /** The ids of the users whom the viewer blocks. */
  async blocked(viewer: Viewer | null): Promise<readonly string[]> {
    return this.#options.store.blocked(requireViewer(viewer).id);
  }
}

const noInvitation = (): TickroomError =>
  new TickroomError(
    'ROOM_NOT_FOUND',
    'You have no pending invitation to this room: it may have expired, or was withdrawn with its inviter.',
  );

const TOO_MANY: Readonly<Record<keyof InvitationBounds, string>> = {
  ofUser: 'This user has',
  ofRoom: 'This room has',
  ofInviter: 'You have',
};

/** @throws TickroomError when nothing was stored */
function check(outcome: InviteOutcome, room: Room, bounds: InvitationBounds): void {
  if (outcome.kind === 'gone') notFound();
  if (outcome.kind === 'inactive') throw isInactive(room);
  if (outcome.kind === 'full') throw isFull(room);
  if (outcome.kind !== 'too-many') return;
  throw new TickroomError(
    'CONFLICT',
    `${TOO_MANY[outcome.of]} ${bounds[outcome.of]} pending invitations, which is as many as there may be: wait until some are accepted or declined.`,
  );
}
