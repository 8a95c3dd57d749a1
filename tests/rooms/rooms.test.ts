import { describe, expect, it } from 'vitest';
import type { Viewer } from '../../src/auth/viewer.ts';
import { MemoryBus } from '../../src/bus/memory/memory-bus.ts';
import { PasswordHasher } from '../../src/rooms/password-hasher.ts';
import { RoomMessages } from '../../src/rooms/room-messages.ts';
import { Rooms } from '../../src/rooms/rooms.ts';
import { onPostgres, openPlace } from '../support/places.ts';

const viewer = (id: string, role: 'USER' | 'ADMIN' = 'USER'): Viewer => ({
  id,
  roles: [role],
  expiresAt: null,
});
const [ann, bob, cid, root] = [viewer('ann'), viewer('bob'), viewer('cid'), viewer('root', 'ADMIN')];

async function setUp(mostOwned?: number) {
  const place = await onPostgres();
  const database = await openPlace(place);
  const bus = new MemoryBus();
  const heard: unknown[] = [];
  await bus.listen('access', (change) => heard.push(change));
  const onError = (error: unknown): never => {
    throw error;
  };
  const passwords = new PasswordHasher();
  const limits = { mostOwned, password: (): undefined => undefined };
  const rooms = new Rooms({ store: database.rooms, bus, passwords, limits, onError });
  const messages = new RoomMessages({ store: database.messages, rooms, bus, onError });
  return {
    rooms,
    messages,
    heard,
    bus,
    async [Symbol.asyncDispose]() {
      await messages[Symbol.asyncDispose]();
      await passwords[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}
/** Code and words of a refusal. */
const refusalOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    (result) => `accepted: ${JSON.stringify(result)}`,
    (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
  );

describe('rooms', () => {
  it('R6 do not reveal that they exist when they are PRIVATE, whatever is tried', async () => {
    await using set = await setUp();
    const { rooms, messages } = set;
    const secret = (await rooms.create(ann, { name: 'secret', type: 'PRIVATE' })).id;
    const { id } = await messages.send(ann, secret, { content: 'x' });
    const tries = (room: string, message: string) => [
      rooms.room(bob, room),
      rooms.join(bob, room),
      rooms.join(bob, room, 'guess'),
      rooms.leave(bob, room),
      rooms.update(bob, room, { name: 'mine' }),
      rooms.delete(bob, room),
      rooms.invite(bob, room, 'cid', 'MEMBER'),
      rooms.kick(bob, room, 'ann'),
      rooms.setRole(bob, room, 'ann', 'GUEST'),
      rooms.members(bob, room, { limit: 1 }),
      rooms.access(bob, room, 'broadcast'),
      messages.send(bob, room, { content: 'x' }),
      messages.history(bob, room, { from: 'last', limit: 1 }),
      messages.edit(bob, message, 'y'),
      messages.delete(bob, message),
    ];
    const ofSecret = await Promise.all(tries(secret, id).map(refusalOf));
    const ofNothing = await Promise.all(tries('none', 'none').map(refusalOf));
    expect(ofSecret).toEqual(ofNothing);
    expect(new Set(ofSecret.slice(0, -2).map((text) => text.split(':')[0]))).toEqual(
      new Set(['ROOM_NOT_FOUND']),
    );
    const names = async (who: Viewer) =>
      (await rooms.rooms(who, {}, { limit: 10 })).items.map(({ name }) => name);
    expect([await names(bob), await names(ann), await names(root)]).toEqual([[], ['secret'], ['secret']]);
  });

  it('R7 are joined by whom their type lets in, while they are ACTIVE and have space', async () => {
    await using set = await setUp();
    const { rooms } = set;
    const open = (await rooms.create(ann, { name: 'open', maxMembers: 2 })).id;
    const guarded = (await rooms.create(ann, { name: 'guarded', type: 'PROTECTED', password: 'pw' })).id;
    expect(await rooms.join(bob, open)).toMatchObject({ userId: 'bob', role: 'MEMBER' });
    expect(await rooms.join(bob, open)).toMatchObject({ userId: 'bob', role: 'MEMBER' });
    expect(await refusalOf(rooms.join(cid, open))).toBe(
      'CONFLICT: The room is full: it has space for 2. Try again when somebody has left.',
    );
    expect(await refusalOf(rooms.join(null, open))).toMatch(/^AUTH_REQUIRED: .*send a token/);
    expect(await refusalOf(rooms.join(bob, guarded))).toMatch(/^PERMISSION_DENIED: .*send its password/);
    expect(await refusalOf(rooms.join(bob, guarded, 'no'))).toMatch(
      /^PERMISSION_DENIED: The password is wrong/,
    );
    expect(await rooms.join(bob, guarded, 'pw')).toMatchObject({ role: 'MEMBER' });
    expect(await rooms.invite(bob, guarded, 'cid', 'GUEST').catch(({ code }) => code)).toBe(
      'PERMISSION_DENIED',
    );
    expect(await rooms.invite(ann, guarded, 'cid', 'GUEST')).toMatchObject({ userId: 'cid', role: 'GUEST' });
    await rooms.update(ann, guarded, { password: 'new' });
    await rooms.leave(bob, guarded);
    expect(await refusalOf(rooms.join(bob, guarded, 'pw'))).toMatch(/^PERMISSION_DENIED/);
    for (const status of ['INACTIVE', 'ARCHIVED', 'CLOSED'] as const) {
      await rooms.update(ann, guarded, { status });
      expect(await refusalOf(rooms.join(bob, guarded, 'new'))).toMatch(`CONFLICT: The room is ${status}`);
      expect(await refusalOf(rooms.invite(ann, guarded, 'bob', 'MEMBER'))).toMatch('CONFLICT');
    }
    await rooms.update(ann, guarded, { status: 'ACTIVE' });
    expect(await rooms.join(bob, guarded, 'new')).toMatchObject({ role: 'MEMBER' });
    expect(rooms.counters).toEqual({ created: 2, deleted: 0, joins: 4, leaves: 1 });
  });

  it('R8 let nobody act on those who are not below them, on themselves, or leave the room without an owner', async () => {
    await using set = await setUp();
    const { rooms, heard } = set;
    const room = (await rooms.create(ann, { name: 'r' })).id;
    await rooms.invite(ann, room, 'bob', 'ADMIN');
    await rooms.invite(bob, room, 'cid', 'MODERATOR');
    await rooms.invite(cid, room, 'dan', 'MEMBER');
    expect(await refusalOf(rooms.invite(cid, room, 'eve', 'MODERATOR'))).toMatch(/^PERMISSION_DENIED.*below/);
    expect(await refusalOf(rooms.kick(cid, room, 'bob'))).toMatch(
      /^PERMISSION_DENIED.*ADMIN, yours MODERATOR/,
    );
    expect(await refusalOf(rooms.kick(bob, room, 'ann'))).toMatch(/^PERMISSION_DENIED/);
    expect(await refusalOf(rooms.kick(bob, room, 'bob'))).toMatch(/^CONFLICT: Nobody kicks themselves/);
    expect(await refusalOf(rooms.kick(bob, room, 'nobody'))).toMatch(/^CONFLICT: This user is no member/);
    expect(await refusalOf(rooms.setRole(bob, room, 'cid', 'ADMIN'))).toMatch(/^PERMISSION_DENIED/);
    expect(await refusalOf(rooms.setRole(bob, room, 'bob', 'OWNER'))).toMatch(/^PERMISSION_DENIED/);
    expect(await refusalOf(rooms.setRole(cid, room, 'dan', 'GUEST'))).toMatch(
      /^PERMISSION_DENIED: This needs the permission setRole/,
    );
    expect(await refusalOf(rooms.leave(ann, room))).toMatch(/^CONFLICT: You are its only OWNER/);
    expect(await refusalOf(rooms.setRole(ann, room, 'ann', 'ADMIN'))).toMatch(/^CONFLICT/);
    expect(await refusalOf(rooms.delete(bob, room))).toMatch(/permission deleteRoom/);
    await rooms.setRole(bob, room, 'bob', 'MEMBER');
    await rooms.setRole(ann, room, 'cid', 'OWNER');
    await rooms.leave(ann, room);
    await rooms.kick(root, room, 'dan');
    await rooms.delete(root, room);
    expect(heard).toEqual([
      { kind: 'role', roomId: room, userId: 'bob', role: 'MEMBER' },
      { kind: 'role', roomId: room, userId: 'cid', role: 'OWNER' },
      { kind: 'left', roomId: room, userId: 'ann' },
      { kind: 'kicked', roomId: room, userId: 'dan' },
      { kind: 'deleted', roomId: room },
    ]);
  });

  it('R13 are as many as one may own, however fast they are created; ADMIN accounts have no bound', async () => {
    await using set = await setUp(3);
    const { rooms } = set;
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => refusalOf(rooms.create(ann, { name: 'r' }))),
    );
    const refused = outcomes.filter((outcome) => !outcome.startsWith('accepted'));
    expect(refused).toHaveLength(5);
    expect(refused[0]).toMatch(/^CONFLICT: You are an OWNER of 3 rooms.*delete one first/);
    for (let i = 0; i < 5; i += 1) await rooms.create(root, { name: 'r' });
    const { items } = await rooms.rooms(ann, { joined: true }, { limit: 10 });
    await rooms.delete(ann, items[0]?.id ?? '');
    expect(await rooms.create(ann, { name: 'again' })).toMatchObject({ name: 'again' });
  });

  it('R9 change as they may', async () => {
    await using set = await setUp();
    const { rooms } = set;
    const room = (await rooms.create(ann, { name: 'r', maxMembers: 5 })).id;
    await rooms.join(bob, room);
    expect(await refusalOf(rooms.update(bob, room, { name: 'x' }))).toMatch(/permission update/);
    expect(await refusalOf(rooms.update(ann, room, { maxMembers: 1 }))).toMatch(
      /^INVALID_INPUT.*the 2 members/,
    );
    expect(await refusalOf(rooms.update(ann, room, { password: 'x' }))).toMatch(
      /^INVALID_INPUT.*no password/,
    );
    expect(await refusalOf(rooms.update(ann, room, { type: 'PROTECTED' }))).toMatch(/needs a password/);
    const guarded = await rooms.update(ann, room, { type: 'PROTECTED', password: 'x', maxMembers: null });
    expect(guarded).toMatchObject({ type: 'PROTECTED', maxMembers: null, name: 'r' });
    await rooms.update(ann, room, { description: 'd' });
    expect(await rooms.join(cid, room, 'x')).toMatchObject({ role: 'MEMBER' });
    expect(await rooms.update(ann, room, { type: 'PUBLIC' })).toMatchObject({
      type: 'PUBLIC',
      description: 'd',
    });
    expect(await rooms.join(root, room)).toMatchObject({ role: 'MEMBER' });
  });
});

describe('without a token', () => {
  it('R11 nothing of rooms is told', async () => {
    await using set = await setUp();
    const { rooms, messages } = set;
    const room = (await rooms.create(ann, { name: 'r' })).id;
    const tries = [
      rooms.room(null, room),
      rooms.rooms(null, {}, { limit: 1 }),
      rooms.rooms(null, { joined: true }, { limit: 1 }),
      rooms.create(null, { name: 'x' }),
      rooms.members(null, room, { limit: 1 }),
      rooms.access(null, room, 'view'),
      messages.history(null, room, { from: 'last', limit: 1 }),
      messages.edit(null, 'none', 'x'),
    ];
    const codes = (await Promise.all(tries.map(refusalOf))).map((text) => text.split(':')[0]);
    expect(new Set(codes)).toEqual(new Set(['AUTH_REQUIRED']));
  });
});

describe('messages of rooms', () => {
  it('R10 are sent, edited and deleted by those who may, in ACTIVE rooms', async () => {
    await using set = await setUp();
    const { rooms, messages } = set;
    const room = (await rooms.create(ann, { name: 'r' })).id;
    await rooms.join(bob, room);
    await rooms.invite(ann, room, 'cid', 'GUEST');
    const own = await messages.send(bob, room, { content: 'own', mentionsAll: true });
    const owners = await messages.send(ann, room, { content: 'owners', type: 'SYSTEM' });
    expect(await refusalOf(messages.send(bob, room, { content: 'x', type: 'SYSTEM' }))).toMatch(/sendSystem/);
    expect(await refusalOf(messages.send(cid, room, { content: 'x' }))).toMatch(/permission send .*GUEST/);
    expect(await refusalOf(messages.send(viewer('eve'), room, { content: 'x' }))).toMatch(/join it first/);
    expect(await refusalOf(messages.send(null, room, { content: 'x' }))).toMatch(/^AUTH_REQUIRED/);
    expect(await refusalOf(messages.history(viewer('eve'), room, { from: 'last', limit: 1 }))).toMatch(
      /join/,
    );
    expect(await refusalOf(messages.edit(bob, owners.id, 'x'))).toMatch(/permission editMessages/);
    expect(await refusalOf(messages.delete(bob, owners.id))).toMatch(/permission deleteMessages/);
    expect(await messages.edit(bob, own.id, 'better')).toMatchObject({ content: 'better' });
    expect(await messages.edit(ann, own.id, 'moderated')).toMatchObject({ content: 'moderated' });
    expect(await messages.delete(bob, own.id)).toMatchObject({ content: '' });
    expect(await refusalOf(messages.edit(bob, own.id, 'x'))).toMatch(
      /^INVALID_INPUT: There is no such message/,
    );
    expect(await refusalOf(messages.send(bob, room, { content: '' }))).toMatch(/^INVALID_INPUT/);
    expect((await messages.history(cid, room, { from: 'first', limit: 5 })).length).toBe(2);
    expect(await messages.send(root, room, { content: 'from outside' })).toMatchObject({ sequence: 3 });
    await rooms.update(ann, room, { status: 'ARCHIVED' });
    expect(await refusalOf(messages.send(bob, room, { content: 'x' }))).toMatch(
      /^CONFLICT: The room is ARCHIVED/,
    );
    await rooms.update(ann, room, { status: 'ACTIVE' });
    await rooms.kick(ann, room, 'bob');
    expect(await refusalOf(messages.send(bob, room, { content: 'x' }))).toMatch(/^PERMISSION_DENIED/);
  });
});
