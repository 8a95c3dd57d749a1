import { randomUUID } from 'node:crypto';
import { ClientPool } from './client-pool.ts';
import { atRate, type Delivered, flatOut } from './delivery-bench.ts';
import { Parts } from './parts.ts';
import { Publisher } from './publisher.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const SELECTION = '{ symbol price volume sequence }';
/** The newest quotes of some symbols. */
export const LATEST = `subscription ($symbols: [Symbol!]!) { streamData(symbols: $symbols) ${SELECTION} }`;
const EVERY = `subscription ($symbols: [Symbol!]!) { streamData(symbols: $symbols, delivery: { mode: EVERY }) ${SELECTION} }`;

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

/** Shanghai stocks, as many as asked for. */
export const symbolsOf = (count: number): string[] =>
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
