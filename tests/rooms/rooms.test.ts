import { describe, expect, it, vi } from 'vitest';
import type { Viewer } from '../../src/auth/viewer.ts';
import { MemoryBus } from '../../src/bus/memory/memory-bus.ts';
import type { Invitation, InvitationBounds } from '../../src/rooms/invitations/invitation-store.ts';
import { Invitations, type SentInvitation } from '../../src/rooms/invitations/invitations.ts';
import { PasswordHasher } from '../../src/rooms/password-hasher.ts';
import { RoomReads } from '../../src/rooms/reads/room-reads.ts';
import type { Membership, RoomRole } from '../../src/rooms/room.ts';
import { RoomMessages } from '../../src/rooms/room-messages.ts';
import { Rooms } from '../../src/rooms/rooms.ts';
import { onPostgres, openPlace } from '../support/places.ts';

const viewer = (id: string, role: 'USER' | 'ADMIN' = 'USER'): Viewer => ({
  id,
  roles: [role],
  expiresAt: null,
});
const [ann, bob, cid, root] = [viewer('ann'), viewer('bob'), viewer('cid'), viewer('root', 'ADMIN')];

async function setUp(mostOwned?: number, bounds?: InvitationBounds) {
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
  const invited: Invitation[] = [];
  const invitations = new Invitations({
    store: database.invitations,
    rooms,
    onInvited: (invitation) => void invited.push(invitation),
    bounds,
  });
  const reads = new RoomReads({ store: database.reads, rooms, bus, onError });
  return {
    database,
    rooms,
    invitations,
    invited,
    reads,
    /** Invites a user, who accepts. */
    async invite(by: Viewer, roomId: string, userId: string, role: RoomRole): Promise<Membership> {
      await invitations.invite(by, roomId, userId, role);
      return invitations.accept(viewer(userId), roomId);
    },
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
    const { rooms, messages, invitations } = set;
    const secret = (await rooms.create(ann, { name: 'secret', type: 'PRIVATE' })).id;
    const { id } = await messages.send(ann, secret, { content: 'x' });
    const tries = (room: string, message: string) => [
      rooms.room(bob, room),
      rooms.join(bob, room),
      rooms.join(bob, room, 'guess'),
      rooms.leave(bob, room),
      rooms.update(bob, room, { name: 'mine' }),
      rooms.delete(bob, room),
      invitations.invite(bob, room, 'cid', 'MEMBER'),
      invitations.accept(bob, room),
      invitations.decline(bob, room, false),
      set.reads.markRead(bob, room),
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
    expect(await refusalOf(set.invitations.invite(bob, guarded, 'cid', 'GUEST'))).toMatch(
      /^PERMISSION_DENIED/,
    );
    expect(await set.invite(ann, guarded, 'cid', 'GUEST')).toMatchObject({ userId: 'cid', role: 'GUEST' });
    await rooms.update(ann, guarded, { password: 'new' });
    await rooms.leave(bob, guarded);
    expect(await refusalOf(rooms.join(bob, guarded, 'pw'))).toMatch(/^PERMISSION_DENIED/);
    for (const status of ['INACTIVE', 'ARCHIVED', 'CLOSED'] as const) {
      await rooms.update(ann, guarded, { status });
      expect(await refusalOf(rooms.join(bob, guarded, 'new'))).toMatch(`CONFLICT: The room is ${status}`);
      expect(await refusalOf(set.invitations.invite(ann, guarded, 'bob', 'MEMBER'))).toMatch('CONFLICT');
    }
    await rooms.update(ann, guarded, { status: 'ACTIVE' });
    expect(await rooms.join(bob, guarded, 'new')).toMatchObject({ role: 'MEMBER' });
    expect(rooms.counters).toEqual({ created: 2, deleted: 0, joins: 4, leaves: 1 });
  });

  it('R8 let nobody act on those who are not below them, on themselves, or leave the room without an owner', async () => {
    await using set = await setUp();
    const { rooms, heard } = set;
    const room = (await rooms.create(ann, { name: 'r' })).id;
    await set.invite(ann, room, 'bob', 'ADMIN');
    await set.invite(bob, room, 'cid', 'MODERATOR');
    await set.invite(cid, room, 'dan', 'MEMBER');
    expect(await refusalOf(set.invitations.invite(cid, room, 'eve', 'MODERATOR'))).toMatch(
      /^PERMISSION_DENIED.*below/,
    );
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

describe('invitations', () => {
  const codeOf = async (act: Promise<unknown>) => (await refusalOf(act)).split(':')[0];

  it('R14 become a membership by consent only, and let nobody read before', async () => {
    await using set = await setUp();
    const { rooms, messages, invitations, invited } = set;
    const room = (await rooms.create(ann, { name: 'secret', type: 'PRIVATE' })).id;
    await messages.send(ann, room, { content: 'x' });
    expect(await invitations.invite(ann, room, 'bob', 'MODERATOR')).toMatchObject({ isMember: false });
    expect(invited).toMatchObject([{ roomId: room, userId: 'bob', role: 'MODERATOR', invitedBy: 'ann' }]);
    expect(await codeOf(rooms.room(bob, room))).toBe('ROOM_NOT_FOUND');
    expect(await codeOf(messages.history(bob, room, { from: 'last', limit: 1 }))).toBe('ROOM_NOT_FOUND');
    expect((await rooms.room(ann, room)).memberCount).toBe(1);
    expect(await invitations.pending(bob)).toMatchObject([{ roomId: room, roomName: 'secret' }]);
    // again: the role is the newer one, and the user is told once
    await invitations.invite(ann, room, 'bob', 'MEMBER');
    expect(invited).toHaveLength(1);
    expect(await invitations.accept(bob, room)).toMatchObject({ userId: 'bob', role: 'MEMBER' });
    expect(await invitations.pending(bob)).toEqual([]);
    expect(await codeOf(invitations.accept(bob, room))).toBe('ROOM_NOT_FOUND');
    expect(await invitations.invite(ann, room, 'bob', 'GUEST')).toMatchObject({
      role: 'MEMBER',
      isMember: true,
    });
    await invitations.invite(ann, room, 'cid', 'MEMBER');
    await invitations.decline(cid, room, false);
    expect(await codeOf(invitations.accept(cid, room))).toBe('ROOM_NOT_FOUND');
    expect(await codeOf(invitations.decline(cid, room, false))).toBe('ROOM_NOT_FOUND');
    expect((await rooms.room(ann, room)).memberCount).toBe(2);
  });

  it('R14 of a blocked inviter do not arrive, and the inviter sees no difference', async () => {
    await using set = await setUp();
    const { rooms, invitations, invited } = set;
    const [one, two] = [await rooms.create(ann, { name: 'one' }), await rooms.create(ann, { name: 'two' })];
    const shown = ({ roomId, isMember, role }: SentInvitation) => ({ roomId, isMember, role });
    await invitations.invite(ann, one.id, 'bob', 'MEMBER');
    const before = await invitations.invite(ann, two.id, 'bob', 'MEMBER');
    await invitations.decline(bob, one.id, true);
    expect(await invitations.pending(bob)).toEqual([]);
    expect(await invitations.blocked(bob)).toEqual(['ann']);
    expect(shown(await invitations.invite(ann, two.id, 'bob', 'MEMBER'))).toEqual(shown(before));
    expect(await invitations.pending(bob)).toEqual([]);
    expect(invited).toHaveLength(2);
    await invitations.unblock(bob, 'ann');
    await invitations.invite(ann, two.id, 'bob', 'MEMBER');
    expect(await invitations.pending(bob)).toMatchObject([{ roomId: two.id }]);
  });

  it('R14 end with the room, with the membership of their inviter, and after 30 days', async () => {
    await using set = await setUp();
    const { rooms, invitations } = set;
    const room = (await rooms.create(ann, { name: 'r' })).id;
    await set.invite(ann, room, 'bob', 'MODERATOR');
    await invitations.invite(bob, room, 'cid', 'MEMBER');
    await rooms.kick(ann, room, 'bob');
    expect(await codeOf(invitations.accept(cid, room))).toBe('ROOM_NOT_FOUND');
    await invitations.invite(ann, room, 'cid', 'MEMBER');
    await rooms.update(ann, room, { status: 'CLOSED' });
    expect(await refusalOf(invitations.accept(cid, room))).toMatch(/^CONFLICT: .*Your invitation stays/);
    await rooms.update(ann, room, { status: 'ACTIVE', maxMembers: 1 });
    expect(await refusalOf(invitations.accept(cid, room))).toMatch(/^CONFLICT: The room is full/);
    const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 30 * 86_400_000 + 1);
    expect(await invitations.pending(cid)).toEqual([]);
    expect(await codeOf(invitations.accept(cid, room))).toBe('ROOM_NOT_FOUND');
    later.mockRestore();
    await rooms.delete(ann, room);
    expect(await invitations.pending(cid)).toEqual([]);
  });

  it('R14 are bounded of a user, a room and an inviter, also when they are sent at once', async () => {
    await using set = await setUp(undefined, { ofUser: 3, ofRoom: 5, ofInviter: 7 });
    const { rooms, invitations } = set;
    const many = await Promise.all(Array.from({ length: 6 }, (_, n) => rooms.create(ann, { name: `r${n}` })));
    const codes = async (acts: readonly Promise<unknown>[]) => (await Promise.all(acts.map(codeOf))).sort();
    const ofUser = await codes(many.map(({ id }) => invitations.invite(ann, id, 'bob', 'MEMBER')));
    expect(ofUser).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'accepted', 'accepted', 'accepted']);
    const other = (await rooms.create(root, { name: 'other' })).id;
    const guests = Array.from({ length: 8 }, (_, n) => `guest${n}`);
    const ofRoom = await codes(guests.map((id) => invitations.invite(root, other, id, 'MEMBER')));
    expect(ofRoom.filter((code) => code === 'accepted')).toHaveLength(5);
    const ofInviter = await codes(
      guests.map((id, n) => invitations.invite(ann, many[n % 6]?.id ?? '', id, 'MEMBER')),
    );
    expect(ofInviter.filter((code) => code === 'accepted')).toHaveLength(4);
  });
});

