import { DisposableStack } from '../../src/primitives/disposable-stack.ts';
import { Balancer } from '../faults/balancer.ts';
import { plainClient } from '../faults/clients.ts';
import { Instance } from '../faults/instances.ts';
import { StoredWatcher } from '../faults/stored-watcher.ts';
import { Talkers } from '../faults/talkers.ts';
import { wait } from '../faults/wait.ts';
import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { seededRandom } from '../support/seeded.ts';
import { SECRET, signFor } from '../support/server.ts';
import { ask, SYMBOL, TradePublisher } from './trade-publisher.ts';

export interface MixedRunOptions {
  /** the folder of the previous build */
  readonly previous: string;
  /** how long each state of the upgrade and of the rollback lasts, in ms */
  readonly stageMs: number;
  readonly clients: number;
  readonly seed: number;
  readonly tell: (what: string) => void;
}

export interface MixedReport {
  readonly stages: readonly string[];
  /** instances that led the market, by build, in the order in which they were seen */
  readonly leaders: readonly string[];
  readonly trades: number;
  readonly roomMessages: number;
  readonly resumed: number;
  readonly cut: number;
  readonly problems: readonly string[];
}

type Build = 'N' | 'N+1';
interface State {
  readonly quote: { readonly volume: string } | null;
  readonly candles: {
    readonly edges: { readonly node: { readonly volume: string; readonly incomplete: boolean } }[];
  };
}

const TRADES = `subscription { trades(symbols: ["${SYMBOL}"]) { sequence } }`;
const STATE = `{ quote(symbol: "${SYMBOL}") { volume }
  candles(symbol: "${SYMBOL}", timeframe: DAY_1, first: 1) { edges { node { volume incomplete } } } }`;

/** An upgrade and a rollback, one place after the other: each build is stopped and killed, leads and follows. */
const STEPS: readonly {
  readonly place: 0 | 1;
  readonly build: Build;
  readonly signal: 'SIGTERM' | 'SIGKILL';
}[] = [
  { place: 0, build: 'N+1', signal: 'SIGTERM' },
  { place: 1, build: 'N+1', signal: 'SIGKILL' },
  { place: 0, build: 'N', signal: 'SIGKILL' },
  { place: 1, build: 'N', signal: 'SIGTERM' },
];

async function until(isSo: () => boolean | Promise<boolean>, ms = 30_000): Promise<boolean> {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > end) return false;
    await wait(100);
  }
  return true;
}

/** Runs two instances through an upgrade and a rollback, under rooms, inboxes and trades whose connections are cut. */
export async function mixedRun(options: MixedRunOptions): Promise<MixedReport> {
  const stack = new DisposableStack();
  try {
    return await run(options, stack);
  } finally {
    await stack.disposeAsync();
  }
}

