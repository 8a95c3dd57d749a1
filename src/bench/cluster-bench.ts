import { randomUUID } from 'node:crypto';
import { Caller } from './caller.ts';
import { ClientPool } from './client-pool.ts';
import { atRate, type Delivered, flatOut } from './delivery-bench.ts';
import { Parts } from './parts.ts';
import { familyCpuMicros } from './proc-usage.ts';
import { Publisher } from './publisher.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const SELECTION = '{ symbol price volume sequence }';
const LATEST = `subscription ($symbols: [Symbol!]!) { streamData(symbols: $symbols) ${SELECTION} }`;
const EVERY = `subscription ($symbols: [Symbol!]!) { streamData(symbols: $symbols, delivery: { mode: EVERY }) ${SELECTION} }`;
const TRADES = 'subscription ($symbols: [Symbol!]!) { trades(symbols: $symbols) { symbol price sequence } }';
const QUOTES = 'mutation ($input: [QuoteInput!]!) { publishQuotes(input: $input) { accepted } }';
const TRADE = 'mutation ($input: [TradeInput!]!) { publishTrades(input: $input) { accepted } }';

export interface ClusterScale {
  readonly redis: string;
  readonly database: string;
  /** at each instance */
  readonly subscribers: number;
  readonly returning: number;
  readonly seconds: number;
}

export interface Across {
  readonly symbols: number;
  readonly eventsPerSecond: number;
  readonly here: Delivered;
  readonly there: Delivered;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What makes processes one server; each measurement has a Redis of its own by its prefix. */
function settings({ redis, database }: ClusterScale, secret?: string) {
  return {
    REDIS_URL: redis,
    DATABASE_URL: database,
    REDIS_PREFIX: randomUUID().slice(0, 8),
    ...(secret ? { AUTH_SECRET: secret } : {}),
  };
}

const symbolsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => String(600_000 + i).padStart(6, '0'));

/** Published at one instance, delivered by it and by another. */
export async function across(scale: ClusterScale, perSecond: number): Promise<Across> {
  await using parts = new Parts();
  const env = settings(scale, 'one secret for both instances, thirty-two bytes');
  const a = { ...parts.use(await startServer('tickroom', [], env)), secret: env.AUTH_SECRET ?? '' };
  const b = parts.use(await startServer('tickroom', [], env));
  const symbols = symbolsOf(100);
  const publisher = parts.use(await Publisher.open(a));
  const pools: ClientPool[] = [];
  for (const server of [a, b]) {
    const pool = parts.use(new ClientPool(1));
    await pool.open(server.port, scale.subscribers);
    await pool.subscribe(
      LATEST,
      Array.from({ length: scale.subscribers }, (_, i) => ({ symbols: [symbols[i % 100]] })),
    );
    pools.push(pool);
  }
  await sleep(1500);
  const [here, there] = pools as [ClientPool, ClientPool];
  const receivers = scale.subscribers / symbols.length;
  const run = (server: ServerProcess, pool: ClientPool) => ({
    server,
    pool,
    receivers,
    seconds: scale.seconds,
  });
  const symbolOf = (event: number): string => symbols[event % symbols.length] ?? '';
  const atThere = await atRate({ ...run(b, there), publisher, symbolOf }, perSecond);
  const atHere = await atRate({ ...run(a, here), publisher, symbolOf }, perSecond);
  return { symbols: symbols.length, eventsPerSecond: perSecond, here: atHere, there: atThere };
}

export interface Ingest {
  readonly eventsPerSecond: number;
  readonly cpuMicrosPerEvent: number;
}

