import { beforeAll, describe, expect, it } from 'vitest';
import type { InboxStore, NewInboxItem } from '../../src/inbox/inbox-store.ts';
import type { RoomStore } from '../../src/rooms/room-store.ts';
import { newRoom } from '../rooms/new-room.ts';

let made = 0;
const at = Date.UTC(2026, 10, 24, 1, 2, 3, 456);
const item = (own: Partial<NewInboxItem> = {}): NewInboxItem => ({
  senderId: 'root',
  roomId: null,
  type: 'NOTIFICATION',
  content: 'c',
  metadata: null,
  createdAt: at,
  ...own,
});
const newUser = (): string => {
  made += 1;
  return `user-${made}-${Math.random().toString(36).slice(2)}`;
};

/** What every inbox store promises. */
export function inboxStoreContract(
  name: string,
  open: () => Promise<{ readonly rooms: RoomStore; readonly inbox: InboxStore }>,
): void {
  describe(`the inbox store on ${name}`, () => {
    let store: InboxStore;
    let rooms: RoomStore;
    beforeAll(async () => {
      const opened = await open();
      store = opened.inbox;
      rooms = opened.rooms;
    });
    const addTo = (userIds: readonly string[], content = 'c', keep = 1000) =>
      store.add({ kind: 'users', userIds }, item({ content }), keep);
    const sequences = async (user: string, after = 0, limit = 5000): Promise<number[]> =>
      (await store.itemsAfter(user, after, limit)).items.map(({ sequence }) => sequence);

    it('G10 keeps an item exactly, numbered contiguously per user', async () => {
      const [ann, bob] = [newUser(), newUser()];
      const sent = item({
        content: '漢"\\\n',
        metadata: { z: [1, null], a: '"' },
        roomId: 'r',
        type: 'ALERT',
      });
      const added = await store.add({ kind: 'users', userIds: [ann, bob] }, sent, 1000);
      expect(added.map(({ userId }) => userId).sort()).toEqual([ann, bob].sort());
      await addTo([ann]);
      const { items, state } = await store.itemsAfter(ann, 0, 10);
      expect(items[0]).toEqual({ ...sent, userId: ann, sequence: 1, id: expect.any(String) });
      expect(items.map(({ sequence }) => sequence)).toEqual([1, 2]);
      expect(state).toEqual({ head: 2, acknowledged: 0, dropped: 0 });
      expect(await sequences(ann, 1)).toEqual([2]);
      expect(await sequences(ann, 0, 1)).toEqual([1]);
    });

    it('G10 numbers contiguously under concurrent broadcasts that overlap', async () => {
      const users = Array.from({ length: 8 }, newUser);
      await Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          addTo(users.filter((_user, i) => i === 0 || (i + n) % 3 > 0).sort(() => Math.random() - 0.5)),
        ),
      );
      for (const user of users) {
        const numbers = await sequences(user);
        expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => i + 1));
      }
      expect((await sequences(users[0] ?? '')).length).toBe(30);
    });

    it('G11 keeps the newest unacknowledged items, and knows what it dropped', async () => {
      const user = newUser();
      for (let n = 1; n <= 7; n += 1) await addTo([user], `${n}`, 5);
      expect(await sequences(user)).toEqual([3, 4, 5, 6, 7]);
      expect((await store.states([user, 'nobody'])).get(user)).toEqual({
        head: 7,
        acknowledged: 0,
        dropped: 2,
      });
      expect(await store.acknowledge(user, 5, '')).toBe(3);
      for (let n = 8; n <= 10; n += 1) await addTo([user], `${n}`, 5);
      expect(await sequences(user)).toEqual([6, 7, 8, 9, 10]);
      expect((await store.states([user])).get(user)).toEqual({ head: 10, acknowledged: 5, dropped: 2 });
      await addTo([user], '11', 5);
      expect(await sequences(user)).toEqual([7, 8, 9, 10, 11]);
      expect((await store.states([user])).get(user)?.dropped).toBe(6);
    });

    it('G11 keeps to the limit under concurrency', async () => {
      const user = newUser();
      await Promise.all(Array.from({ length: 40 }, () => addTo([user], 'c', 10)));
      expect(await sequences(user)).toEqual(Array.from({ length: 10 }, (_, i) => 31 + i));
    });

    it('G12 forgets what is acknowledged, once, and never more than there is', async () => {
      const user = newUser();
      for (let n = 0; n < 3; n += 1) await addTo([user]);
      expect((await store.heads([user, 'nobody'])).get(user)).toEqual({
        sequence: 3,
        epoch: '',
        epochStart: 0,
      });
      // of another numbering, which has nothing in common with this one
      expect(await store.acknowledge(user, 2, 'e0')).toBe(0);
      expect(await store.acknowledge(user, 2, '')).toBe(2);
      expect(await store.acknowledge(user, 1, '')).toBe(0);
      expect(await store.acknowledge(user, 999, '')).toBe(1);
      expect((await store.states([user])).get(user)).toEqual({ head: 3, acknowledged: 3, dropped: 0 });
      await addTo([user]);
      expect(await sequences(user)).toEqual([4]);
      expect(await store.acknowledge('nobody', 5, '')).toBe(0);
      expect(await store.itemsAfter('nobody', 0, 5)).toEqual({
        items: [],
        state: { head: 0, acknowledged: 0, dropped: 0 },
      });
    });

    it('G13 addresses members of a room, users seen, and those of a role', async () => {
      const [ann, bob, cid] = [newUser(), newUser(), newUser()];
      const before = (await store.add({ kind: 'everyone' }, item(), 1000)).length;
      const admins = (await store.add({ kind: 'role', role: 'ADMIN' }, item(), 1000)).length;
      await store.usersSeen(
        [
          { id: ann, roles: ['USER'] },
          { id: bob, roles: ['USER', 'ADMIN'] },
        ],
        at,
      );
      await addTo([cid]);
      expect((await store.add({ kind: 'everyone' }, item(), 1000)).length).toBe(before + 2);
      expect((await store.add({ kind: 'role', role: 'ADMIN' }, item(), 1000)).length).toBe(admins + 1);
      await store.usersSeen([{ id: bob, roles: ['USER'] }], at);
      expect((await store.add({ kind: 'role', role: 'ADMIN' }, item(), 1000)).length).toBe(admins);
      const room = await rooms.create(newRoom(), cid);
      await rooms.addMember({ roomId: room.id, userId: ann, role: 'GUEST', joinedAt: at });
      const told = await store.add({ kind: 'room', roomId: room.id }, item(), 1000);
      expect(told.map(({ userId }) => userId).sort()).toEqual([ann, cid].sort());
    });

    it('G13 counts what is kept', async () => {
      const before = await store.count();
      const user = newUser();
      await addTo([user]);
      await addTo([user]);
      await store.acknowledge(user, 1, '');
      expect(await store.count()).toBe(before + 1);
    });
  });
}
