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
const QUOTES = 'mutation ($input: [QuoteInput!]!) { publishQuotes(input: $input) { accepted } }';

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
export function settings({ redis, database }: ClusterScale, secret?: string) {
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
