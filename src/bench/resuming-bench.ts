import { Caller } from './caller.ts';
import { ClientPool } from './client-pool.ts';
import { type ClusterScale, settings } from './cluster-bench.ts';
import { Parts } from './parts.ts';
import { familyCpuMicros } from './proc-usage.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const TRADES = 'subscription ($symbols: [Symbol!]!) { trades(symbols: $symbols) { symbol price sequence } }';
const TRADE = 'mutation ($input: [TradeInput!]!) { publishTrades(input: $input) { accepted } }';

/** All clients that come back once. */
export interface Return {
  readonly clientsPerSecond: number;
  /** of which: to connect and sign in */
  readonly connectsPerSecond: number;
  /** and, once connected, to have everything that was missed */
  readonly resumesPerSecond: number;
  readonly cpuMicrosPerClient: number;
}

export interface Resuming {
  readonly clients: number;
  readonly missed: number;
  /** to an instance that has just started */
  readonly first: Return;
  /** to instances that have served for a while: the median of some rounds */
  readonly warm: Return;
}

/** The first is to an instance whose code has not run yet. */
const ROUNDS = 6;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * All connections are cut, and come back as they were: signed in, under the same ids, to the other of two instances;
 * and back again, some times over.
 */
export async function resuming(scale: ClusterScale, onStep: (what: string) => void): Promise<Resuming> {
  await using parts = new Parts();
  const env = settings(scale, 'one secret for both instances, thirty-two bytes');
  const secret = env.AUTH_SECRET ?? '';
  const a = {
    ...parts.use(await startServer('tickroom', [], env)),
    secret,
  };
  const b = parts.use(await startServer('tickroom', [], env));
  const pool = parts.use(new ClientPool(1));
  const feed = parts.use(await Caller.open(a, 'feed', ['PUBLISHER']));
  const clients = scale.returning;
  const missed = 10;
  let price = 0;
  const trade = () => {
    price += 1;
    return feed.ask(TRADE, { input: [{ symbol: 'AAPL', price: String(price), size: '1' }] });
  };
  const connect = (server: ServerProcess) => pool.open(server.port, clients, { prefix: 'user', secret });
  const subscribe = () => pool.subscribe(TRADES, [{ symbols: ['AAPL'] }], { again: true });

  const comeBack = async (server: ServerProcess): Promise<Return> => {
    await pool.drop();
    await sleep(3000);
    for (let n = 1; n <= missed; n += 1) await trade();
    await pool.reset();
    const cpu = familyCpuMicros(server.pid);
    const startedAt = performance.now();
    await connect(server);
    const connectedAt = performance.now();
    await subscribe();
    const all = await pool.reaches(clients * missed, 60_000);
    const endedAt = performance.now();
    const cpuMicrosPerClient = (familyCpuMicros(server.pid) - cpu) / clients;
    if (!all) throw new Error(`Only ${pool.received} of ${clients * missed} missed events came again.`);
    const perSecond = (from: number, to: number): number => (clients * 1000) / (to - from);
    return {
      clientsPerSecond: perSecond(startedAt, endedAt),
      connectsPerSecond: perSecond(startedAt, connectedAt),
      resumesPerSecond: perSecond(connectedAt, endedAt),
      cpuMicrosPerClient,
    };
  };

  await connect(a);
  await subscribe();
  await sleep(2000);
  await trade();
  await pool.reaches(clients, 20_000);
  const returns: Return[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    onStep(`${clients} clients come back, round ${round} of ${ROUNDS}`);
    returns.push(await comeBack(round % 2 === 1 ? b : a));
  }
  const [first, ...warm] = returns;
  const middle = warm.sort((one, other) => one.clientsPerSecond - other.clientsPerSecond)[
    Math.floor(warm.length / 2)
  ];
  if (!first || !middle) throw new Error('There were no rounds.');
  return { clients, missed, first, warm: middle };
}
