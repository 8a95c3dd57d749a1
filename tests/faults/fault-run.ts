import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startRedis } from '../support/redis.ts';
import { seededRandom } from '../support/seeded.ts';
import { SECRET } from '../support/server.ts';
import { Balancer } from './balancer.ts';
import { Chaos } from './chaos.ts';
import { BookWatcher, disposeClient, MarketWatcher, plainClient } from './clients.ts';
import type { FaultCounts } from './fault-counts.ts';
import { FaultyDatabase, type Restored } from './faulty-database.ts';
import { Instance } from './instances.ts';
import { StoredWatcher } from './stored-watcher.ts';
import { type Acknowledged, type StoredItem, Talkers } from './talkers.ts';
import { signEarlier } from './tokens.ts';
import { Told } from './told.ts';
import { TradePublisher } from './trade-publisher.ts';
import {
  type ReaderOptions,
  readByApollo,
  readByEventStream,
  readByGraphqlWs,
  type TradeReader,
} from './trade-readers.ts';
import { type BarsCheck, checkBars } from './trade-sums.ts';
import { wait } from './wait.ts';

export interface FaultRunOptions {
  /** in rooms, and as many who watch prices */
  readonly clients: number;
  readonly seconds: number;
  readonly seed: number;
  /** Instances are paused for up to so long. @default 30000 */
  readonly longestPauseMs?: number;
  readonly tell: (what: string) => void;
}

export interface FaultReport {
  readonly seed: number;
  readonly faults: FaultCounts;
  /** acknowledged, and not lost with a database that was restored */
  readonly roomMessages: number;
  readonly inboxItems: number;
  /** acknowledged since the state that was restored, and lost with it */
  readonly lostByRestore: number;
  /** frames of stored things that came again, as their first way to the client was cut */
  readonly repeated: number;
  readonly snapshots: number;
  readonly marketMessages: number;
  /** by reason, what readers were told of their subscriptions */
  readonly told: Readonly<Record<string, Told>>;
  readonly trades: {
    readonly acknowledged: number;
    /** batches that were sent again, since nothing was acknowledged */
    readonly retries: number;
    readonly readers: number;
    /** frames that came again, of all readers */
    readonly repeated: number;
    /** of those, under another numbering: known by the id of the trade */
    readonly renumbered: number;
    /** of those, published twice: see `TradeLog.publishedAnew` */
    readonly publishedAnew: number;
    /** frames that came after newer trades: see `TradeLog.late` */
    readonly late: number;
    /** trades that readers missed and were told that they do, of all readers */
    readonly toldMissing: number;
    /** bars that equal the sum of the acknowledged trades */
    readonly exactBars: number;
    /** bars that say they are incomplete */
    readonly incompleteBars: number;
  };
  readonly healedMs: number;
  /** heaps of all instances together, after collection, with the same clients */
  readonly heapBefore: number;
  readonly heapAfter: number;
  readonly problems: readonly string[];
}

const SYMBOLS = ['600519', '000001', 'AAPL', 'MSFT', 'NVDA'];
const MEMBERS = 10;

const CHANGES = `subscription ($symbol: Symbol!) { orderBookChanges(symbol: $symbol) {
  __typename
  ... on OrderBookSnapshot { sequence checksum bids { price size } asks { price size } }
  ... on OrderBookDelta { firstSequence lastSequence checksum bids { price size } asks { price size } } } }`;

async function until(what: string, isSo: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`It took too long until ${what}.`);
    await wait(100);
  }
}

const HOUR_MS = 3_600_000;
/** Beyond what is left of chaos and healing when a run is over. */
const SLACK_MS = 300_000;
const TRADE_SYMBOLS = [
  ['FAULTA/USD', 0],
  ['FAULTB/USD', 0],
  ['FAULTC/USD', 3 * HOUR_MS],
] as const;
const READERS: readonly (readonly [string, (options: ReaderOptions) => TradeReader])[] = [
  ['graphql-ws', readByGraphqlWs],
  ['Apollo', readByApollo],
  ['SSE', readByEventStream],
];

