import { beforeAll, describe, expect, it } from 'vitest';
import type { Membership, RoomRole } from '../../src/rooms/room.ts';
import type { NewRoom, RoomFilter, RoomStore } from '../../src/rooms/room-store.ts';
import { roomKey } from '../../src/rooms/room-store.ts';
import { newRoom } from './new-room.ts';

const at = Date.UTC(2026, 10, 24, 1, 2, 3, 456);

const member = (roomId: string, userId: string, role: RoomRole = 'MEMBER'): Membership => ({
  roomId,
  userId,
  role,
  joinedAt: at,
});

/** What every room store promises. @param open a store that others may use as well */
export function roomStoreContract(name: string, open: () => Promise<RoomStore>): void {
  describe(`the room store on ${name}`, () => {
    let store: RoomStore;
    beforeAll(async () => {
      store = await open();
    });
    const create = async (own: Partial<NewRoom> = {}, owner = 'ann'): Promise<string> =>
      (await store.create(newRoom(own), owner)).id;
    const allMembers = async (roomId: string): Promise<string[]> =>
      (await store.members(roomId, { limit: 1000 })).items.map(({ userId }) => userId);

    it('G1 keeps a room as it was created, with its owner as only member', async () => {
      const room = newRoom({ description: 'd', type: 'PROTECTED', maxMembers: 7, passwordHash: 'h' });
      const created = await store.create(room, 'ann');
      const { passwordHash: _, ...shown } = room;
      expect(created).toEqual({
        ...shown,
        status: 'ACTIVE',
        memberCount: 1,
        lastSequence: 0,
        lastPosition: 0,
        updatedAt: at,
      });
      expect(await store.room(room.id)).toEqual(created);
      expect(await store.passwordHash(room.id)).toBe('h');
      expect(await store.seen(room.id, 'ann')).toEqual({
        room: created,
        membership: member(room.id, 'ann', 'OWNER'),
      });
      expect(await store.seen(room.id, 'bob')).toEqual({ room: created, membership: undefined });
    });

    it('G1 keeps to the bound of what one may own, also when several are created at once', async () => {
      const owner = `owner-${Math.random()}`;
      const created = await Promise.all(
        Array.from({ length: 12 }, () => store.createWithin(5, newRoom(), owner)),
      );
      expect(created.filter((room) => room !== undefined)).toHaveLength(5);
      const [first] = created.filter((room) => room !== undefined);
      await store.delete(first?.id ?? '');
      expect(await store.createWithin(5, newRoom(), owner)).toMatchObject({
        status: 'ACTIVE',
        memberCount: 1,
      });
      expect(await store.createWithin(5, newRoom(), owner)).toBeUndefined();
    });

    it('G1 knows nothing of a room that does not exist', async () => {
      expect(await store.room('none')).toBeUndefined();
      expect(await store.seen('none', 'ann')).toBeUndefined();
      expect(await store.passwordHash('none')).toBeNull();
      expect(await store.update('none', { name: 'x' }, at)).toBeUndefined();
      expect(await store.delete('none')).toBe(false);
      expect(await store.addMember(member('none', 'bob'))).toBe('gone');
      expect(await store.removeMember('none', 'bob', 'MEMBER')).toBe('changed');
      expect(await store.changeRole('none', 'bob', 'MEMBER', 'GUEST')).toBe('changed');
      expect(await allMembers('none')).toEqual([]);
    });

    it('G1 changes what is given and leaves the rest', async () => {
      const id = await create({ maxMembers: 5, passwordHash: 'h' });
      const updated = await store.update(id, { name: 'new', status: 'CLOSED', maxMembers: null }, at + 1);
      expect(updated).toMatchObject({ name: 'new', status: 'CLOSED', maxMembers: null, updatedAt: at + 1 });
      expect(await store.passwordHash(id)).toBe('h');
      await store.update(id, { passwordHash: null, name: undefined }, at + 2);
      expect(await store.room(id)).toMatchObject({ name: 'new', updatedAt: at + 2 });
      expect(await store.passwordHash(id)).toBeNull();
    });

    it('G1 tells the roles of many at once, in the order asked', async () => {
      const { id } = await store.create(newRoom(), 'ann');
      await store.addMember(member(id, 'bob'));
      const asked = ['nobody', 'bob', 'ann', 'bob'].map((userId) => ({ roomId: id, userId }));
      expect(await store.roles([...asked, { roomId: 'none', userId: 'ann' }])).toEqual([
        undefined,
        'MEMBER',
        'OWNER',
        'MEMBER',
        undefined,
      ]);
      expect(await store.roles([])).toEqual([]);
    });

    it('G1 deletes a room with its memberships', async () => {
      const id = await create();
      await store.addMember(member(id, 'bob'));
      expect(await store.delete(id)).toBe(true);
      expect(await store.membership(id, 'bob')).toBeUndefined();
      expect(await store.delete(id)).toBe(false);
    });

    it('G2 lists rooms by name in pages, PRIVATE ones only to members and to those who see all', async () => {
      const mark = `list${Math.random().toString(36).slice(2)}`;
      for (const [suffix, type, owner] of [
        ['b', 'PUBLIC', 'ann'],
        ['a', 'PRIVATE', 'ann'],
        ['c', 'PROTECTED', 'bob'],
        ['c', 'PRIVATE', 'bob'],
        ['100%_\\', 'PUBLIC', 'bob'],
      ] as const) {
        await create({ name: `${mark} ${suffix}`, type }, owner);
      }
      const names = async (
        userId: string,
        { search = mark, seesAll = false, ...more }: Partial<RoomFilter> = {},
      ): Promise<string[]> => {
        const found: string[] = [];
        let after: string | undefined;
        do {
          const page = await store.rooms({ userId, seesAll, search, ...more }, { limit: 2, after });
          expect(page.items.length).toBeLessThanOrEqual(2);
          const last = page.items.at(-1);
          if (page.next !== undefined && last) expect(page.next).toBe(roomKey(last));
          found.push(...page.items.map((room) => room.name.slice(mark.length + 1)));
          after = page.next;
        } while (after !== undefined);
        return found;
      };
      expect((await names('cid')).sort()).toEqual(['100%_\\', 'b', 'c']);
      expect((await names('ann')).sort()).toEqual(['100%_\\', 'a', 'b', 'c']);
      expect((await names('bob')).sort()).toEqual(['100%_\\', 'b', 'c', 'c']);
      expect((await names('cid', { seesAll: true })).sort()).toEqual(['100%_\\', 'a', 'b', 'c', 'c']);
      expect(await names('cid', { search: `${mark.toUpperCase()} 100%_\\` })).toEqual(['100%_\\']);
      expect(await names('cid', { search: `${mark}%` })).toEqual([]);
    });

    it('G2 lists the rooms of a user, whatever their type and status, or those of others', async () => {
      const mark = `own${Math.random().toString(36).slice(2)}`;
      const ids = new Map<string, string>();
      for (const [suffix, type, owner] of [
        ['open', 'PUBLIC', 'ann'],
        ['secret', 'PRIVATE', 'ann'],
        ['guarded', 'PROTECTED', 'bob'],
        ['hidden', 'PRIVATE', 'bob'],
        ['over', 'PUBLIC', 'bob'],
      ] as const) {
        ids.set(suffix, await create({ name: `${mark} ${suffix}`, type }, owner));
      }
      for (const suffix of ['guarded', 'over']) await store.addMember(member(ids.get(suffix) ?? '', 'ann'));
      await store.update(ids.get('over') ?? '', { status: 'CLOSED' }, at);
      const listed = async (userId: string, joined: boolean, seesAll = false): Promise<string[]> => {
        const { items } = await store.rooms({ userId, seesAll, search: mark, joined }, { limit: 10 });
        return items.map(({ name }) => name.slice(mark.length + 1));
      };
      expect(await listed('ann', true)).toEqual(['guarded', 'open', 'over', 'secret']);
      expect(await listed('ann', false)).toEqual([]);
      expect(await listed('bob', true)).toEqual(['guarded', 'hidden', 'over']);
      expect(await listed('bob', false)).toEqual(['open']);
      expect(await listed('root', true, true)).toEqual([]);
      expect(await listed('bob', false, true)).toEqual(['open', 'secret']);
      const first = await store.rooms(
        { userId: 'ann', seesAll: false, search: mark, joined: true },
        { limit: 3 },
      );
      const rest = await store.rooms(
        { userId: 'ann', seesAll: false, search: mark, joined: true },
        { limit: 3, after: first.next },
      );
      expect(rest.items.map(({ id }) => id)).toEqual([ids.get('secret')]);
      await store.removeMember(ids.get('guarded') ?? '', 'ann', 'MEMBER');
      expect(await listed('ann', true)).toEqual(['open', 'over', 'secret']);
      expect(await listed('ann', false)).toEqual(['guarded']);
    });

    it('G2 lists members by user id in pages', async () => {
      const id = await create({}, 'u5');
      for (const user of ['u3', 'u1', 'u4', 'u2']) await store.addMember(member(id, user));
      const first = await store.members(id, { limit: 3 });
      expect(first.items.map(({ userId }) => userId)).toEqual(['u1', 'u2', 'u3']);
      const second = await store.members(id, { limit: 3, after: first.next });
      expect(second.items.map(({ userId }) => userId)).toEqual(['u4', 'u5']);
      expect(second.next).toBeUndefined();
    });

    it('G3 lets in only while the room is ACTIVE and has space, and leaves who is in as is', async () => {
      const id = await create({ maxMembers: 2 });
      expect(await store.addMember(member(id, 'ann', 'GUEST'))).toEqual({
        membership: member(id, 'ann', 'OWNER'),
        added: false,
      });
      expect(await store.addMember(member(id, 'bob'))).toEqual({
        membership: member(id, 'bob'),
        added: true,
      });
      expect(await store.addMember(member(id, 'cid'))).toBe('full');
      await store.update(id, { status: 'ARCHIVED', maxMembers: 9 }, at);
      expect(await store.addMember(member(id, 'cid'))).toBe('inactive');
      expect((await store.room(id))?.memberCount).toBe(2);
    });

    it('G3 never has more members than there is space for, nor another count than members', async () => {
      const id = await create({ maxMembers: 11 });
      const outcomes = await Promise.all(
        Array.from({ length: 40 }, (_, n) => store.addMember(member(id, `user ${n}`))),
      );
      expect(outcomes.filter((outcome) => outcome === 'full').length).toBe(30);
      const members = await allMembers(id);
      expect(members.length).toBe(11);
      await Promise.all([
        ...members.map((userId) => store.removeMember(id, userId, 'MEMBER')),
        ...Array.from({ length: 10 }, (_, n) => store.addMember(member(id, `late ${n}`))),
      ]);
      expect((await store.room(id))?.memberCount).toBe((await allMembers(id)).length);
    });

    it('G4 removes and changes only who has the role they were found with', async () => {
      const id = await create();
      await store.addMember(member(id, 'bob'));
      expect(await store.removeMember(id, 'bob', 'GUEST')).toBe('changed');
      expect(await store.changeRole(id, 'bob', 'GUEST', 'ADMIN')).toBe('changed');
      expect(await store.changeRole(id, 'bob', 'MEMBER', 'ADMIN')).toEqual(member(id, 'bob', 'ADMIN'));
      expect(await store.removeMember(id, 'bob', 'ADMIN')).toBe('removed');
      expect(await store.membership(id, 'bob')).toBeUndefined();
    });

    it('G4 keeps one owner, whoever goes at the same time', async () => {
      const id = await create({}, 'o1');
      await store.addMember(member(id, 'o2', 'OWNER'));
      await store.addMember(member(id, 'o3', 'OWNER'));
      const outcomes = await Promise.all([
        store.removeMember(id, 'o1', 'OWNER'),
        store.removeMember(id, 'o2', 'OWNER'),
        store.changeRole(id, 'o3', 'OWNER', 'MEMBER'),
      ]);
      expect(outcomes.filter((outcome) => outcome === 'last-owner').length).toBe(1);
      const { items } = await store.members(id, { limit: 10 });
      expect(items.filter(({ role }) => role === 'OWNER').length).toBe(1);
    });

    it('G5 counts rooms, active ones, memberships and distinct users', async () => {
      const before = await store.counts();
      const [first, second] = [await create({}, `counted-${Math.random()}`), await create({}, 'counted')];
      await store.addMember(member(first, 'counted'));
      await store.update(second, { status: 'CLOSED' }, at);
      expect(await store.counts()).toEqual({
        total: before.total + 2,
        active: before.active + 1,
        members: before.members + 3,
        users: before.users + 2,
      });
    });
  });
}
