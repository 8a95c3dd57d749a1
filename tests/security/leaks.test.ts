import { expect, it } from 'vitest';
import { portOf } from '../support/hostile.ts';
import { User } from '../support/rooms.ts';
import { seededRandom, seedOf } from '../support/seeded.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TcpClient, upgradeRequest } from '../support/tcp-client.ts';

const SEED = seedOf(process.env.LEAK_SEED);
const USERS = 12;
const ROOMS = 8;
const CONNECTIONS = 60;
const STEPS = 120;

interface Place {
  readonly id: string;
  readonly name: string;
  readonly type: 'PUBLIC' | 'PRIVATE';
  readonly members: Set<string>;
}

/** A connection, and everything that it may be shown. */
interface Watcher {
  readonly client: TcpClient;
  /** undefined: anonymous */
  readonly user: string | undefined;
  readonly allowed: Set<string>;
  operations: number;
}

const MARK = /SECRET_[a-z0-9]+_END/g;
const SELECTIONS = {
  messages: [
    'roomMessages(roomId: $r) { kind message { content } }',
    'roomMessages(roomId: $r) { cursor message { id content metadata sender { id } roomId } }',
    'roomMessages(roomId: $r) { message { sequence content } }',
  ],
  presence: [
    'roomPresence(roomId: $r) { kind users user { id } members { user { id } } }',
    'roomPresence(roomId: $r) { connections }',
  ],
  inbox: ['inbox { content }', 'inbox { id sequence content roomId metadata sender { id } }'],
  room: [
    'room(id: $r) { id viewerRole memberCount }',
    'room(id: $r) { name messages(last: 20) { edges { node { content metadata } } } }',
    'room(id: $r) { members { edges { node { user { id } role online } } } }',
  ],
  list: [
    'rooms(search: "room") { edges { node { name viewerRole messages(last: 5) { edges { node { content } } } } } }',
  ],
  own: ['inbox { edges { node { content } } }', 'viewer { id connectionId }'],
} as const;

const KINDS: readonly (keyof typeof SELECTIONS)[] = [
  'messages',
  'messages',
  'messages',
  'messages',
  'inbox',
  'inbox',
  'presence',
  'room',
  'list',
  'own',
];

/** Everything that happens, at random, on a real server, with what each may see. */
class World {
  readonly random: () => number;
  readonly places: Place[] = [];
  readonly users = new Map<string, User>();
  readonly watchers: Watcher[] = [];
  readonly server: TestServer;
  readonly admin: User;
  #marks = 0;

