import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from '../support/places.ts';
import { read, User } from '../support/rooms.ts';
import { listen, startServer, type TestServer } from '../support/server.ts';

const codes = (errors: readonly unknown[]): unknown[] =>
  errors.flat().map((error) => (error as { extensions?: { code?: string } }).extensions?.code);

const ROOMS =
  'query ($joined: Boolean, $after: String) { rooms(joined: $joined, first: 2, after: $after) { edges { node { name viewerRole } } pageInfo { hasNextPage endCursor } } }';

interface RoomPage {
  readonly edges: readonly { readonly node: { readonly name: string; readonly viewerRole: string | null } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** What users of rooms are promised, whichever database keeps them. */
export function roomsSuite(name: string, place: () => Promise<Place>): void {
  describe(`rooms on ${name}`, () => {
    // an embedded database takes seconds to open: whoever needs no restart and no empty one shares this
    let keep: Place;
    let server: TestServer;
    beforeAll(async () => {
      keep = await place();
      server = await startServer(keep.env);
    });
    afterEach(() => server.closeClients());
    afterAll(async () => {
      await server[Symbol.asyncDispose]();
      await keep[Symbol.asyncDispose]();
    });

    it('L1 L2 gives who comes back exactly what was missed, also when the server restarted in between', async () => {
      await using keep = await place();
      let room = '';
      let after: string | undefined;
      {
        await using server = await startServer(keep.env);
        const [ann, bob] = await Promise.all([User.at(server, 'ann'), User.at(server, 'bob')]);
        room = await ann.createRoom();
        expect(await bob.join(room)).toBe('MEMBER');
        const reading = await read(server, bob.client(), room);
        await ann.send(room, 'hello');
        await expect.poll(() => reading.contents).toEqual(['hello']);
        after = reading.cursor;
        reading.stop();
        await expect.poll(() => server.app.stats().streaming.subscribers).toBe(0);
        for (let n = 1; n <= 5; n += 1) await ann.send(room, `missed ${n}`);
        const back = await read(server, bob.client(), room, after);
        await expect.poll(() => back.contents.length).toBeGreaterThanOrEqual(5);
        await ann.send(room, 'live');
        await expect.poll(() => back.contents).toEqual([...missed(5), 'live']);
      }
      await using server = await startServer(keep.env);
      const [ann, bob] = await Promise.all([User.at(server, 'ann'), User.at(server, 'bob')]);
      const back = await read(server, bob.client(), room, after);
      await expect.poll(() => back.contents).toEqual([...missed(5), 'live']);
      await ann.send(room, 'after the restart');
      await expect.poll(() => back.contents).toEqual([...missed(5), 'live', 'after the restart']);
      expect(back.events.map(({ message }) => message.sequence)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    });

    it('L3 tells edits and deletions live, and in a replay shows messages as they are now', async () => {
      const ann = await User.at(server, 'ann');
      const room = await ann.createRoom();
      const live = await read(server, ann.client(), room);
      const first = await ann.send(room, 'frist');
      const second = await ann.send(room, 'secret');
      await expect.poll(() => live.events.length).toBe(2);
      const after = live.cursor;
      const edit = 'mutation ($id: ID!) { editRoomMessage(id: $id, content: "first") { content editedAt } }';
      await ann.ask(edit, { id: first.id });
      await ann.ask('mutation ($id: ID!) { deleteRoomMessage(id: $id) }', { id: second.id });
      await ann.send(room, 'third');
      const told = (events: typeof live.events) => events.map((e) => [e.kind, e.message.content]);
      const changes = [
        ['EDITED', 'first'],
        ['DELETED', null],
        ['CREATED', 'third'],
      ];
      await expect
        .poll(() => told(live.events))
        .toEqual([['CREATED', 'frist'], ['CREATED', 'secret'], ...changes]);
      const back = await read(server, ann.client(), room, after);
      await expect.poll(() => told(back.events)).toEqual(changes);
      const { room: seen } = await ann.ask<{ room: { messages: { edges: { node: object }[] } } }>(
        'query ($id: ID!) { room(id: $id) { messages(last: 10) { edges { node { sequence content } } } } }',
        { id: room },
      );
      expect(seen.messages.edges.map(({ node }) => node)).toEqual([
        { sequence: 1, content: 'first' },
        { sequence: 2, content: null },
        { sequence: 3, content: 'third' },
      ]);
    });

    it('L4 a retried send with the same clientId gives the first message', async () => {
      const ann = await User.at(server, 'ann');
      const room = await ann.createRoom();
      const reading = await read(server, ann.client(), room);
      const [once, again] = await Promise.all([
        ann.send(room, 'one', { clientId: 'a' }),
        ann.send(room, 'one', { clientId: 'a' }),
      ]);
      expect(again).toEqual(once);
      await ann.send(room, 'two', { clientId: 'b' });
      await expect.poll(() => reading.contents).toEqual(['one', 'two']);
    });

    it('R15 a room is read on all devices of a user, and only there', async () => {
      const [ann, bob] = await Promise.all([User.at(server, 'ann'), User.at(server, 'bob')]);
      const room = await ann.createRoom();
      await bob.join(room);
      const badge = async (user: User) => {
        const query = 'query ($id: ID!) { room(id: $id) { unreadCount readSequence } }';
        return (await user.ask<{ room: object }>(query, { id: room })).room;
      };
      const READS = 'subscription { roomRead { roomId readSequence unreadCount } }';
      const devices = [listen(bob.client(), READS), listen(bob.client(), READS), listen(ann.client(), READS)];
      await expect.poll(() => server.app.stats().streaming.subscribers).toBe(3);
      for (const text of ['one', 'two', 'three']) await ann.send(room, text);
      expect(await badge(bob)).toEqual({ unreadCount: 3, readSequence: 0 });
      const mark = `mutation ($room: ID!, $sequence: SafeInt) {
        markRoomRead(roomId: $room, sequence: $sequence) { roomId readSequence unreadCount } }`;
      const two = { roomId: room, readSequence: 2, unreadCount: 1 };
      expect(await bob.ask(mark, { room, sequence: 2 })).toEqual({ markRoomRead: two });
      expect(await badge(bob)).toEqual({ unreadCount: 1, readSequence: 2 });
      const all = { roomId: room, readSequence: 3, unreadCount: 0 };
      expect(await bob.ask(mark, { room })).toEqual({ markRoomRead: all });
      for (const device of devices.slice(0, 2)) {
        await expect.poll(() => device.data).toEqual([{ roomRead: two }, { roomRead: all }]);
      }
      expect(await badge(ann)).toEqual({ unreadCount: 0, readSequence: 0 });
      expect(devices[2]?.data).toEqual([]);
      const eve = await User.at(server, 'eve');
      await expect(eve.ask(mark, { room })).rejects.toThrow('PERMISSION_DENIED');
      expect(await badge(eve)).toEqual({ unreadCount: 0, readSequence: null });
    });

    it('L5 ends what a user has open at once when they are kicked or their role is lowered', async () => {
      const [ann, bob, cid] = await Promise.all([
        User.at(server, 'ann'),
        User.at(server, 'bob'),
        User.at(server, 'cid'),
      ]);
      const room = await ann.createRoom();
      await Promise.all([bob.join(room), cid.join(room)]);
      const kicked = await read(server, bob.client(), room);
      const lowered = await read(server, cid.client(), room);
      const stays = await read(server, ann.client(), room);
      await ann.ask('mutation ($r: ID!) { kickFromRoom(roomId: $r, userId: "bob") }', { r: room });
      await expect.poll(() => codes(kicked.listening.errors)).toEqual(['PERMISSION_DENIED']);
      await ann.ask('mutation ($r: ID!) { setRoomRole(roomId: $r, userId: "cid", role: GUEST) { role } }', {
        r: room,
      });
      await expect.poll(() => codes(lowered.listening.errors)).toEqual(['PERMISSION_DENIED']);
      await ann.send(room, 'among us');
      await expect.poll(() => stays.contents).toEqual(['among us']);
      expect([kicked.contents, lowered.contents]).toEqual([[], []]);
      await expect(bob.send(room, 'still there?')).rejects.toThrow('PERMISSION_DENIED');
      const again = await read(server, bob.client(), room);
      await expect.poll(() => codes(again.listening.errors)).toEqual(['PERMISSION_DENIED']);
    });

    it('L5 completes what a user has open who leaves, and ends it with ROOM_NOT_FOUND when the room is deleted', async () => {
      const [ann, bob] = await Promise.all([User.at(server, 'ann'), User.at(server, 'bob')]);
      const room = await ann.createRoom({ type: 'PRIVATE' });
      await ann.ask('mutation ($r: ID!) { inviteToRoom(roomId: $r, userId: "bob") { role } }', { r: room });
      await bob.ask('mutation ($r: ID!) { acceptRoomInvitation(roomId: $r) { role } }', { r: room });
      const leaves = await read(server, bob.client(), room);
      const stays = await read(server, ann.client(), room);
      await bob.ask('mutation ($r: ID!) { leaveRoom(roomId: $r) }', { r: room });
      await expect.poll(() => leaves.listening.completed).toBe(true);
      expect(leaves.listening.errors).toEqual([]);
      const outside = await read(server, bob.client(), room);
      await expect.poll(() => codes(outside.listening.errors)).toEqual(['ROOM_NOT_FOUND']);
      await ann.ask('mutation ($r: ID!) { deleteRoom(id: $r) }', { r: room });
      await expect.poll(() => codes(stays.listening.errors)).toEqual(['ROOM_NOT_FOUND']);
      expect(server.app.stats().streaming.subscribers).toBe(0);
    });

    it('L6 one connection follows many rooms at once', async () => {
      const ann = await User.at(server, 'ann');
      const rooms = await Promise.all(
        Array.from({ length: 20 }, (_, n) => ann.createRoom({ name: `room ${n}` })),
      );
      const client = ann.client();
      const readings = [];
      for (const room of rooms) readings.push(await read(server, client, room));
      await Promise.all(rooms.map((room, n) => ann.send(room, `to ${n}`)));
      for (const [n, reading] of readings.entries()) {
        await expect.poll(() => reading.contents).toEqual([`to ${n}`]);
      }
      expect(server.app.stats().connections).toEqual({ total: 1, users: 1, rooms: 20 });
      expect(server.app.stats().streaming.groups).toBe(1);
    });

    it('R12 lists all rooms one is in and no others, page by page, to administrators too', async () => {
      await using keep = await place();
      await using server = await startServer(keep.env);
      const [ann, bob, root] = await Promise.all([
        User.at(server, 'ann'),
        User.at(server, 'bob'),
        User.at(server, 'root', 'ADMIN'),
      ]);
      for (const name of ['d', 'b', 'a', 'c']) await bob.createRoom({ name });
      await ann.createRoom({ name: 'secret', type: 'PRIVATE' });
      await ann.join(await bob.createRoom({ name: 'e' }));
      const listed = async (who: User, joined: boolean): Promise<string[]> => {
        const names: string[] = [];
        let page: RoomPage['pageInfo'] = { hasNextPage: true, endCursor: null };
        while (page.hasNextPage) {
          const variables = { joined, after: page.endCursor };
          const { rooms }: { rooms: RoomPage } = await who.ask(ROOMS, variables);
          names.push(...rooms.edges.map(({ node }) => `${node.name} ${node.viewerRole}`));
          page = rooms.pageInfo;
        }
        return names;
      };
      expect(await listed(bob, true)).toEqual(['a OWNER', 'b OWNER', 'c OWNER', 'd OWNER', 'e OWNER']);
      expect(await listed(bob, false)).toEqual([]);
      expect(await listed(ann, true)).toEqual(['e MEMBER', 'secret OWNER']);
      expect(await listed(ann, false)).toEqual(['a null', 'b null', 'c null', 'd null']);
      expect(await listed(root, true)).toEqual([]);
      expect(await listed(root, false)).toHaveLength(6);
    });

    it('L7 shows who is there, and who comes and goes', async () => {
      const [ann, bob] = await Promise.all([User.at(server, 'ann'), User.at(server, 'bob')]);
      const room = await ann.createRoom();
      await bob.join(room);
      const watching = listen<{ roomPresence: { kind: string; user: { id: string } | null; users: number } }>(
        ann.client(),
        'subscription ($r: ID!) { roomPresence(roomId: $r) { kind user { id } users connections } }',
        { r: room },
      );
      const heard = () =>
        watching.data.map(({ roomPresence: { kind, user, users } }) => [kind, user?.id ?? null, users]);
      await expect.poll(heard).toEqual([['SNAPSHOT', null, 1]]);
      const members = async () =>
        (
          await ann.ask<{
            room: { members: { edges: { node: { user: { id: string }; online: boolean } }[] } };
          }>('query ($r: ID!) { room(id: $r) { members { edges { node { user { id } online } } } } }', {
            r: room,
          })
        ).room.members.edges.map(({ node }) => [node.user.id, node.online]);
      expect(await members()).toEqual([
        ['ann', true],
        ['bob', false],
      ]);
      const first = await read(server, bob.client(), room);
      const second = await read(server, bob.client(), room);
      expect(await members()).toContainEqual(['bob', true]);
      first.stop();
      second.stop();
      await expect.poll(heard).toEqual([
        ['SNAPSHOT', null, 1],
        ['USER_JOINED', 'bob', 2],
        ['CONNECTION_JOINED', 'bob', 2],
        ['CONNECTION_LEFT', 'bob', 2],
        ['USER_LEFT', 'bob', 1],
      ]);
    });

    it('L8 counts rooms, members, joins and leaves', async () => {
      await using keep = await place();
      await using server = await startServer(keep.env);
      const [ann, bob] = await Promise.all([User.at(server, 'ann'), User.at(server, 'bob')]);
      const [room, gone] = [await ann.createRoom(), await ann.createRoom()];
      await bob.join(room);
      await bob.join(gone);
      await bob.ask('mutation ($r: ID!) { leaveRoom(roomId: $r) }', { r: room });
      await ann.ask('mutation ($r: ID!) { deleteRoom(id: $r) }', { r: gone });
      const query = '{ stats { rooms { total active members users created deleted joins leaves } } }';
      await expect
        .poll(async () => (await ann.ask<{ stats: { rooms: object } }>(query)).stats.rooms, {
          timeout: 10_000,
        })
        .toEqual({ total: 1, active: 1, members: 1, users: 1, created: 2, deleted: 1, joins: 2, leaves: 1 });
    });
  });
}

const missed = (count: number): string[] => Array.from({ length: count }, (_, n) => `missed ${n + 1}`);