/** Everything of one run that is ended with it. */
class World {
  readonly stops: (() => unknown)[] = [];

  async end(): Promise<void> {
    for (const stop of this.stops.reverse()) await stop();
  }
}

/** Three instances, 400 plain clients, and everything that can break breaking for a while. */
export async function faultRun(options: FaultRunOptions): Promise<FaultReport> {
  const world = new World();
  try {
    return await run(options, world);
  } finally {
    await world.end();
  }
}

async function run(options: FaultRunOptions, world: World): Promise<FaultReport> {
  const { clients: count, seconds, seed, longestPauseMs = 30_000, tell } = options;
  const random = seededRandom(seed);
  const redis = await startRedis();
  world.stops.push(() => redis.stop());
  const database = await FaultyDatabase.start();
  world.stops.push(() => database.stop());
  const folder = mkdtempSync(path.join(tmpdir(), 'tickroom-faults-'));
  world.stops.push(() => rm(folder, { recursive: true, force: true }));
  const instances = await Promise.all(
    [1, 2, 3].map((n) =>
      Instance.create({
        REDIS_URL: redis.url,
        DATABASE_URL: database.url,
        DATA_DIR: path.join(folder, String(n)),
        AUTH_SECRET: SECRET,
        FEEDS: `simulator?rate=2&symbols=${SYMBOLS.join('|')}`,
        DRAIN_SECONDS: '1',
        SHUTDOWN_MS: '500',
      }),
    ),
  );
  world.stops.push(() => Promise.all(instances.map((instance) => instance.end('SIGKILL'))));
  for (const { port, failures } of instances) {
    world.stops.push(() => {
      for (const failure of failures.slice(0, 3)) tell(`${port}: ${failure}`);
    });
  }
  await Promise.all(instances.map((instance) => instance.start()));
  const balancer = await Balancer.start(instances.map(({ port }) => port));
  world.stops.push(() => balancer[Symbol.asyncDispose]());
  const { url } = balancer;
  tell('three instances run');

  const talkers = await Talkers.create(url, { rooms: count / MEMBERS, members: MEMBERS, random });
  const client = (token?: string) => {
    const made = plainClient(url, token, random);
    world.stops.push(() => disposeClient(made));
    return made;
  };
  const stored: { watcher: StoredWatcher; place: string }[] = [];
  for (const { userId, room } of talkers.users) {
    const one = client(await signEarlier(userId));
    stored.push(
      {
        place: room,
        watcher: new StoredWatcher(one, {
          query: 'subscription ($room: ID!) { roomMessages(roomId: $room) { message { id sequence } } }',
          variables: { room },
        }),
      },
      {
        place: userId,
        watcher: new StoredWatcher(one, { query: 'subscription { inbox { id sequence } }' }),
      },
    );
  }
  const books: { watcher: BookWatcher; symbol: string }[] = [];
  const market: MarketWatcher[] = [];
  for (let i = 0; i < count; i += 1) {
    // half of them are somebody, and so are resumed
    const one = client(i % 2 ? await signEarlier(`trader${i}`) : undefined);
    const symbol = SYMBOLS[i % SYMBOLS.length] ?? '';
    if (i % 4 < 2)
      books.push({ symbol, watcher: new BookWatcher(one, { query: CHANGES, variables: { symbol } }) });
    else {
      const field = i % 4 === 2 ? 'streamData' : 'trades';
      market.push(
        new MarketWatcher(one, {
          query: `subscription { ${field}(symbols: ${JSON.stringify(SYMBOLS)}) { symbol sequence receivedAt } }`,
        }),
      );
    }
  }
  const now = Date.now();
  // trades of one run are of one day
  const later = now + seconds * 1000 + SLACK_MS;
  const isOneDay = (lag: number): boolean => utcDay(now - lag) === utcDay(later - lag);
  const publishers = TRADE_SYMBOLS.map(([symbol, wanted]) => {
    let lagMs: number = wanted;
    while (!isOneDay(lagMs)) lagMs += HOUR_MS;
    return new TradePublisher({ url, symbol, lagMs, random });
  });
  const symbols = publishers.map(({ symbol }) => symbol);
  const readers: { reader: TradeReader; kind: string }[] = [];
  for (let i = 0; i < Math.max(2, count / 10); i += 1) {
    for (const [kind, read] of READERS) {
      const name = `reader-${kind}-${i}`;
      const reader = read({ url, name, token: await signEarlier(name), symbols, random });
      world.stops.push(() => reader.dispose());
      readers.push({ kind, reader });
    }
  }
  const publishing = Promise.all(publishers.map((publisher) => publisher.publish()));
  // from here on everybody must hear everything
  await until(
    'everybody hears',
    async () => {
      await talkers.sayOnce();
      await wait(300);
      return (
        stored.every(({ watcher }) => watcher.last !== undefined) &&
        [...books.map(({ watcher }) => watcher), ...market].every(({ messages }) => messages > 0) &&
        readers.every(({ reader: { log } }) => symbols.every((symbol) => log.last(symbol) > 0))
      );
    },
    60_000,
  );
  tell(`${2 * count + readers.length} clients hear`);
  await wait(2000);
  const heapBefore = await heapOf(instances);

  const talking = talkers.talk();
  const faults = await new Chaos({
    instances,
    balancer,
    redis,
    database,
    random,
    longestPauseMs,
    tell,
  }).run(seconds);
  tell('everything runs again');
  await talkers.stop();
  await talking;
  const problems: string[] = [];
  const stoppedAt = performance.now();
  const items = await talkers.stored();
  const wrong = (): string[] =>
    stored.flatMap(({ watcher, place }) => watcher.differenceTo(items.get(place) ?? []) ?? []);
  await until('everybody has everything', () => wrong().length === 0).catch((error: unknown) => {
    problems.push(`${String(error)} ${wrong().length} do not have what is stored: ${wrong()[0]}`);
  });
  const wrongBooks = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const symbol of SYMBOLS) {
      const owner = await talkers.book(symbol);
      await wait(150);
      for (const { watcher } of books.filter((book) => book.symbol === symbol)) {
        const held = watcher.held.get(owner.sequence);
        // deltas that change nothing in the window are not told: the state of the sequence before holds on
        const near = held ?? [...watcher.held].filter(([sequence]) => sequence < owner.sequence).at(-1)?.[1];
        if (owner.stale || near !== owner.checksum) found.push(symbol);
      }
    }
    return found;
  };
  let strange: string[] = [];
  await until('all books are right', async () => {
    strange = await wrongBooks();
    return strange.length === 0;
  }).catch(() =>
    problems.push(`${strange.length} books are not the owner's: ${[...new Set(strange)].join()}`),
  );
  const healedMs = performance.now() - stoppedAt;
  await until('prices move', () => market.every(({ lastAt }) => performance.now() - lastAt < 3000)).catch(
    (error: unknown) => problems.push(String(error)),
  );
  // while trades are published readers learn of what they miss
  for (const publisher of publishers) publisher.stop();
  await publishing;
  const behind = (): string[] =>
    readers.flatMap(({ reader: { log } }) =>
      publishers
        .filter(({ symbol, trades }) => log.last(symbol) !== trades.length)
        .map(({ symbol, trades }) => `${log.name} has ${symbol} to ${log.last(symbol)} of ${trades.length}`),
    );
  await until('every reader has the newest trades', () => behind().length === 0).catch((error: unknown) =>
    problems.push(String(error), ...behind()),
  );
  let bars: BarsCheck[] = [];
  const wrongBars = (): string[] => bars.flatMap((one) => one.problems);
  await until('all bars are right', async () => {
    bars = [];
    for (const publisher of publishers) bars.push(await checkBars(instances[0] as Instance, publisher));
    return wrongBars().length === 0;
  }).catch(() => problems.push(...wrongBars()));
  tell('everything was compared');

  problems.push(...lostItems(talkers.acknowledged, items, database.restored));
  const lastRestore = database.restored.at(-1);
  for (const { watcher, place } of stored) {
    if (lastRestore && watcher.epochChangedAt < lastRestore.began) {
      problems.push(`a reader of ${place} was not told that an older state was restored`);
    }
  }
  for (const { watcher } of [...stored, ...books]) problems.push(...watcher.problems);
  for (const watcher of market) problems.push(...watcher.problems);
  for (const { reader } of readers) problems.push(...reader.log.problems());
  for (const publisher of publishers) problems.push(...publisher.problems);
  problems.push(...talkers.problems);
  for (const instance of instances) problems.push(...instance.failures);
  await wait(3000);
  const heapAfter = await heapOf(instances);
  const told: Record<string, Told> = { rooms: new Told(), prices: new Told() };
  for (const { watcher } of stored) told.rooms?.addAll(watcher.told);
  for (const watcher of market) told.prices?.addAll(watcher.told);
  for (const { kind, reader } of readers) {
    const one = told[kind] ?? new Told();
    told[kind] = one;
    one.addAll(reader.log.told);
  }
  const logs = readers.map(({ reader }) => reader.log);
  const rooms = new Set(talkers.users.map(({ room }) => room));
  const itemsOf = (isRoom: boolean): number =>
    sum([...items].map(([place, all]) => (rooms.has(place) === isRoom ? all.length : 0)));
  return {
    seed,
    faults,
    roomMessages: itemsOf(true),
    inboxItems: itemsOf(false),
    lostByRestore: missingOf(talkers.acknowledged, items).length,
    repeated: sum(stored.map(({ watcher }) => watcher.repeated)),
    snapshots: sum(books.map(({ watcher }) => watcher.snapshots)),
    marketMessages: sum([...books.map(({ watcher }) => watcher), ...market].map(({ messages }) => messages)),
    told,
    trades: {
      acknowledged: sum(publishers.map(({ trades }) => trades.length)),
      retries: sum(publishers.map(({ retries }) => retries)),
      readers: readers.length,
      repeated: sum(logs.map(({ repeated }) => repeated)),
      renumbered: sum(logs.map(({ renumbered }) => renumbered)),
      publishedAnew: sum(logs.map(({ publishedAnew }) => publishedAnew)),
      late: sum(logs.map(({ late }) => late)),
      toldMissing: sum(logs.map(({ missed }) => missed)),
      exactBars: sum(bars.map(({ exact }) => exact)),
      incompleteBars: sum(bars.map(({ incomplete }) => incomplete)),
    },
    healedMs: Math.round(healedMs),
    heapBefore,
    heapAfter,
    problems,
  };
}

const utcDay = (time: number): number => Math.floor(time / (24 * HOUR_MS));
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Acknowledged, and not stored. */
function missingOf(
  acknowledged: readonly Acknowledged[],
  stored: ReadonlyMap<string, readonly StoredItem[]>,
): Acknowledged[] {
  const known = new Map(
    [...stored].map(([place, items]) => [place, new Set(items.map(({ content }) => content))]),
  );
  return acknowledged.filter(({ place, content }) => !known.get(place)?.has(content));
}

/** What was acknowledged must be stored, unless it is newer than a state that was restored afterwards. */
function lostItems(
  acknowledged: readonly Acknowledged[],
  stored: ReadonlyMap<string, readonly StoredItem[]>,
  restored: readonly Restored[],
): string[] {
  return missingOf(acknowledged, stored)
    .filter(({ askedAt, at }) => !restored.some(({ from, to }) => at >= from && askedAt <= to))
    .map(({ place, content }) => `"${content}" of ${place} was acknowledged, and is not stored`);
}

async function heapOf(instances: readonly Instance[]): Promise<number> {
  let total = 0;
  for (const instance of instances) {
    const heap = await instance.heap();
    total += await heap.used();
    heap.close();
  }
  return total;
}