  constructor(server: TestServer, admin: User, seed: number) {
    this.server = server;
    this.admin = admin;
    this.random = seededRandom(seed);
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)] as T;
  }

  mark(): string {
    this.#marks += 1;
    return `SECRET_${this.#marks.toString(36)}x${Math.floor(this.random() * 1e9).toString(36)}_END`;
  }

  async furnish(): Promise<void> {
    for (let i = 0; i < USERS; i += 1) this.users.set(`user${i}`, await User.at(this.server, `user${i}`));
    await Promise.all([...this.users.values()].map((user) => user.ask('{ viewer { id } }')));
    for (let i = 0; i < ROOMS; i += 1) {
      const owner = `user${i % USERS}`;
      const type = i % 2 ? 'PRIVATE' : 'PUBLIC';
      // that a private room exists is a secret as well
      const name = `room ${type === 'PRIVATE' ? this.mark() : i}`;
      const id = (await this.users.get(owner)?.createRoom({ name, type })) ?? '';
      this.places.push({ id, name, type, members: new Set([owner]) });
    }
    for (let i = 0; i < CONNECTIONS; i += 1)
      await this.connect(i % 10 === 9 ? undefined : `user${i % USERS}`);
  }

  async connect(user: string | undefined): Promise<void> {
    const client = new TcpClient(portOf(this.server));
    client.write(upgradeRequest());
    client.say({
      type: 'connection_init',
      payload: user === undefined ? {} : { token: this.users.get(user)?.token },
    });
    await expect.poll(() => client.messages.length, { interval: 2 }).toBe(1);
    const watcher = { client, user, allowed: new Set<string>(), operations: 0 };
    for (const place of this.places)
      if (user !== undefined && place.members.has(user)) watcher.allowed.add(place.name.slice(5));
    this.watchers.push(watcher);
  }

  /** Whoever may see it from now on. */
  allow(mark: string, users: ReadonlySet<string>): void {
    for (const { user, allowed } of this.watchers)
      if (user !== undefined && users.has(user)) allowed.add(mark);
  }

  /** All that was said in a room before is its new member's to read. */
  readonly said = new Map<string, string[]>();

  watch(): void {
    const watcher = this.pick(this.watchers);
    const kind = this.pick(KINDS);
    const selection = this.pick(SELECTIONS[kind]);
    const operation = ['messages', 'presence', 'inbox'].includes(kind) ? 'subscription' : 'query';
    const usesRoom = selection.includes('$r');
    watcher.operations += 1;
    watcher.client.say({
      id: String(watcher.operations),
      type: 'subscribe',
      payload: {
        query: `${operation} ${usesRoom ? '($r: ID!) ' : ''}{ ${selection} }`,
        ...(usesRoom ? { variables: { r: this.#roomFor(watcher).id } } : {}),
      },
    });
    if (this.random() < 0.1)
      watcher.client.say({ id: String(Math.ceil(this.random() * watcher.operations)), type: 'complete' });
  }

  /** One of its own rooms more often than not. */
  #roomFor({ user }: Watcher): Place {
    const own = this.places.filter(({ members }) => user !== undefined && members.has(user));
    return own.length > 0 && this.random() < 0.6 ? this.pick(own) : this.pick(this.places);
  }

  async say(): Promise<void> {
    const place = this.pick(this.places);
    const marks = Array.from({ length: 4 }, () => this.mark());
    this.said.set(place.id, [...(this.said.get(place.id) ?? []), ...marks]);
    for (const mark of marks) this.allow(mark, place.members);
    const said = marks.map((mark) => {
      const speaker = this.users.get(this.pick([...place.members]));
      return speaker?.send(place.id, `said ${mark}`, { metadata: { mark } });
    });
    await Promise.all(said);
  }

  async broadcast(): Promise<void> {
    const mark = this.mark();
    const place = this.pick(this.places);
    const user = this.pick([...this.users.keys()]);
    const toRoom = this.random() < 0.5;
    this.allow(mark, toRoom ? place.members : new Set([user]));
    await this.admin.ask(
      'mutation ($to: BroadcastTarget!, $content: String!) { broadcast(to: $to, input: { content: $content }) { recipients } }',
      { to: toRoom ? { room: place.id } : { user }, content: mark },
    );
  }

  async enter(): Promise<void> {
    const place = this.pick(this.places);
    const user = this.pick([...this.users.keys()]);
    if (place.members.has(user)) return;
    place.members.add(user);
    for (const mark of [place.name.slice(5), ...(this.said.get(place.id) ?? [])])
      this.allow(mark, new Set([user]));
    const owner = this.users.get([...place.members][0] ?? '');
    const invite = 'mutation ($r: ID!, $u: ID!) { inviteToRoom(roomId: $r, userId: $u) { role } }';
    if (place.type === 'PRIVATE') {
      await owner?.ask(invite, { r: place.id, u: user });
      const accept = 'mutation ($r: ID!) { acceptRoomInvitation(roomId: $r) { role } }';
      await this.users.get(user)?.ask(accept, { r: place.id });
    } else await this.users.get(user)?.join(place.id);
  }

  async leave(): Promise<void> {
    const place = this.pick(this.places);
    const [owner, ...others] = [...place.members];
    if (others.length === 0) return;
    const user = this.pick(others);
    if (this.random() < 0.5)
      await this.users.get(user)?.ask('mutation ($r: ID!) { leaveRoom(roomId: $r) }', { r: place.id });
    else {
      const kick = 'mutation ($r: ID!, $u: ID!) { kickFromRoom(roomId: $r, userId: $u) }';
      await this.users.get(owner ?? '')?.ask(kick, { r: place.id, u: user });
    }
    place.members.delete(user);
  }

  async step(): Promise<void> {
    const dice = this.random();
    if (dice < 0.2) this.watch();
    else if (dice < 0.75) await this.say();
    else if (dice < 0.85) await this.broadcast();
    else if (dice < 0.93) await this.enter();
    else await this.leave();
  }

  /** Every mark that reached a connection that may not see it. */
  leaks(): string[] {
    return this.watchers.flatMap(({ client, user, allowed }) =>
      client.frames.flatMap(({ payload }) =>
        [...new Set(String(payload).match(MARK))]
          .filter((mark) => !allowed.has(mark))
          .map((mark) => `${user ?? 'nobody'} saw ${mark} in ${String(payload).slice(0, 200)}`),
      ),
    );
  }

  get seen(): number {
    return this.watchers.reduce(
      (sum, { client }) =>
        sum + client.frames.filter(({ payload }) => /SECRET_/.test(String(payload))).length,
      0,
    );
  }
}

it(`V11 what members, former members, strangers and anonymous viewers receive holds no byte that is not theirs (seed ${SEED})`, async () => {
  await using server = await startServer();
  const world = new World(server, await User.at(server, 'root', 'ADMIN'), SEED);
  await world.furnish();
  for (let i = 0; i < 600; i += 1) world.watch();
  for (let i = 0; i < STEPS; i += 1) await world.step();
  // what everybody is told last tells that everything before was told
  await world.admin.ask(
    'mutation { broadcast(to: { everyone: true }, input: { content: "the end" }) { recipients } }',
  );
  const last = world.watchers.filter(({ user }) => user !== undefined);
  for (const { client } of last)
    client.say({ id: 'last', type: 'subscribe', payload: { query: 'subscription { inbox { content } }' } });
  await expect
    .poll(
      () =>
        last.every(({ client }) =>
          client.messages.some(
            ({ id, payload }) => id === 'last' && JSON.stringify(payload).includes('the end'),
          ),
        ),
      // each look reads everything again
      { interval: 200, timeout: 20_000 },
    )
    .toBe(true);
  expect(world.leaks()).toEqual([]);
  expect(world.seen).toBeGreaterThan(500);
  const codes = new Set(
    world.watchers.flatMap(({ client }) =>
      client.messages
        .filter(({ type }) => type === 'error')
        .map(({ payload }) => (payload as { extensions: { code: string } }[])[0]?.extensions.code),
    ),
  );
  expect([...codes].sort()).toEqual(
    expect.arrayContaining(['AUTH_REQUIRED', 'PERMISSION_DENIED', 'ROOM_NOT_FOUND']),
  );
  for (const { client } of world.watchers) client.socket.destroy();
});
