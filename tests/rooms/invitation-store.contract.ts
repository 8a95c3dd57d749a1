import { beforeAll, describe, expect, it } from 'vitest';
import type {
  Invitation,
  InvitationBounds,
  InvitationStore,
} from '../../src/rooms/invitations/invitation-store.ts';
import type { RoomStore } from '../../src/rooms/room-store.ts';
import { newRoom } from './new-room.ts';

export interface InvitationStoresUnderTest {
  readonly rooms: RoomStore;
  readonly invitations: InvitationStore;
}

const DAY = 86_400_000;
const now = Date.UTC(2026, 10, 24, 1, 2, 3, 456);
const WIDE = { ofUser: 100, ofRoom: 100, ofInviter: 100 };

/** What every store of invitations promises. @param open a database that others may use as well */
export function invitationStoreContract(name: string, open: () => Promise<InvitationStoresUnderTest>): void {
  describe(`the store of invitations on ${name}`, () => {
    let stores: InvitationStoresUnderTest;
    let people = 0;
    beforeAll(async () => {
      stores = await open();
    });
    /** Users that no other test knows. */
    const newUser = (): string => {
      people += 1;
      return `user-${people}-${Math.random().toString(36).slice(2)}`;
    };
    const newRoomOf = async (owner: string, own = {}): Promise<string> =>
      (await stores.rooms.create(newRoom(own), owner)).id;
    const invitation = (
      roomId: string,
      userId: string,
      invitedBy: string,
      own: Partial<Invitation> = {},
    ): Invitation => ({
      roomId,
      userId,
      role: 'MEMBER',
      invitedBy,
      createdAt: now,
      expiresAt: now + 30 * DAY,
      ...own,
    });

    it('R14 keeps one invitation per user and room, and replaces it', async () => {
      const { invitations } = stores;
      const [ann, bob] = [newUser(), newUser()];
      const room = await newRoomOf(ann, { name: 'a room' });
      const first = invitation(room, bob, ann);
      expect(await invitations.invite(first, WIDE)).toEqual({ kind: 'pending', isNew: true });
      const second = { ...first, role: 'MODERATOR' as const, createdAt: now + 1 };
      expect(await invitations.invite(second, WIDE)).toEqual({ kind: 'pending', isNew: false });
      expect(await invitations.pending(bob, now + 2)).toEqual([{ ...second, roomName: 'a room' }]);
      expect(await invitations.pending(ann, now + 2)).toEqual([]);
    });

    it('R14 an accepted invitation is a membership, once, also when it is accepted twice at the same time', async () => {
      const { rooms, invitations } = stores;
      const [ann, bob] = [newUser(), newUser()];
      const room = await newRoomOf(ann);
      await invitations.invite(invitation(room, bob, ann, { role: 'GUEST' }), WIDE);
      const outcomes = await Promise.all([
        invitations.accept(room, bob, now + 5),
        invitations.accept(room, bob, now + 5),
      ]);
      const membership = { roomId: room, userId: bob, role: 'GUEST', joinedAt: now + 5 };
      expect(outcomes).toContainEqual({ kind: 'joined', membership, added: true });
      expect(outcomes).toContainEqual({ kind: 'none' });
      expect((await rooms.room(room))?.memberCount).toBe(2);
      expect(await invitations.invite(invitation(room, bob, ann), WIDE)).toEqual({
        kind: 'member',
        membership,
      });
    });

    it('R14 a full or closed room keeps the invitation for later', async () => {
      const { invitations } = stores;
      const [ann, bob, cid] = [newUser(), newUser(), newUser()];
      const room = await newRoomOf(ann, { maxMembers: 2 });
      await invitations.invite(invitation(room, bob, ann), WIDE);
      await invitations.invite(invitation(room, cid, ann), WIDE);
      expect(await invitations.accept(room, bob, now)).toMatchObject({ kind: 'joined' });
      expect(await invitations.accept(room, cid, now)).toEqual({ kind: 'full' });
      expect(await invitations.pending(cid, now)).toHaveLength(1);
      expect(await invitations.invite(invitation('none', cid, ann), WIDE)).toEqual({ kind: 'gone' });
    });

    it('R14 an invitation that is declined or has expired is none', async () => {
      const { invitations } = stores;
      const [ann, bob] = [newUser(), newUser()];
      const room = await newRoomOf(ann);
      const sent = invitation(room, bob, ann);
      await invitations.invite(sent, WIDE);
      expect(await invitations.decline(room, bob, now + 1)).toEqual(sent);
      expect(await invitations.decline(room, bob, now + 1)).toBeUndefined();
      await invitations.invite(sent, WIDE);
      expect(await invitations.pending(bob, sent.expiresAt)).toEqual([]);
      expect(await invitations.accept(room, bob, sent.expiresAt)).toEqual({ kind: 'none' });
      expect(await invitations.decline(room, bob, sent.expiresAt)).toBeUndefined();
    });

    it('R14 a blocked inviter is refused without a trace, and the pending invitations go', async () => {
      const { invitations } = stores;
      const [ann, bob] = [newUser(), newUser()];
      const room = await newRoomOf(ann);
      await invitations.invite(invitation(room, bob, ann), WIDE);
      expect(await invitations.block(bob, ann, now, 1)).toBe(true);
      expect(await invitations.block(bob, ann, now, 1)).toBe(true);
      expect(await invitations.block(bob, newUser(), now, 1)).toBe(false);
      expect(await invitations.pending(bob, now)).toEqual([]);
      expect(await invitations.invite(invitation(room, bob, ann), WIDE)).toEqual({ kind: 'blocked' });
      expect(await invitations.blocked(bob)).toEqual([ann]);
      await invitations.unblock(bob, ann);
      expect(await invitations.blocked(bob)).toEqual([]);
      expect(await invitations.invite(invitation(room, bob, ann), WIDE)).toMatchObject({ kind: 'pending' });
    });

    it.each<[keyof InvitationBounds, (n: number) => readonly [string, string, string]]>([
      ['ofUser', (n: number) => [`room ${n}`, 'guest', 'host']],
      ['ofRoom', (n: number) => ['room', `guest ${n}`, `host ${n}`]],
      ['ofInviter', (n: number) => [`room ${n}`, `guest ${n}`, 'host']],
    ])(
      'R14 keeps to the bound %s, also when all are sent at once, and expired ones do not count',
      async (of, pick) => {
        const { invitations } = stores;
        const ids = new Map<string, string>();
        const own = newUser();
        const idOf = async (name: string): Promise<string> => {
          if (!name.startsWith('room')) return `${own} ${name}`;
          const id = ids.get(name) ?? (await newRoomOf(own));
          ids.set(name, id);
          return id;
        };
        const all: Invitation[] = [];
        for (let n = 0; n < 6; n += 1) {
          const [room, guest, host] = pick(n);
          all.push(invitation(await idOf(room), await idOf(guest), await idOf(host)));
        }
        const bounds = { ...WIDE, [of]: 4 };
        const outcomes = await Promise.all(all.map((one) => invitations.invite(one, bounds)));
        expect(outcomes.filter(({ kind }) => kind === 'pending')).toHaveLength(4);
        expect(outcomes.filter(({ kind }) => kind === 'too-many')).toEqual([
          { kind: 'too-many', of },
          { kind: 'too-many', of },
        ]);
        const later = now + 31 * DAY;
        const [again] = all.map((one) => ({ ...one, createdAt: later, expiresAt: later + DAY }));
        if (!again) throw new Error('there are six');
        expect(await invitations.invite(again, bounds)).toEqual({ kind: 'pending', isNew: true });
      },
    );
  });
}
