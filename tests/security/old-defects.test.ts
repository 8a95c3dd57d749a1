import { describe, expect, it } from 'vitest';
import { openRaw } from '../support/raw-socket.ts';
import { read, User } from '../support/rooms.ts';
import { listen, startServer, type TestServer } from '../support/server.ts';

const codes = (errors: readonly unknown[]): unknown[] =>
  errors.flat().map((error) => (error as { extensions?: { code?: string } }).extensions?.code);
const people = (server: TestServer, ...ids: string[]): Promise<User[]> =>
  Promise.all(ids.map((id) => User.at(server, id)));

/** Two systems that this one replaces existed, and were broken in these ways. */
describe('a defect of the old systems', () => {
  it('V12 nobody had entered the room of the socket: what is sent to a room reaches its members', async () => {
    await using server = await startServer();
    const [ann, bob] = (await people(server, 'ann', 'bob')) as [User, User];
    const room = await ann.createRoom();
    await bob.join(room);
    const reading = await read(server, bob.client(), room);
    await ann.send(room, 'heard');
    await expect.poll(() => reading.contents).toEqual(['heard']);
    expect(server.app.stats().streaming.messagesSent).toBeGreaterThan(0);
  });

  it('V12 streams reached nobody: what is published reaches who subscribed', async () => {
    await using server = await startServer();
    const quotes = listen(server.client(), 'subscription { streamData(symbols: ["AAPL"]) { price } }');
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
    await expect.poll(() => quotes.data).toEqual([{ streamData: { price: '1' } }]);
  });

  it('V12 the filter of fields was never called: only selected fields are on the wire', async () => {
    await using server = await startServer();
    const raw = await openRaw(server.wsUrl);
    raw.subscribe('1', 'subscription { streamData(symbols: ["AAPL"]) { price } }');
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1', volume: '77', bid: '0.99' }]);
    await expect.poll(() => raw.results('1')).toEqual([{ data: { streamData: { price: '1' } } }]);
  });

  it('V12 identity was a header that nobody signed: headers and parameters name nobody', async () => {
    await using server = await startServer();
    const claims = {
      'x-user-id': 'ann',
      'user-id': 'ann',
      userid: 'ann',
      'x-user-role': 'ADMIN',
      cookie: 'user=ann',
    };
    const response = await fetch(`${server.url}/graphql?userId=ann&user_id=ann`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...claims },
      body: '{"query":"{ viewer { id } }"}',
    });
    expect(await response.json()).toEqual({ data: { viewer: null } });
    const raw = await openRaw(`${server.wsUrl}?userId=ann`, {
      payload: { userId: 'ann', user: { id: 'ann' }, role: 'ADMIN' },
    });
    raw.subscribe('1', '{ viewer { id } }');
    await expect.poll(() => raw.results('1')).toEqual([{ data: { viewer: null } }]);
  });

  it('V12 what waited for a lost connection was kept under its id, which changes: it is kept for the user', async () => {
    await using server = await startServer();
    const [ann, bob] = (await people(server, 'ann', 'bob')) as [User, User];
    const room = await ann.createRoom();
    await bob.join(room);
    const query = 'subscription ($r: ID!) { roomMessages(roomId: $r) { message { content } } }';
    const first = await openRaw(server.wsUrl, { payload: { token: bob.token } });
    first.subscribe('same', query, { r: room });
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
    await ann.send(room, 'one');
    await expect.poll(() => first.results('same').length).toBe(1);
    first.socket.destroy();
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(0);
    await ann.send(room, 'missed');
    const second = await openRaw(server.wsUrl, { payload: { token: bob.token } });
    second.subscribe('same', query, { r: room });
    await expect.poll(() => JSON.stringify(second.results('same'))).toContain('missed');
  });

  it('V12 leaving the socket left the room: a member stays one, and what is for its inbox waits', async () => {
    await using server = await startServer();
    const [ann, bob] = (await people(server, 'ann', 'bob')) as [User, User];
    const room = await ann.createRoom();
    await bob.join(room);
    const raw = await openRaw(server.wsUrl, { payload: { token: bob.token } });
    raw.subscribe('1', 'subscription ($r: ID!) { roomMessages(roomId: $r) { kind } }', { r: room });
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
    raw.socket.destroy();
    await expect.poll(() => server.app.stats().connections.total).toBe(0);
    expect(await bob.ask('query ($r: ID!) { room(id: $r) { viewerRole memberCount } }', { r: room })).toEqual(
      {
        room: { viewerRole: 'MEMBER', memberCount: 2 },
      },
    );
    const broadcast = await ann.ask<{ broadcast: object }>(
      'mutation ($r: ID!) { broadcast(to: { room: $r }, input: { content: "while away" }) { queued } }',
      { r: room },
    );
    expect(broadcast).toEqual({ broadcast: { queued: 2 } });
    const inbox = listen(bob.client(), 'subscription { inbox { content } }');
    await expect.poll(() => inbox.data).toEqual([{ inbox: { content: 'while away' } }]);
  });

  it('V12 a demotion did not count, for permissions were remembered without the role: it counts at once', async () => {
    await using server = await startServer();
    const [ann, bob] = (await people(server, 'ann', 'bob')) as [User, User];
    const room = await ann.createRoom();
    await bob.join(room);
    await bob.send(room, 'may');
    const reading = await read(server, bob.client(), room);
    const setRole =
      'mutation ($r: ID!, $role: RoomRole!) { setRoomRole(roomId: $r, userId: "bob", role: $role) { role } }';
    await ann.ask(setRole, { r: room, role: 'GUEST' });
    await expect(bob.send(room, 'may not')).rejects.toThrow('PERMISSION_DENIED');
    await expect.poll(() => codes(reading.listening.errors)).toEqual(['PERMISSION_DENIED']);
    await ann.ask(setRole, { r: room, role: 'MEMBER' });
    await bob.send(room, 'may again');
  });

  it('V12 the password of a protected room was never looked at: nobody is in without it', async () => {
    await using server = await startServer();
    const [ann, bob] = (await people(server, 'ann', 'bob')) as [User, User];
    const room = await ann.createRoom({ type: 'PROTECTED', password: 'open sesame' });
    for (const password of [undefined, '', 'Open sesame', 'open sesame ']) {
      await expect(bob.join(room, password)).rejects.toThrow(/PERMISSION_DENIED|INVALID_INPUT/);
    }
    await expect(bob.send(room, 'let me in')).rejects.toThrow('PERMISSION_DENIED');
    const outside = await read(server, bob.client(), room);
    await expect.poll(() => codes(outside.listening.errors)).toEqual(['PERMISSION_DENIED']);
    expect(await bob.join(room, 'open sesame')).toBe('MEMBER');
  });

  it('V12 a market event waited for the database: prices move while it is away from the path', async () => {
    await using server = await startServer();
    const [ann] = (await people(server, 'ann')) as [User];
    const room = await ann.createRoom();
    const quotes = listen<{ streamData: { price: string } }>(
      server.client(),
      'subscription { streamData(symbols: ["AAPL"], delivery: { mode: EVERY }) { price } }',
    );
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
    let stored = 0;
    const writes = Array.from({ length: 200 }, (_, i) =>
      ann.send(room, `message ${i}`).then(() => {
        stored += 1;
      }),
    );
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
    await expect.poll(() => quotes.data.length, { interval: 1 }).toBe(1);
    // what was asked before it is still being written
    expect(stored).toBeLessThan(writes.length);
    await Promise.all(writes);
  });

  it('V12 sends were made one after another: a client that does not read delays nobody', async () => {
    await using server = await startServer({ MAX_QUEUE_FRAMES: '50' });
    const query =
      'subscription { streamData(symbols: ["AAPL"], delivery: { mode: EVERY }) { price open turnover cursor } }';
    const stuck = await openRaw(server.wsUrl);
    stuck.subscribe('1', query);
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
    stuck.socket.pause();
    const fine = listen(server.client(), query);
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(2);
    let published = 0;
    while (server.app.stats().streaming.messagesDropped === 0) {
      const batch = Array.from({ length: 500 }, (_, i) => ({
        symbol: 'AAPL',
        price: String(i + 1),
        open: '1'.repeat(28),
        turnover: '2'.repeat(28),
      }));
      await server.publish('publishQuotes', batch);
      published += batch.length;
      await expect.poll(() => fine.data.length).toBe(published);
    }
    stuck.socket.destroy();
  });

  it("V12 a second client could take another's id: an id of a client's own choosing gives nothing of another's", async () => {
    await using server = await startServer();
    const [ann, bob] = (await people(server, 'ann', 'bob')) as [User, User];
    await server.post(
      'mutation { broadcast(to: { user: "ann" }, input: { content: "for ann" }) { recipients } }',
      {},
      await server.token('root', 'ADMIN'),
    );
    const inbox = 'subscription { inbox { content } }';
    const anns = await openRaw(server.wsUrl, { payload: { token: ann.token } });
    anns.subscribe('mine', inbox);
    anns.subscribe('who', '{ viewer { connectionId } }');
    await expect.poll(() => anns.results('mine').length + anns.results('who').length).toBe(2);
    const [who] = anns.results('who') as { data: { viewer: { connectionId: string } } }[];
    const taken = who?.data.viewer.connectionId ?? '';
    // the same operation id, and the other's connection id wherever one might be looked for
    const bobs = await openRaw(`${server.wsUrl}?connectionId=${taken}`, {
      payload: { token: bob.token, connectionId: taken, clientId: taken },
    });
    bobs.subscribe('mine', inbox);
    bobs.subscribe('who', '{ viewer { connectionId } }');
    await expect.poll(() => bobs.results('who').length).toBe(1);
    expect(JSON.stringify(bobs.results('who'))).not.toContain(taken);
    await server.post(
      'mutation ($c: ID) { broadcast(to: { connection: $c }, input: { content: "here" }) { recipients } }',
      { c: taken },
      await server.token('root', 'ADMIN'),
    );
    await expect.poll(() => anns.results('mine').length).toBe(2);
    expect(bobs.results('mine')).toEqual([]);
    expect(anns.closeCode).toBeUndefined();
  });
});
