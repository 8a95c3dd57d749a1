import { beforeAll, describe, expect, it } from 'vitest';
import type { MessageStore } from '../../src/rooms/message-store.ts';
import { MAX_UNREAD, type ReadStore } from '../../src/rooms/reads/read-store.ts';
import type { RoomStore } from '../../src/rooms/room-store.ts';
import { messageIn } from './message-in.ts';
import { newRoom } from './new-room.ts';

export interface ReadStoresUnderTest {
  readonly rooms: RoomStore;
  readonly messages: MessageStore;
  readonly reads: ReadStore;
}

/** What every store of read positions promises. @param open a database that others may use as well */
export function readStoreContract(name: string, open: () => Promise<ReadStoresUnderTest>): void {
  describe(`the store of read positions on ${name}`, () => {
    let stores: ReadStoresUnderTest;
    beforeAll(async () => {
      stores = await open();
    });

    /** A room of ann's that bob joined after its first message. */
    const setUp = async () => {
      const { rooms, messages, reads } = stores;
      const room = newRoom();
      await rooms.create(room, 'ann');
      const send = async (senderId: string, count = 1): Promise<readonly string[]> => {
        const sent = Array.from({ length: count }, () =>
          messageIn(room.id, { senderId, createdAt: Date.now() }),
        );
        await messages.append(sent, () => undefined);
        return sent.map(({ id }) => id);
      };
      await send('ann');
      await rooms.addMember({ roomId: room.id, userId: 'bob', role: 'MEMBER', joinedAt: Date.now() });
      const state = async (userId: string) => (await reads.states([{ roomId: room.id, userId }]))[0];
      return { ...stores, room: room.id, send, state };
    };

    it('R15 counts messages of others that are not deleted and came after the user joined', async () => {
      const { messages, send, state } = await setUp();
      expect(await state('bob')).toEqual({ readSequence: 1, unread: 0 });
      const [first = ''] = await send('ann', 3);
      await send('bob', 2);
      expect(await state('bob')).toEqual({ readSequence: 1, unread: 3 });
      expect(await state('ann')).toEqual({ readSequence: 0, unread: 2 });
      await messages.delete(first, Date.now());
      expect(await state('bob')).toEqual({ readSequence: 1, unread: 2 });
    });

    it('R15 moves a position forward only, and at most to the newest message', async () => {
      const { reads, room, send, state } = await setUp();
      await send('ann', 5);
      expect(await reads.markRead(room, 'bob', 4)).toEqual({ readSequence: 4, unread: 2 });
      expect(await reads.markRead(room, 'bob', 2)).toEqual({ readSequence: 4, unread: 2 });
      await Promise.all([1, 5, 3].map((sequence) => reads.markRead(room, 'bob', sequence)));
      expect(await state('bob')).toEqual({ readSequence: 5, unread: 1 });
      expect(await reads.markRead(room, 'bob', Number.MAX_SAFE_INTEGER)).toEqual({
        readSequence: 6,
        unread: 0,
      });
      await send('ann');
      expect(await reads.markRead(room, 'bob', undefined)).toEqual({ readSequence: 7, unread: 0 });
    });

    it('R15 knows nothing of a user who is no member, nor of a room that is none', async () => {
      const { reads, room } = await setUp();
      expect(await reads.markRead(room, 'cid', 1)).toBeUndefined();
      expect(await reads.markRead('none', 'bob', 1)).toBeUndefined();
      const asked = [
        { roomId: 'none', userId: 'bob' },
        { roomId: room, userId: 'bob' },
        { roomId: room, userId: 'cid' },
      ];
      expect(await reads.states(asked)).toEqual([undefined, { readSequence: 1, unread: 0 }, undefined]);
      expect(await reads.states([])).toEqual([]);
    });

    it('R15 counts no more than a badge shows', async () => {
      const { send, state } = await setUp();
      await send('ann', MAX_UNREAD + 5);
      expect(await state('bob')).toEqual({ readSequence: 1, unread: MAX_UNREAD });
    });
  });
}