async function run(options: MixedRunOptions, stack: DisposableStack): Promise<MixedReport> {
  const { previous, stageMs, clients: count, seed, tell } = options;
  const random = seededRandom(seed);
  const redis = await startRedis();
  stack.defer(() => redis.stop());
  const postgres = await startPostgres();
  stack.defer(() => postgres.stop());
  await postgres.createDatabase('mixed');
  const env = {
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url('mixed'),
    AUTH_SECRET: SECRET,
    FEEDS: 'none',
    DRAIN_SECONDS: '1',
    SHUTDOWN_MS: '500',
  };
  const places = [await Instance.create(env), await Instance.create(env)] as const;
  stack.defer(async () => {
    await Promise.all(places.map((place) => place.end('SIGKILL')));
  });
  const current = places[0].root;
  const builds: [Build, Build] = ['N', 'N'];
  for (const place of places) {
    place.root = previous;
    await place.start();
  }
  const balancer = stack.use(await Balancer.start(places.map(({ port }) => port)));
  const { url } = balancer;

  const talkers = await Talkers.create(url, { rooms: 2, members: count / 2, random });
  const clients: { dispose(): unknown }[] = [];
  stack.defer(async () => {
    for (const client of clients) await client.dispose();
  });
  const rooms: { watcher: StoredWatcher; room: string }[] = [];
  const inboxes: { watcher: StoredWatcher; userId: string }[] = [];
  const trades: StoredWatcher[] = [];
  for (const { userId, room } of talkers.users) {
    const client = plainClient(url, await signFor(userId), random);
    clients.push(client);
    rooms.push({
      room,
      watcher: new StoredWatcher(client, {
        query: 'subscription ($room: ID!) { roomMessages(roomId: $room) { message { sequence } } }',
        variables: { room },
      }),
    });
    inboxes.push({
      userId,
      watcher: new StoredWatcher(client, { query: 'subscription { inbox { sequence } }' }),
    });
    trades.push(new StoredWatcher(client, { query: TRADES }));
  }
  const watchers = [...rooms, ...inboxes].map(({ watcher }) => watcher);
  const publisher = new TradePublisher(url);
  stack.defer(() => publisher.stop());
  const problems: string[] = [];
  const hears = await until(async () => {
    await talkers.sayOnce();
    return [...watchers, ...trades].every(({ sequences }) => sequences.length > 0);
  });
  if (!hears) problems.push('Not every subscription received an event before the upgrade.');

  const stages: string[] = [];
  const leaders: string[] = [];
  let cut = 0;
  const admin = await signFor('admin', 'ADMIN');
  const stage = async (): Promise<void> => {
    const name = builds.join(', ');
    stages.push(name);
    tell(`builds: ${name}`);
    const before = publisher.acknowledged;
    for (let i = 0; i < 3; i += 1) {
      await wait(stageMs / 3);
      cut += balancer.drop(0.3, random);
    }
    // A leader that was killed keeps its lease for some seconds.
    if (!(await until(() => publisher.acknowledged > before)))
      problems.push(`No trade was acknowledged by ${name}.`);
    const leader = await leaderAmong(places, admin);
    const led = leader === undefined ? 'nobody' : (builds[leader] ?? 'nobody');
    if (leaders.at(-1) !== led) leaders.push(led);
  };
  const talking = talkers.talk();
  await stage();
  for (const { place, build, signal } of STEPS) {
    const instance = places[place];
    await instance.end(signal);
    instance.root = build === 'N' ? previous : current;
    await instance.start();
    builds[place] = build;
    await stage();
  }
  await talkers.stop();
  await talking;
  await publisher.stop();

  const heads = await talkers.heads();
  const isWhole = (): boolean =>
    rooms.every(({ watcher, room }) => watcher.sequences.at(-1) === heads.rooms.get(room)) &&
    inboxes.every(({ watcher, userId }) => watcher.sequences.at(-1) === heads.inboxes.get(userId));
  if (!(await until(isWhole))) problems.push('Some rooms or inboxes lag behind.');
  const expected = publisher.acknowledged;
  let state: State | undefined;
  const volumes = (): (string | undefined)[] => [state?.quote?.volume, state?.candles.edges[0]?.node.volume];
  const isExact = await until(async () => {
    state = await ask<State>(url, STATE, {}, admin);
    return volumes().every((volume) => Number(volume) === expected);
  }, 15_000);
  if (!isExact)
    problems.push(`${expected} trades were acknowledged; volumes are ${volumes().join(' and ')}.`);
  // Each acknowledged trade was published once, so that the last one has their number as its sequence.
  const reached = await until(() => trades.every(({ sequences }) => sequences.at(-1) === expected));
  if (!reached) problems.push(`Not every trade subscription reached ${expected}.`);
  for (const watcher of [...watchers, ...trades]) problems.push(...watcher.problems);
  for (const place of places) problems.push(...place.failures);
  return {
    stages,
    leaders,
    trades: expected,
    roomMessages: [...heads.rooms.values()].reduce((total, head) => total + head, 0),
    resumed: [...watchers, ...trades].reduce((total, { told }) => total + told.of('recovered'), 0),
    cut,
    problems,
  };
}

/** The index of the instance that leads the market. The field has the name that both builds know. */
async function leaderAmong(places: readonly Instance[], token: string): Promise<number | undefined> {
  for (const [index, { port }] of places.entries()) {
    const answer = await ask<{
      stats: { instance: string; instances: { instance: string; isLeader: boolean }[] };
    }>(
      `http://127.0.0.1:${port}`,
      '{ stats { instance instances { instance isLeader: keepsMarket } } }',
      {},
      token,
    );
    const own = answer?.stats.instances.find(({ instance }) => instance === answer.stats.instance);
    if (own?.isLeader) return index;
  }
  return undefined;
}