describe('read positions', () => {
  it('R15 count newer messages of others that are not deleted, and move forward only', async () => {
    await using set = await setUp();
    const { rooms, messages, reads, bus } = set;
    const told: unknown[] = [];
    await bus.listen('reads:bob', (read) => told.push(read));
    const room = (await rooms.create(ann, { name: 'r' })).id;
    await messages.send(ann, room, { content: 'before bob came' });
    await rooms.join(bob, room);
    const unread = async (who: Viewer) => (await reads.state(who.id, room))?.unread;
    expect(await unread(bob)).toBe(0);
    const two = await messages.send(ann, room, { content: 'two' });
    await messages.send(bob, room, { content: 'own' });
    const four = await messages.send(ann, room, { content: 'four' });
    expect([await unread(ann), await unread(bob)]).toEqual([1, 2]);
    await messages.delete(ann, four.id);
    expect(await unread(bob)).toBe(1);
    expect(await reads.markRead(bob, room, two.sequence)).toEqual({
      roomId: room,
      readSequence: 2,
      unread: 0,
    });
    expect(await reads.markRead(bob, room, 1)).toMatchObject({ readSequence: 2 });
    expect(await reads.markRead(bob, room, 99)).toMatchObject({ readSequence: 4 });
    expect(await reads.markRead(bob, room)).toMatchObject({ readSequence: 4, unread: 0 });
    await expect.poll(() => told).toHaveLength(4);
    expect(told[0]).toEqual({ roomId: room, readSequence: 2, unread: 0 });
    expect(await refusalOf(reads.markRead(bob, room, -1))).toMatch(/^INVALID_INPUT: sequence is -1/);
    expect(await refusalOf(reads.markRead(cid, room))).toMatch(/^PERMISSION_DENIED/);
    expect(await refusalOf(reads.markRead(root, room))).toMatch(
      /^PERMISSION_DENIED: Read positions are kept/,
    );
    expect(await reads.state('cid', room)).toBeUndefined();
  });

  it('R15 of many rooms are read together', async () => {
    await using set = await setUp();
    const { rooms, messages, reads } = set;
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, n) => rooms.create(ann, { name: `r${n}` })),
    );
    for (const [n, { id }] of many.entries()) {
      await rooms.join(bob, id);
      if (n % 2) await messages.send(ann, id, { content: 'x' });
    }
    const states = vi.spyOn(set.database.reads, 'states');
    const counts = await Promise.all(many.map(async ({ id }) => (await reads.state('bob', id))?.unread));
    expect(counts).toEqual(many.map((_, n) => n % 2));
    expect(states).toHaveBeenCalledOnce();
  });
});

describe('messages of rooms', () => {
  it('R10 are sent, edited and deleted by those who may, in ACTIVE rooms', async () => {
    await using set = await setUp();
    const { rooms, messages } = set;
    const room = (await rooms.create(ann, { name: 'r' })).id;
    await rooms.join(bob, room);
    await set.invite(ann, room, 'cid', 'GUEST');
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
