import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { seededRandom } from '../support/seeded.ts';
import { SECRET, signFor } from '../support/server.ts';
import { Balancer } from './balancer.ts';
import { type ChaosCounts, chaos } from './chaos.ts';
import { BookWatcher, MarketWatcher, plainClient, StoredWatcher } from './clients.ts';
import { Instance } from './instances.ts';
import { Talkers } from './talkers.ts';

export interface FaultRunOptions {
  /** in rooms, and as many who watch prices */
  readonly clients: number;
  readonly seconds: number;
  readonly seed: number;
  readonly tell: (what: string) => void;
}

export interface FaultReport {
  readonly seed: number;
  readonly faults: ChaosCounts;
  readonly roomMessages: number;
  readonly inboxItems: number;
  readonly resumed: number;
  /** frames of stored things that came again, as their first way to the client was cut */
  readonly repeated: number;
  readonly snapshots: number;
  readonly marketMessages: number;
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

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what: string, isSo: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`It took too long until ${what}.`);
    await wait(100);
  }
}

/** Three instances, 400 plain clients, and everything that can break breaking for a while. */
export async function faultRun({
  clients: count,
  seconds,
  seed,
  tell,
}: FaultRunOptions): Promise<FaultReport> {
  const random = seededRandom(seed);
  const redis = await startRedis();
  const postgres = await startPostgres();
  await postgres.createDatabase('faults');
  const env = {
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url('faults'),
    AUTH_SECRET: SECRET,
    FEEDS: `simulator?rate=2&symbols=${SYMBOLS.join('|')}`,
    DRAIN_SECONDS: '1',
    SHUTDOWN_MS: '500',
  };
  const instances = await Promise.all([1, 2, 3].map(() => Instance.create(env)));
  const clients: { dispose(): unknown }[] = [];
  let balancer: Balancer | undefined;
  try {
    await Promise.all(instances.map((instance) => instance.start()));
    balancer = await Balancer.start(instances.map(({ port }) => port));
    const { url } = balancer;
    tell('three instances run');

    const talkers = await Talkers.create(url, { rooms: count / MEMBERS, members: MEMBERS, random });
    const client = (token?: string) => {
      const made = plainClient(url, token, random);
      clients.push(made);
      return made;
    };
    const rooms: { watcher: StoredWatcher; room: string }[] = [];
    const inboxes: { watcher: StoredWatcher; userId: string }[] = [];
    for (const { userId, room } of talkers.users) {
      const one = client(await signFor(userId));
      rooms.push({
        room,
        watcher: new StoredWatcher(one, {
          query: 'subscription ($room: ID!) { roomMessages(roomId: $room) { message { sequence } } }',
          variables: { room },
        }),
      });
      inboxes.push({
        userId,
        watcher: new StoredWatcher(one, { query: 'subscription { inbox { sequence } }' }),
      });
    }
    const books: { watcher: BookWatcher; symbol: string }[] = [];
    const market: MarketWatcher[] = [];
    for (let i = 0; i < count; i += 1) {
      // half of them are somebody, and so are resumed
      const one = client(i % 2 ? await signFor(`trader${i}`) : undefined);
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
    // from here on everybody must hear everything
    await until('everybody hears', async () => {
      await talkers.sayOnce();
      await wait(300);
      return (
        [...rooms, ...inboxes].every(({ watcher }) => watcher.sequences.length > 0) &&
        [...books.map(({ watcher }) => watcher), ...market].every(({ messages }) => messages > 0)
      );
    });
    tell(`${2 * count} clients hear`);
    await wait(2000);
    const heapBefore = await heapOf(instances);

    const talking = talkers.talk();
    const faults = await chaos(seconds, { instances, balancer, redis, random, tell });
    tell('everything runs again');
    await talkers.stop();
    await talking;
    const stoppedAt = performance.now();
    const heads = await talkers.heads();
    const lagging = () => [
      ...rooms.filter(({ watcher, room }) => watcher.sequences.at(-1) !== heads.rooms.get(room)),
      ...inboxes.filter(({ watcher, userId }) => watcher.sequences.at(-1) !== heads.inboxes.get(userId)),
    ];
    const problems: string[] = [];
    await until('everybody has everything', () => lagging().length === 0).catch((error: unknown) => {
      problems.push(`${String(error)} ${lagging().length} lag behind`);
    });
    const wrongBooks = async (): Promise<string[]> => {
      const wrong: string[] = [];
      for (const symbol of SYMBOLS) {
        const owner = await talkers.book(symbol);
        await wait(150);
        for (const { watcher } of books.filter((book) => book.symbol === symbol)) {
          const held = watcher.held.get(owner.sequence);
          // deltas that change nothing in the window are not told: the state of the sequence before holds on
          const near =
            held ?? [...watcher.held].filter(([sequence]) => sequence < owner.sequence).at(-1)?.[1];
          if (owner.stale || near !== owner.checksum) wrong.push(symbol);
        }
      }
      return wrong;
    };
    let wrong: string[] = [];
    await until('all books are right', async () => {
      wrong = await wrongBooks();
      return wrong.length === 0;
    }).catch(() => problems.push(`${wrong.length} books are not the owner's: ${[...new Set(wrong)].join()}`));
    const healedMs = performance.now() - stoppedAt;
    await until('prices move', () => market.every(({ lastAt }) => performance.now() - lastAt < 3000)).catch(
      (error: unknown) => problems.push(String(error)),
    );

    for (const { watcher } of [...rooms, ...inboxes, ...books]) problems.push(...watcher.problems);
    for (const watcher of market) problems.push(...watcher.problems);
    for (const instance of instances) problems.push(...instance.failures);
    await wait(3000);
    const heapAfter = await heapOf(instances);
    const stored = [...rooms, ...inboxes].map(({ watcher }) => watcher);
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
    return {
      seed,
      faults,
      roomMessages: sum([...heads.rooms.values()]),
      inboxItems: sum([...heads.inboxes.values()]),
      resumed: sum([...stored, ...market].map(({ resumed }) => resumed)),
      repeated: sum(stored.map(({ repeated }) => repeated)),
      snapshots: sum(books.map(({ watcher }) => watcher.snapshots)),
      marketMessages: sum(
        [...books.map(({ watcher }) => watcher), ...market].map(({ messages }) => messages),
      ),
      healedMs: Math.round(healedMs),
      heapBefore,
      heapAfter,
      problems,
    };
  } finally {
    for (const one of clients) await one.dispose();
    await balancer?.[Symbol.asyncDispose]();
    await Promise.all(instances.map((instance) => instance.end('SIGKILL')));
    await redis.stop();
    await postgres.stop();
  }
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
