import { describe, expect, it } from 'vitest';
import { TickroomError } from '../../src/errors.ts';
import type { AppendOutcome, NewMessage } from '../../src/rooms/message-store.ts';
import { SendQueue } from '../../src/rooms/send-queue.ts';
import { onPostgres, openPlace } from '../support/places.ts';
import { newRoom } from './new-room.ts';

const messageOf = (n: number, roomId = 'r'): NewMessage => ({
  id: `m${n}`,
  roomId,
  senderId: 'ann',
  clientId: null,
  type: 'TEXT',
  content: `c${n}`,
  metadata: null,
  mentionsAll: false,
  createdAt: Date.now(),
});
const nobody = (): undefined => undefined;

/** The real store, counted. */
async function setUp() {
  const place = await onPostgres();
  const database = await openPlace(place);
  await database.rooms.create(newRoom({ id: 'r' }), 'ann');
  const batches: number[] = [];
  const failing = { with: undefined as Error | undefined, id: '' };
  const store = {
    append: (...[messages, refuse]: Parameters<typeof database.messages.append>) => {
      batches.push(messages.length);
      const fails = failing.with && (!failing.id || messages.some(({ id }) => id === failing.id));
      return fails ? Promise.reject(failing.with) : database.messages.append(messages, refuse);
    },
  };
  return {
    store,
    batches,
    failing,
    database,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}
const sequenceOf = (outcome: AppendOutcome): number =>
  outcome.kind === 'appended' ? outcome.message.sequence : Number.NaN;

describe('the send queue', () => {
  it('R5 writes together what comes while a transaction runs, in order', async () => {
    await using set = await setUp();
    await using queue = new SendQueue({ store: set.store });
    const outcomes = await Promise.all(
      Array.from({ length: 500 }, (_, n) => queue.send(messageOf(n), nobody)),
    );
    expect(outcomes.map(sequenceOf)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
    expect(set.batches).toEqual([200, 200, 100]);
  });

  it('R5 refuses one without hurting the others', async () => {
    await using set = await setUp();
    await using queue = new SendQueue({ store: set.store });
    const no = new Error('no');
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, (_, n) => queue.send(messageOf(n), () => (n === 2 ? no : undefined))),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      'appended',
      'appended',
      'refused',
      'appended',
      'appended',
    ]);
    set.failing.with = new Error('this one cannot be written');
    set.failing.id = 'm12';
    const settled = await Promise.allSettled(
      Array.from({ length: 5 }, (_, n) => queue.send(messageOf(10 + n), nobody)),
    );
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
  });

  it('R5 fails all of a batch at once when the database is away, and goes on when it is back', async () => {
    await using set = await setUp();
    await using queue = new SendQueue({ store: set.store });
    set.failing.with = new TickroomError('SERVICE_UNAVAILABLE', 'away');
    const settled = await Promise.allSettled([1, 2, 3].map((n) => queue.send(messageOf(n), nobody)));
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(set.batches).toEqual([3]);
    set.failing.with = undefined;
    expect((await queue.send(messageOf(1), nobody)).kind).toBe('appended');
  });

  it('R5 is bounded, and closing it writes what waits and refuses the rest', async () => {
    await using set = await setUp();
    const queue = new SendQueue({ store: set.store, mostWaiting: 3 });
    const sent = [1, 2, 3].map((n) => queue.send(messageOf(n), nobody));
    expect(() => queue.send(messageOf(4), nobody)).toThrow('with the same clientId');
    await queue[Symbol.asyncDispose]();
    expect((await Promise.all(sent)).map(sequenceOf)).toEqual([1, 2, 3]);
    expect(() => queue.send(messageOf(5), nobody)).toThrow(TickroomError);
  });
});
