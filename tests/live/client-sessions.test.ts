import { type Client, createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startChild } from '../support/child-server.ts';
import { FaultyNetwork } from '../support/faulty-network.ts';
import { freshPostgres } from '../support/places.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { type MessageEvent, ROOM_MESSAGES, User } from '../support/rooms.ts';
import { type Listening, listen, SECRET, startServer, type TestServer } from '../support/server.ts';

type Rooms = { roomMessages: MessageEvent };
interface Told {
  readonly recovered: boolean;
  readonly replayed: number;
  readonly reason: string | null;
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const sequencesOf = ({ data }: Listening<Rooms>) =>
  data.map(({ roomMessages }) => roomMessages.message.sequence);
const toldOf = ({ results }: Listening<Rooms>) =>
  results.flatMap(({ extensions }) => (extensions ? [(extensions as { resume: Told }).resume] : []));

describe('clients of one user', () => {
  let redis: TestRedis;
  let servers: [TestServer, TestServer];
  let bob: User;
  const networks: FaultyNetwork[] = [];
  const clients: Client[] = [];
  beforeAll(async () => {
    redis = await startRedis();
    const env = { REDIS_URL: redis.url, DATABASE_URL: await freshPostgres() };
    servers = [await startServer(env), await startServer(env)];
    bob = await User.at(servers[0], 'bob');
  });
  afterAll(async () => {
    for (const client of clients) await client.dispose();
    for (const network of networks) await network[Symbol.asyncDispose]();
    for (const server of servers) await server[Symbol.asyncDispose]();
    await redis.stop();
  });

  const subscribers = () => servers.reduce((sum, { app }) => sum + app.stats().streaming.subscribers, 0);

  /** A network of its own, to the first instance or, once told, to the second. */
  async function client(
    user: User,
    {
      counts = true,
      session,
      token = user.token,
    }: { counts?: boolean; session?: string; token?: string } = {},
  ) {
    let at = 0;
    const network = await FaultyNetwork.start(() => Number(new URL((servers[at] ?? servers[0]).url).port));
    networks.push(network);
    let id = 0;
    let socket: WebSocket | undefined;
    const made = createClient({
      url: network.wsUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}`, ...(session ? { session } : {}) },
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: () => pause(20),
      shouldRetry: () => true,
      ...(counts ? { generateID: () => String(++id) } : {}),
      on: {
        opened: (opened) => {
          socket = opened as WebSocket;
        },
      },
    });
    clients.push(made);
    return {
      network,
      client: made,
      /** It comes back at the other instance. */
      roam: () => {
        at = 1 - at;
      },
      /** Its side of the connection ends; the server's does not, unless the network cuts it. */
      reconnect: () => socket?.terminate(),
    };
  }

  async function room(members: readonly User[]): Promise<string> {
    const id = await bob.createRoom();
    for (const member of members) await member.join(id);
    return id;
  }
  async function subscribe(one: Client, id: string): Promise<Listening<Rooms>> {
    const before = subscribers();
    const heard = listen<Rooms>(one, ROOM_MESSAGES, { room: id });
    await expect.poll(subscribers, { timeout: 5000 }).toBe(before + 1);
    return heard;
  }
  const say = async (id: string, count: number) => {
    for (let n = 0; n < count; n += 1) await bob.send(id, 'hi');
  };

  it('U10 that count their operations do not take each other’s place', { timeout: 20_000 }, async () => {
    const ann = await User.at(servers[0], 'ann');
    const id = await room([ann]);
    const [a, b] = [await client(ann), await client(ann)];
    const [first, second] = [await subscribe(a.client, id), await subscribe(b.client, id)];
    await say(id, 2);
    await expect.poll(() => [sequencesOf(first), sequencesOf(second)]).toEqual([upTo(2), upTo(2)]);
    await pause(100);
    a.network.close();
    a.network.cut();
    await say(id, 3);
    await expect.poll(() => sequencesOf(second)).toEqual(upTo(5));
    a.network.close(false);
    await expect.poll(() => sequencesOf(first), { timeout: 5000 }).toEqual(upTo(5));
    await say(id, 1);
    await expect.poll(() => [sequencesOf(first), sequencesOf(second)]).toEqual([upTo(6), upTo(6)]);
    expect(toldOf(first)).toEqual([{ id: expect.any(String), recovered: true, replayed: 3, reason: null }]);
    expect(toldOf(second)).toEqual([]);
    // whoever subscribes for the first time goes on where nobody was
    const c = await client(ann);
    const third = await subscribe(c.client, id);
    await say(id, 1);
    await expect.poll(() => sequencesOf(third)).toEqual([7]);
    expect(toldOf(third)).toEqual([]);
  });

  it('U10 are told so at once when several were lost and it cannot be known which is which', {
    timeout: 20_000,
  }, async () => {
    const cat = await User.at(servers[0], 'cat');
    const id = await room([cat]);
    const both = [await client(cat), await client(cat)];
    const heard: Listening<Rooms>[] = [];
    for (const one of both) heard.push(await subscribe(one.client, id));
    await say(id, 2);
    await expect.poll(() => heard.map(sequencesOf)).toEqual([upTo(2), upTo(2)]);
    for (const { network } of both) {
      network.close();
      network.cut();
    }
    await say(id, 2);
    for (const { network } of both) network.close(false);
    const unknown = [{ id: expect.any(String), recovered: false, replayed: 0, reason: 'SESSION_UNKNOWN' }];
    await expect.poll(() => heard.map(toldOf), { timeout: 5000 }).toEqual([unknown, unknown]);
    // a repeat of the last event, so that nobody waits for the next
    expect(heard.map(sequencesOf)).toEqual([
      [1, 2, 4],
      [1, 2, 4],
    ]);
  });

  it('U10 that name their session go on in it, and take over from their own half-open connection', {
    timeout: 20_000,
  }, async () => {
    const dan = await User.at(servers[0], 'dan');
    const id = await room([dan]);
    const [a, b] = [await client(dan, { session: 'tab-a' }), await client(dan, { session: 'tab-b' })];
    const [first, second] = [await subscribe(a.client, id), await subscribe(b.client, id)];
    await say(id, 2);
    await expect.poll(() => [sequencesOf(first), sequencesOf(second)]).toEqual([upTo(2), upTo(2)]);
    await pause(100);
    const open = subscribers();
    a.network.swallow();
    await say(id, 3);
    a.reconnect();
    await expect.poll(() => sequencesOf(first), { timeout: 5000 }).toEqual(upTo(5));
    expect(toldOf(first)).toEqual([{ id: expect.any(String), recovered: true, replayed: 3, reason: null }]);
    await expect.poll(() => sequencesOf(second)).toEqual(upTo(5));
    // what it took over from has ended, and not when its connection is found to be dead
    await expect.poll(subscribers).toBe(open);
  });

  it.each([
    ['the same instance', false],
    ['another instance', true],
  ])(
    'U10 with random ids end at once what their half-open connection has at %s',
    {
      timeout: 20_000,
    },
    async (_where, isRoaming) => {
      const eve = await User.at(servers[0], `eve-${isRoaming}`);
      const id = await room([eve]);
      const a = await client(eve, { counts: false });
      const heard = await subscribe(a.client, id);
      await say(id, 2);
      await expect.poll(() => sequencesOf(heard)).toEqual(upTo(2));
      // so that it is stored where it is
      await pause(1500);
      const open = subscribers();
      a.network.swallow();
      await say(id, 3);
      if (isRoaming) a.roam();
      a.reconnect();
      await expect.poll(() => sequencesOf(heard), { timeout: 5000 }).toEqual(upTo(5));
      expect(toldOf(heard)).toEqual([{ id: expect.any(String), recovered: true, replayed: 3, reason: null }]);
      await expect.poll(subscribers).toBe(open);
      // and it may come back to where it was
      a.network.cut();
      if (isRoaming) a.roam();
      await say(id, 2);
      await expect.poll(() => sequencesOf(heard), { timeout: 5000 }).toEqual(upTo(7));
      await pause(200);
      expect(subscribers()).toBe(open);
    },
  );

  it('U10 is told that it may have missed something when its token is another than that of what was lost', {
    timeout: 20_000,
  }, async () => {
    const fay = await User.at(servers[0], 'fay');
    const id = await room([fay]);
    const a = await client(fay);
    const first = await subscribe(a.client, id);
    await say(id, 1);
    await expect.poll(() => sequencesOf(first)).toEqual([1]);
    a.network.close();
    a.network.cut();
    await say(id, 2);
    const b = await client(fay, { token: await servers[0].token('fay', 'PUBLISHER') });
    const second = listen<Rooms>(b.client, ROOM_MESSAGES, { room: id });
    await expect.poll(() => toldOf(second)).toMatchObject([{ recovered: false, reason: 'SESSION_UNKNOWN' }]);
    expect(sequencesOf(second)).toEqual([3]);
    a.network.close(false);
    await expect.poll(() => sequencesOf(first), { timeout: 5000 }).toEqual(upTo(3));
  });

  it('U10 goes on although it only counts and its server was killed', { timeout: 40_000 }, async () => {
    const database = await freshPostgres();
    const env = { DATABASE_URL: database, AUTH_SECRET: SECRET, WEBSOCKET_PORT: '0' };
    let server = await startChild(env);
    let id = 0;
    const client = createClient({
      url: () => `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${bob.token}` },
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: () => pause(50),
      shouldRetry: () => true,
      generateID: () => String(++id),
    });
    const ask = async (
      query: string,
      variables?: object,
    ): Promise<{ data: Record<string, { id: string }> }> => {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bob.token}` },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as { data: Record<string, { id: string }> };
    };
    const send = (room: string | undefined) =>
      ask('mutation ($r: ID!) { sendRoomMessage(roomId: $r, input: { content: "hi" }) { id } }', { r: room });
    try {
      const { data } = await ask('mutation { createRoom(input: { name: "r" }) { id } }');
      const room = data.createRoom?.id;
      const heard = listen<Rooms>(client, ROOM_MESSAGES, { room });
      await expect
        .poll(async () => {
          await send(room);
          return sequencesOf(heard).length;
        })
        .toBeGreaterThan(0);
      await pause(500);
      const first = sequencesOf(heard)[0] ?? 0;
      const last = sequencesOf(heard).at(-1) ?? 0;
      await server.kill();
      server = await startChild(env);
      await send(room);
      await send(room);
      await expect.poll(() => sequencesOf(heard).at(-1), { timeout: 10_000 }).toBe(last + 2);
      expect([...new Set(sequencesOf(heard))]).toEqual(upTo(last + 2, first));
      expect(toldOf(heard)).toMatchObject([{ recovered: true }]);
    } finally {
      await client.dispose();
      await server.kill();
    }
  });

  it('U10 refuses a session that is none', async () => {
    const closed = await new Promise((resolve) => {
      const socket = new WebSocket(servers[0].wsUrl, 'graphql-transport-ws');
      socket.once('open', () =>
        socket.send(JSON.stringify({ type: 'connection_init', payload: { session: '' } })),
      );
      socket.once('close', (code, reason) => resolve([code, String(reason)]));
    });
    expect(closed).toEqual([4400, expect.stringMatching(/^INVALID_INPUT: session must be/)]);
  });
});