/** As many quotes as one process takes through Redis, while somebody watches one symbol of a thousand. */
export async function ingest(scale: ClusterScale): Promise<Ingest> {
  await using parts = new Parts();
  const server = parts.use(await startServer('tickroom', [], settings(scale)));
  const symbols = symbolsOf(1000);
  const pool = parts.use(new ClientPool(1));
  await pool.open(server.port, 10);
  await pool.subscribe(LATEST, [{ symbols: [symbols[0]] }]);
  const feed = parts.use(await Caller.open(server, 'feed', ['PUBLISHER']));
  let published = 0;
  const publish = async (deadline: number): Promise<void> => {
    while (performance.now() < deadline) {
      const input = Array.from({ length: 250 }, () => {
        published += 1;
        return { symbol: symbols[published % symbols.length], price: String(published) };
      });
      await feed.ask(QUOTES, { input });
    }
  };
  const four = (deadline: number) => Promise.all([1, 2, 3, 4].map(() => publish(deadline)));
  await four(performance.now() + 2000);
  published = 0;
  const cpu = familyCpuMicros(server.pid);
  const startedAt = performance.now();
  await four(startedAt + scale.seconds * 1000);
  const elapsed = (performance.now() - startedAt) / 1000;
  return {
    eventsPerSecond: published / elapsed,
    cpuMicrosPerEvent: (familyCpuMicros(server.pid) - cpu) / published,
  };
}

/** Flat out, with one process and with two that share a port. */
export async function workers(scale: ClusterScale, count: number): Promise<Delivered> {
  await using parts = new Parts();
  const server = parts.use(await startServer('tickroom', [], settings(scale), ['--workers', String(count)]));
  const publisher = parts.use(await Publisher.open(server));
  const pool = parts.use(new ClientPool(1));
  await pool.open(server.port, scale.subscribers);
  await pool.subscribe(EVERY, [{ symbols: ['AAPL'] }]);
  await sleep(1500);
  const run = {
    server,
    pool,
    publisher,
    receivers: scale.subscribers,
    symbolOf: () => 'AAPL',
    seconds: scale.seconds,
  };
  // what it runs on is closed when this returns
  return await flatOut(run);
}

export interface Resuming {
  readonly clients: number;
  readonly missed: number;
  readonly clientsPerSecond: number;
  /** of which: to connect and sign in */
  readonly connectsPerSecond: number;
  /** and, once connected, to have everything that was missed */
  readonly resumesPerSecond: number;
  readonly cpuMicrosPerClient: number;
  readonly received: number;
}

/** All connections are cut, and come back as they were: signed in, under the same ids, to another instance. */
export async function resuming(scale: ClusterScale): Promise<Resuming> {
  await using parts = new Parts();
  const env = settings(scale, 'one secret for both instances, thirty-two bytes');
  const secret = env.AUTH_SECRET ?? '';
  const a = { ...parts.use(await startServer('tickroom', [], env)), secret };
  const b = parts.use(await startServer('tickroom', [], env));
  const pool = parts.use(new ClientPool(1));
  const feed = parts.use(await Caller.open(a, 'feed', ['PUBLISHER']));
  const trade = (price: number) =>
    feed.ask(TRADE, { input: [{ symbol: 'AAPL', price: String(price), size: '1' }] });
  const clients = scale.returning;
  const missed = 10;
  const connect = (server: ServerProcess) => pool.open(server.port, clients, { prefix: 'user', secret });
  const subscribe = () => pool.subscribe(TRADES, [{ symbols: ['AAPL'] }], { again: true });
  await connect(a);
  await subscribe();
  await sleep(2000);
  await trade(1);
  await pool.reaches(clients, 20_000);
  await pool.drop();
  await sleep(3000);
  for (let n = 1; n <= missed; n += 1) await trade(n);
  await pool.reset();
  const cpu = familyCpuMicros(b.pid);
  const startedAt = performance.now();
  await connect(b);
  const connectedAt = performance.now();
  await subscribe();
  const all = await pool.reaches(clients * missed, 60_000);
  const endedAt = performance.now();
  const cpuMicrosPerClient = (familyCpuMicros(b.pid) - cpu) / clients;
  if (!all) throw new Error(`Only ${pool.received} of ${clients * missed} missed events came again.`);
  const perSecond = (from: number, to: number): number => (clients * 1000) / (to - from);
  return {
    clients,
    missed,
    clientsPerSecond: perSecond(startedAt, endedAt),
    connectsPerSecond: perSecond(startedAt, connectedAt),
    resumesPerSecond: perSecond(connectedAt, endedAt),
    cpuMicrosPerClient,
    received: pool.received,
  };
}
