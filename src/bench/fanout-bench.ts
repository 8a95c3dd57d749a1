import { ClientPool } from './client-pool.ts';
import { atRate, type Delivered, type DeliveryRun, flatOut, medianOf } from './delivery-bench.ts';
import { inspectable, keptBytes } from './inspector.ts';
import { Parts } from './parts.ts';
import { percentile } from './percentiles.ts';
import { residentBytes } from './proc-usage.ts';
import { Publisher } from './publisher.ts';
import { type OtherBuild, type ServerName, startServer } from './server-process.ts';

const SELECTION = '{ price volume exchangeTime sequence }';
const EVERY = `subscription ($symbols: [Symbol!]!) { streamData(symbols: $symbols, delivery: { mode: EVERY }) ${SELECTION} }`;
const LATEST = `subscription ($symbols: [Symbol!]!) { streamData(symbols: $symbols) ${SELECTION} }`;
const PEER = `subscription ($symbols: [String!]!) { streamData(symbols: $symbols) ${SELECTION} }`;
const SYMBOL = 'AAPL';

export interface Scale {
  readonly subscribers: number;
  readonly many: number;
  readonly seconds: number;
  readonly nodeOptions: readonly string[];
}

export interface ServerFigures {
  readonly at20: Delivered;
  readonly flatOut: Delivered;
  readonly bytesPerConnection: number;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One server with its subscribers, each of whom gets each event. */
export interface Contender extends AsyncDisposable {
  readonly run: DeliveryRun;
}

/** @param mode of delivery, of a Tickroom */
export async function openContender(
  name: ServerName | OtherBuild,
  scale: Scale,
  mode: 'EVERY' | 'LATEST' = 'EVERY',
): Promise<Contender> {
  await using parts = new Parts();
  const isPeer = name === 'yoga' || name === 'ws';
  const server = parts.use(await startServer(name, isPeer ? [] : scale.nodeOptions));
  const pool = parts.use(new ClientPool(1));
  const publisher = parts.use(await Publisher.open(server));
  await pool.open(server.port, scale.subscribers);
  await pool.subscribe(isPeer ? PEER : { EVERY, LATEST }[mode], [{ symbols: [SYMBOL] }]);
  await sleep(1500);
  const owned = parts.move();
  return {
    run: {
      server,
      pool,
      publisher,
      receivers: scale.subscribers,
      symbolOf: () => SYMBOL,
      seconds: scale.seconds,
    },
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}

/** What one connection with one subscription keeps in memory. */
async function connectionBytes(name: ServerName, scale: Scale): Promise<number> {
  const { option, port } = await inspectable();
  await using server = await startServer(name, [option]);
  await using pool = new ClientPool(1);
  const before = await keptBytes(server.pid, port);
  await pool.open(server.port, scale.subscribers);
  await pool.subscribe(name === 'tickroom' ? EVERY : PEER, [{ symbols: [SYMBOL] }]);
  await sleep(1500);
  return ((await keptBytes(server.pid, port)) - before) / scale.subscribers;
}

/** Rounds at 20 events a second, the servers in turn; the median stands for all. */
const ROUNDS = 5;

/**
 * 1,000 subscribers of one symbol, each event to each of them. All servers are up at once and measured in turn, since
 * a machine's speed drifts by more than what they differ.
 */
export async function oneSymbol(
  names: readonly ServerName[],
  scale: Scale,
  onStep: (what: string) => void,
): Promise<Partial<Record<ServerName, ServerFigures>>> {
  const bytes: Partial<Record<ServerName, number>> = {};
  for (const name of names) {
    onStep(`${name}: memory of ${scale.subscribers} connections`);
    bytes[name] = await connectionBytes(name, scale);
  }
  await using parts = new Parts();
  const contenders: (Contender & { readonly name: ServerName })[] = [];
  for (const name of names) {
    onStep(`${name}: ${scale.subscribers} subscribers`);
    contenders.push({ ...parts.use(await openContender(name, scale)), name });
  }
  const rounds = new Map(contenders.map(({ name }) => [name, [] as Delivered[]]));
  for (let round = 1; round <= ROUNDS; round += 1) {
    onStep(`20 events/s, round ${round} of ${ROUNDS}`);
    for (const { name, run } of contenders) {
      rounds.get(name)?.push(await atRate({ ...run, seconds: scale.seconds / 2 }, 20));
    }
  }
  const figures: Partial<Record<ServerName, ServerFigures>> = {};
  for (const { name, run } of contenders) {
    onStep(`${name}: flat out`);
    const at20 = medianOf(rounds.get(name) ?? []);
    figures[name] = { at20, flatOut: await flatOut(run), bytesPerConnection: bytes[name] ?? Number.NaN };
  }
  return figures;
}

const LIST = 10;

function name(i: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  return `T${letters[Math.floor(i / 676) % 26]}${letters[Math.floor(i / 26) % 26]}${letters[i % 26]}`;
}

const WATCHLIST_ROUNDS = 3;

/** Different watchlists beside shared ones, in rounds in turn; the median of each stands for all. */
export async function compareWatchlists(
  scale: Scale,
  onStep: (what: string) => void,
): Promise<Record<'shared' | 'different', Delivered>> {
  const rounds: Record<'shared' | 'different', Delivered[]> = { shared: [], different: [] };
  for (let round = 1; round <= WATCHLIST_ROUNDS; round += 1) {
    onStep(`${scale.many} watchlists, shared and different, round ${round} of ${WATCHLIST_ROUNDS}`);
    rounds.shared.push(await watchlists('shared', scale));
    rounds.different.push(await watchlists('different', scale));
  }
  return { shared: medianOf(rounds.shared), different: medianOf(rounds.different) };
}

/** Many clients whose watchlists are all different, or shared in as few lists as keep the deliveries per event equal. */
async function watchlists(kind: 'different' | 'shared', scale: Scale): Promise<Delivered> {
  const symbols = Array.from({ length: scale.many / 10 }, (_, i) => name(i));
  const receivers = (scale.many * LIST) / symbols.length;
  const blocks = symbols.length / LIST;
  const lists = Array.from({ length: scale.many }, (_, client) => ({
    symbols: Array.from({ length: LIST }, (_, i) => {
      // different: one symbol from each tenth of all, spread by the client's number; shared: one block of ten
      const at =
        kind === 'shared'
          ? (client % blocks) * LIST + i
          : i * blocks + ((client + i * Math.floor(client / blocks)) % blocks);
      return symbols[at] ?? SYMBOL;
    }),
  }));
  await using server = await startServer('tickroom');
  await using pool = new ClientPool(2);
  using publisher = await Publisher.open(server);
  await pool.open(server.port, scale.many);
  await pool.subscribe(EVERY, lists);
  await sleep(2000);
  // awaited here: the processes end with this function
  return await flatOut({
    server,
    pool,
    publisher,
    receivers,
    symbolOf: (event) => symbols[(event * 7) % symbols.length] ?? SYMBOL,
    seconds: scale.seconds / 2,
  });
}

/** Memory of many connections with one subscription each, and how fast they subscribe. */
export async function manyConnections(
  scale: Scale,
): Promise<{ bytesPerConnection: number; subscribesPerSecond: number }> {
  const { option, port } = await inspectable();
  await using server = await startServer('tickroom', [option, ...scale.nodeOptions]);
  await using pool = new ClientPool(2);
  using publisher = await Publisher.open(server);
  publisher.publish([SYMBOL]);
  await sleep(1000);
  const before = await keptBytes(server.pid, port);
  await pool.open(server.port, scale.many);
  await sleep(1000);
  const startedAt = performance.now();
  await pool.subscribe(LATEST, [{ symbols: [SYMBOL] }]);
  if (!(await pool.reaches(scale.many, 60_000))) throw new Error('Not every subscription was answered.');
  const subscribesPerSecond = scale.many / ((performance.now() - startedAt) / 1000);
  await sleep(1000);
  const bytesPerConnection = ((await keptBytes(server.pid, port)) - before) / scale.many;
  return { bytesPerConnection, subscribesPerSecond };
}

export interface PausedFigures {
  readonly grownBytes: number;
  readonly p99Ms: number;
}

const PAUSED_ROUNDS = 3;

/** What readers that stop cost, and whether the others feel it; in rounds in turn, of which the median stands for all. */
export async function comparePaused(
  scale: Scale,
  onStep: (what: string) => void,
): Promise<Record<'none' | 'one' | 'ten', PausedFigures>> {
  const rounds: Record<'none' | 'one' | 'ten', PausedFigures[]> = { none: [], one: [], ten: [] };
  for (let round = 1; round <= PAUSED_ROUNDS; round += 1) {
    onStep(`nobody, one, ten of 200 clients stop reading, round ${round} of ${PAUSED_ROUNDS}`);
    rounds.none.push(await pausedReaders(0, scale));
    rounds.one.push(await pausedReaders(1, scale));
    rounds.ten.push(await pausedReaders(10, scale));
  }
  const middle = (figures: readonly PausedFigures[]): PausedFigures => ({
    grownBytes: percentile(
      figures.map(({ grownBytes }) => grownBytes),
      0.5,
    ),
    p99Ms: percentile(
      figures.map(({ p99Ms }) => p99Ms),
      0.5,
    ),
  });
  return { none: middle(rounds.none), one: middle(rounds.one), ten: middle(rounds.ten) };
}

/** 200 readers at a high rate, of which some stop reading. */
async function pausedReaders(paused: number, scale: Scale): Promise<PausedFigures> {
  const readers = 200;
  await using server = await startServer('tickroom');
  await using pool = new ClientPool(1);
  using publisher = await Publisher.open(server);
  await pool.open(server.port, readers);
  await pool.subscribe(EVERY, [{ symbols: [SYMBOL] }]);
  const run: DeliveryRun = {
    server,
    pool,
    publisher,
    receivers: readers - paused,
    symbolOf: () => SYMBOL,
    seconds: 2,
  };
  // warm, so that what grows afterwards is not the server's own start
  await atRate(run, 1000);
  const before = residentBytes(server.pid);
  if (paused > 0) pool.pause(paused);
  const { p99Ms } = await atRate({ ...run, seconds: scale.seconds / 2 }, 1000);
  return { grownBytes: residentBytes(server.pid) - before, p99Ms };
}
