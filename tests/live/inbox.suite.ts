import type { Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from '../support/places.ts';
import { User } from '../support/rooms.ts';
import { type Listening, listen, startServer, type TestServer } from '../support/server.ts';

interface Item {
  readonly sequence: number;
  readonly cursor: string | null;
  readonly content: string;
}

const INBOX = 'subscription ($after: Cursor) { inbox(after: $after) { sequence cursor content } }';
const BROADCAST =
  'mutation ($to: BroadcastTarget!, $content: String!) { broadcast(to: $to, input: { content: $content }) { recipients deliveredNow queued } }';

const openInbox = (client: Client, after?: string): Listening<{ inbox: Item }> =>
  listen(client, INBOX, { after });
const contents = ({ data }: Listening<{ inbox: Item }>): string[] => data.map(({ inbox }) => inbox.content);

async function broadcast(sender: User, to: object, content: string): Promise<object> {
  return (await sender.ask<{ broadcast: object }>(BROADCAST, { to, content })).broadcast;
}

const people = async (server: TestServer, ...ids: string[]): Promise<User[]> => {
  const users = await Promise.all(ids.map((id) => User.at(server, id)));
  await Promise.all(users.map((user) => user.ask('{ viewer { id } }')));
  return users;
};

/** What users are promised of their inbox, whichever database keeps it. */
export function inboxSuite(name: string, place: () => Promise<Place>): void {
  describe(`inbox on ${name}`, () => {
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

    it('I1 keeps what is addressed to a user until it is acknowledged, over restarts', async () => {
      await using keep = await place();
      {
        await using server = await startServer(keep.env);
        const admin = await User.at(server, 'root', 'ADMIN');
        for (const content of ['one', 'two', 'three']) await broadcast(admin, { user: 'bob' }, content);
      }
      await using server = await startServer(keep.env);
      const bob = await User.at(server, 'bob');
      const inbox = openInbox(bob.client());
      await expect.poll(() => contents(inbox)).toEqual(['one', 'two', 'three']);
      const second = inbox.data[1]?.inbox.cursor;
      const acknowledge = 'mutation ($c: Cursor!) { acknowledgeInbox(upTo: $c) }';
      expect(await bob.ask(acknowledge, { c: second })).toEqual({ acknowledgeInbox: 2 });
      expect(await bob.ask(acknowledge, { c: second })).toEqual({ acknowledgeInbox: 0 });
      inbox.stop();
      const again = openInbox(bob.client());
      await expect.poll(() => contents(again)).toEqual(['three']);
      const { inbox: page } = await bob.ask<{ inbox: { edges: { node: Item }[] } }>(
        '{ inbox { edges { node { sequence content } } pageInfo { hasNextPage } } }',
      );
      expect(page).toEqual({
        edges: [{ node: { sequence: 3, content: 'three' } }],
        pageInfo: { hasNextPage: false },
      });
    });

    it('I2 goes on after a cursor, and live', async () => {
      const admin = await User.at(server, 'root', 'ADMIN');
      const bea = await User.at(server, 'bea');
      for (const content of ['one', 'two', 'three']) await broadcast(admin, { user: 'bea' }, content);
      const first = openInbox(bea.client());
      await expect.poll(() => contents(first)).toEqual(['one', 'two', 'three']);
      const back = openInbox(bea.client(), first.data[0]?.inbox.cursor ?? '');
      await expect.poll(() => contents(back)).toEqual(['two', 'three']);
      expect(await broadcast(admin, { user: 'bea' }, 'four')).toEqual({
        recipients: 1,
        deliveredNow: 1,
        queued: 0,
      });
      await expect.poll(() => contents(back)).toEqual(['two', 'three', 'four']);
      await expect.poll(() => contents(first)).toEqual(['one', 'two', 'three', 'four']);
    });

    it('I3 keeps the last 1,000 of 1,050 items for an offline user, and tells that 50 were dropped', async () => {
      await using keep = await place();
      // what is there before it matters, in one statement: said one by one it takes ten seconds
      await keep.run(`
        INSERT INTO "User" ("id", "roles", "inboxHead") VALUES ('bob', '{}', 990);
        INSERT INTO "InboxItem" ("userId", "sequence", "id", "senderId", "type", "content", "createdAt")
        SELECT 'bob', n, n::text, 'root', 'TEXT', 'item ' || n, now() FROM generate_series(1, 990) AS n`);
      await using server = await startServer(keep.env);
      const admin = await User.at(server, 'root', 'ADMIN');
      const some = Array.from({ length: 60 }, (_, i) => `item ${991 + i}`);
      await Promise.all(some.map((content) => broadcast(admin, { user: 'bob' }, content)));
      const bob = await User.at(server, 'bob');
      const inbox = openInbox(bob.client());
      await expect.poll(() => inbox.data.length, { timeout: 15_000 }).toBe(1000);
      expect(inbox.data.map(({ inbox: item }) => item.sequence)).toEqual(
        Array.from({ length: 1000 }, (_, i) => 51 + i),
      );
      expect(new Set(contents(inbox)).size).toBe(1000);
      expect(inbox.results.map(({ extensions }) => extensions).filter(Boolean)).toEqual([
        { gap: { id: expect.any(String), from: 1, to: 50, topic: 'user:bob', reason: 'INBOX_FULL' } },
      ]);
    });

    it('I4 reaches a room, users, a role, or everyone, and says how many had their inbox open', async () => {
      await using keep = await place();
      await using server = await startServer(keep.env);
      const admin = await User.at(server, 'root', 'ADMIN');
      const [ann, bob, cid] = await people(server, 'ann', 'bob', 'cid');
      if (!ann || !bob || !cid) throw new Error('three came');
      const room = await ann.createRoom();
      await bob.join(room);
      const inbox = openInbox(bob.client());
      await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
      const online = { deliveredNow: 1 };
      expect(await broadcast(ann, { room }, 'room')).toEqual({ recipients: 2, ...online, queued: 1 });
      expect(await broadcast(admin, { users: ['bob', 'cid', 'bob', 'new'] }, 'users')).toEqual({
        recipients: 3,
        ...online,
        queued: 2,
      });
      expect(await broadcast(admin, { role: 'ADMIN' }, 'role')).toEqual({
        recipients: 1,
        deliveredNow: 0,
        queued: 1,
      });
      expect(await broadcast(admin, { everyone: true }, 'everyone')).toEqual({
        recipients: 4,
        ...online,
        queued: 3,
      });
      await expect.poll(() => contents(inbox)).toEqual(['room', 'users', 'everyone']);
      expect(server.app.stats().broadcasts).toEqual({ sent: 4, delivered: 3, queued: 7 });
    });

    it('I5 reaches one connection only while it is there', async () => {
      const admin = await User.at(server, 'root', 'ADMIN');
      const ben = await User.at(server, 'ben');
      const client = ben.client();
      const [here, there] = [openInbox(client), openInbox(ben.client())];
      await expect.poll(() => server.app.stats().streaming.subscribers).toBe(2);
      const asked = listen<{ viewer: { connectionId: string } }>(client, '{ viewer { connectionId } }');
      await expect.poll(() => asked.data.length).toBe(1);
      const connection = asked.data[0]?.viewer.connectionId;
      expect(await broadcast(admin, { connection }, 'psst')).toEqual({
        recipients: 1,
        deliveredNow: 1,
        queued: 0,
      });
      expect(await broadcast(admin, { connection: 'another' }, 'psst')).toEqual({
        recipients: 0,
        deliveredNow: 0,
        queued: 0,
      });
      await expect.poll(() => here.data).toEqual([{ inbox: { sequence: 0, cursor: null, content: 'psst' } }]);
      expect(there.data).toEqual([]);
      const later = openInbox(ben.client());
      await expect.poll(() => server.app.stats().streaming.subscribers).toBe(3);
      expect(later.data).toEqual([]);
    });

    it('I6 refuses broadcasts by those who may not, inboxes of nobody, and cursors of others', async () => {
      const [amy, bill] = await people(server, 'amy', 'bill');
      const admin = await User.at(server, 'root', 'ADMIN');
      if (!amy || !bill) throw new Error('two came');
      const room = await amy.createRoom();
      await bill.join(room);
      await expect(broadcast(amy, { everyone: true }, 'x')).rejects.toThrow('PERMISSION_DENIED');
      await expect(broadcast(bill, { room }, 'x')).rejects.toThrow('PERMISSION_DENIED');
      await expect(broadcast(admin, { room: 'nowhere' }, 'x')).rejects.toThrow('ROOM_NOT_FOUND');
      await expect(broadcast(admin, { user: 'bill' }, '')).rejects.toThrow('INVALID_INPUT');
      await expect(broadcast(admin, { user: '' }, 'x')).rejects.toThrow('INVALID_INPUT');
      await expect(broadcast(admin, { users: [] }, 'x')).rejects.toThrow('INVALID_INPUT');
      await expect(broadcast(admin, { user: 'bill', everyone: true }, 'x')).rejects.toThrow('INVALID_INPUT');
      const { errors } = await server.post('{ inbox { edges { cursor } } }');
      expect(errors?.[0]?.extensions?.code).toBe('AUTH_REQUIRED');
      await broadcast(admin, { users: ['amy', 'bill'] }, 'x');
      const inbox = openInbox(amy.client());
      await expect.poll(() => inbox.data.length).toBe(1);
      const foreign = inbox.data[0]?.inbox.cursor;
      const mutation = 'mutation ($c: Cursor!) { acknowledgeInbox(upTo: $c) }';
      await expect(bill.ask(mutation, { c: foreign })).rejects.toThrow('INVALID_INPUT');
      await expect(bill.ask(mutation, { c: 'bm9uc2Vuc2U' })).rejects.toThrow('INVALID_INPUT');
    });
  });
}
