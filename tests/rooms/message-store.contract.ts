import { beforeAll, describe, expect, it } from 'vitest';
import type { AppendOutcome, MessageStore, NewMessage } from '../../src/rooms/message-store.ts';
import type { RoomMessage } from '../../src/rooms/room-message.ts';
import type { RoomStore } from '../../src/rooms/room-store.ts';
import { messageIn } from './message-in.ts';
import { newRoom } from './new-room.ts';

const at = Date.UTC(2026, 10, 24, 1, 2, 3, 456);
const nobody = (): undefined => undefined;

const stored = (outcome: AppendOutcome | undefined): RoomMessage => {
  if (outcome?.kind !== 'appended') throw new Error(`not appended: ${JSON.stringify(outcome)}`);
  return outcome.message;
};

export interface MessageStores {
  readonly rooms: RoomStore;
  /** two stores on one database, as of two instances */
  readonly stores: readonly [MessageStore, MessageStore];
}

/** What every message store promises. */
export function messageStoreContract(name: string, open: () => Promise<MessageStores>): void {
  describe(`the message store on ${name}`, () => {
    let rooms: RoomStore;
    let store: MessageStore;
    let other: MessageStore;
    beforeAll(async () => {
      const opened = await open();
      rooms = opened.rooms;
      [store, other] = opened.stores;
    });
    const createRoom = async (): Promise<string> => (await rooms.create(newRoom(), 'ann')).id;
    const append = async (...messages: NewMessage[]): Promise<RoomMessage[]> =>
      (await store.append(messages, nobody)).map(stored);

    it('G6 keeps a message exactly, whatever is in it', async () => {
      const room = await createRoom();
      const content = 'a\n\t"\\;\'--$1 漢字 🎉 é ​';
      const metadata = { z: 1, a: [null, 1.5, 'x', { __proto__x: true }], text: '漢"\\' };
      const [message] = await append(
        messageIn(room, { content, metadata, type: 'DATA', mentionsAll: true, senderId: "o'x" }),
      );
      expect(message).toMatchObject({ content, metadata, sequence: 1, position: 1, createdAt: at });
      expect(await store.message(message?.id ?? '')).toEqual(message);
      expect(JSON.stringify((await store.message(message?.id ?? ''))?.metadata)).toBe(
        JSON.stringify(metadata),
      );
      for (const value of [0, '', false, [], {}]) {
        const [kept] = await append(messageIn(room, { metadata: value }));
        expect((await store.message(kept?.id ?? ''))?.metadata).toEqual(value);
      }
      expect(await store.message('none')).toBeUndefined();
    });

    it('G7 numbers messages contiguously per room under concurrent writers of two instances', async () => {
      const [first, second] = [await createRoom(), await createRoom()];
      const writers = Array.from({ length: 20 }, (_, writer) =>
        Array.from({ length: 5 }, () => messageIn(writer % 2 ? first : second)),
      );
      const outcomes = await Promise.all(
        writers.map((messages, i) => (i % 4 < 2 ? store : other).append(messages, nobody)),
      );
      for (const room of [first, second]) {
        const messages = outcomes
          .flat()
          .map(stored)
          .filter(({ roomId }) => roomId === room);
        const sequences = messages.map(({ sequence }) => sequence).sort((a, b) => a - b);
        expect(sequences).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
        const history = await store.history(room, { from: 'first', limit: 100 });
        expect(history.map(({ sequence }) => sequence)).toEqual(sequences);
      }
      // each batch in the order given
      for (const batch of outcomes) {
        const sequences = batch.map((outcome) => stored(outcome).sequence);
        expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
      }
    });

    it('G7 keeps out what is refused, and nothing else, without leaving a hole', async () => {
      const room = await createRoom();
      const [a, b, c] = [messageIn(room), messageIn(room, { senderId: 'bob' }), messageIn(room)];
      const postings: unknown[] = [];
      const outcomes = await store.append([a, b, { ...c, roomId: 'none' }, c], (message, posting) => {
        postings.push(posting);
        return message === b ? new Error('no') : undefined;
      });
      expect(outcomes.map(({ kind }) => kind)).toEqual(['appended', 'refused', 'gone', 'appended']);
      expect(stored(outcomes[3]).sequence).toBe(2);
      expect(postings).toEqual([
        { status: 'ACTIVE', role: 'OWNER' },
        { status: 'ACTIVE', role: null },
        { status: 'ACTIVE', role: 'OWNER' },
      ]);
      expect(await rooms.room(room)).toMatchObject({ lastSequence: 2, lastPosition: 2 });
    });

    it('G8 gives the first message for a clientId that the sender used before, whenever and wherever', async () => {
      const [room, another] = [await createRoom(), await createRoom()];
      const named = (own: Partial<NewMessage> = {}) => messageIn(room, { clientId: 'c', ...own });
      const outcomes = await store.append([named(), named()], nobody);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['appended', 'repeated']);
      const first = stored(outcomes[0]);
      expect(outcomes[1]).toEqual({ kind: 'repeated', message: first });
      expect(await other.append([named()], nobody)).toEqual([{ kind: 'repeated', message: first }]);
      const elsewhere = await store.append([named({ senderId: 'bob' }), named({ roomId: another })], nobody);
      expect(elsewhere.map(({ kind }) => kind)).toEqual(['appended', 'appended']);
      const race = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          (i % 2 ? store : other).append([named({ clientId: 'race' })], nobody),
        ),
      );
      expect(race.flat().filter(({ kind }) => kind === 'appended').length).toBe(1);
      expect(new Set(race.flat().map((o) => 'message' in o && o.message.id)).size).toBe(1);
    });

    it('G9 edits and deletes, once each place in the order of events', async () => {
      const room = await createRoom();
      const [first, second] = await append(messageIn(room), messageIn(room, { metadata: { a: 1 } }));
      const edited = await store.edit(first?.id ?? '', 'new', at + 1);
      expect(edited).toEqual({
        kind: 'EDITED',
        position: 3,
        message: { ...first, content: 'new', editedAt: at + 1 },
      });
      const deleted = await store.delete(second?.id ?? '', at + 2);
      expect(deleted).toEqual({
        kind: 'DELETED',
        position: 4,
        message: { ...second, content: '', metadata: null, deletedAt: at + 2 },
      });
      expect(await store.edit(second?.id ?? '', 'x', at)).toBeUndefined();
      expect(await store.delete(second?.id ?? '', at)).toBeUndefined();
      expect(await store.edit('none', 'x', at)).toBeUndefined();
      expect(await store.heads([room, 'none'])).toEqual(
        new Map([
          [room, { sequence: 4, epoch: '', epochStart: 0 }],
          ['none', { sequence: 0, epoch: '', epochStart: 0 }],
        ]),
      );
      expect((await rooms.room(room))?.lastSequence).toBe(2);
    });

    it('G9 tells all events after a position, in order, each message as it is now', async () => {
      const room = await createRoom();
      const [a, b, c] = await append(messageIn(room), messageIn(room), messageIn(room));
      await store.edit(a?.id ?? '', 'a1', at); // 4
      await store.edit(b?.id ?? '', 'b1', at); // 5
      await store.edit(a?.id ?? '', 'a2', at); // 6
      await store.delete(c?.id ?? '', at); // 7
      const told = async (after: number, limit = 10): Promise<unknown[]> =>
        (await store.eventsAfter(room, after, limit)).map(({ kind, position, message }) => [
          kind,
          position,
          message.content,
        ]);
      expect(await told(0)).toEqual([
        ['CREATED', 1, 'a2'],
        ['CREATED', 2, 'b1'],
        ['CREATED', 3, ''],
      ]);
      expect(await told(2)).toEqual([
        ['CREATED', 3, ''],
        ['EDITED', 5, 'b1'],
        ['EDITED', 6, 'a2'],
      ]);
      expect(await told(2, 2)).toEqual([
        ['CREATED', 3, ''],
        ['EDITED', 5, 'b1'],
      ]);
      expect(await told(5)).toEqual([
        ['EDITED', 6, 'a2'],
        ['DELETED', 7, ''],
      ]);
      expect(await told(7)).toEqual([]);
    });

    it('G9 gives pages of history from either end', async () => {
      const room = await createRoom();
      await append(...Array.from({ length: 10 }, () => messageIn(room)));
      const page = async (range: Parameters<MessageStore['history']>[1]): Promise<number[]> =>
        (await store.history(room, range)).map(({ sequence }) => sequence);
      expect(await page({ from: 'first', limit: 3 })).toEqual([1, 2, 3]);
      expect(await page({ from: 'first', limit: 3, after: 8 })).toEqual([9, 10]);
      expect(await page({ from: 'last', limit: 3 })).toEqual([8, 9, 10]);
      expect(await page({ from: 'last', limit: 3, before: 3 })).toEqual([1, 2]);
      expect(await page({ from: 'last', limit: 9, after: 3, before: 6 })).toEqual([4, 5]);
    });

    it('G7 deletes, edits and writes at the same time without waiting in a circle', async () => {
      const room = await createRoom();
      const messages = await append(...Array.from({ length: 20 }, () => messageIn(room)));
      await Promise.all([
        ...messages.map(({ id }, i) => (i % 2 ? store : other).edit(id, 'e', at)),
        ...Array.from({ length: 10 }, () => other.append([messageIn(room)], nobody)),
      ]);
      const positions = (await store.eventsAfter(room, 20, 100)).map(({ position }) => position);
      expect(positions).toEqual(Array.from({ length: 30 }, (_, i) => 21 + i));
      await Promise.all([
        rooms.delete(room),
        ...messages.map(({ id }) => store.edit(id, 'f', at)),
        other.append([messageIn(room)], nobody),
      ]);
      expect((await store.heads([room])).get(room)?.sequence).toBe(0);
    });
  });
}
